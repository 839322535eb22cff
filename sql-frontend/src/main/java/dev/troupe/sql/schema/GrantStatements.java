package dev.troupe.sql.schema;

import dev.troupe.sql.catalog.Relation;
import dev.troupe.sql.catalog.SchemaDescriptor;
import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.syntax.ast.AccessStatement;
import dev.troupe.sql.syntax.ast.AccessStatement.GrantSubject;
import dev.troupe.sql.syntax.ast.AccessStatement.Privilege;
import dev.troupe.sql.syntax.ast.ObjectKind;
import dev.troupe.sql.syntax.ast.QualifiedName;
import dev.troupe.sql.syntax.ast.RoleName;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;

/** GRANT and REVOKE of privileges on tables, views, sequences, schemas and the database. */
final class GrantStatements {
  private static final Map<String, String> LETTERS =
      Map.ofEntries(
          Map.entry("insert", "a"),
          Map.entry("select", "r"),
          Map.entry("update", "w"),
          Map.entry("delete", "d"),
          Map.entry("truncate", "D"),
          Map.entry("references", "x"),
          Map.entry("trigger", "t"),
          Map.entry("usage", "U"),
          Map.entry("create", "C"),
          Map.entry("connect", "c"),
          Map.entry("temporary", "T"),
          Map.entry("temp", "T"));

  private final DdlContext context;

  GrantStatements(DdlContext context) {
    this.context = context;
  }

  void change(AccessStatement.Privileges statement) {
    List<Long> objects = objects(statement.subject(), statement.position());
    List<String> letters = letters(statement);
    for (RoleName role : statement.roles()) {
      String grantee =
          role instanceof RoleName.Everybody ? "" : new RoleStatements(context).existing(role);
      for (long object : objects) {
        change(statement, object, grantee, letters);
      }
    }
  }

  private void change(
      AccessStatement.Privileges statement, long object, String grantee, List<String> letters) {
    Grant old = context.snapshot().grant(object, grantee);
    TreeSet<String> privileges = new TreeSet<>(old == null ? List.of() : old.privileges());
    TreeSet<String> grantable = new TreeSet<>(old == null ? List.of() : old.grantable());
    if (statement.grant()) {
      privileges.addAll(letters);
      if (statement.withGrantOption()) {
        grantable.addAll(letters);
      }
    } else {
      letters.forEach(grantable::remove);
      if (!statement.withGrantOption()) {
        letters.forEach(privileges::remove);
      }
    }
    if (privileges.isEmpty()) {
      context.changes().remove(List.of(CatalogKeys.grant(object, grantee)));
    } else {
      context
          .changes()
          .put(
              new CatalogEntry.OfGrant(
                  new Grant(object, grantee, List.copyOf(privileges), List.copyOf(grantable))));
    }
  }

  private static List<String> letters(AccessStatement.Privileges statement) {
    if (statement.privileges().isEmpty()) {
      return allOf(statement.subject().kind());
    }
    List<String> letters = new ArrayList<>();
    for (Privilege privilege : statement.privileges()) {
      if (!privilege.columns().isEmpty()) {
        throw SchemaStatements.unsupported(
            "privileges on columns are not supported", privilege.position());
      }
      String letter = LETTERS.get(privilege.name());
      if (letter == null) {
        throw SqlException.of(
                SqlState.SYNTAX_ERROR, "unrecognized privilege type \"%s\"", privilege.name())
            .at(privilege.position());
      }
      if (!allOf(statement.subject().kind()).contains(letter)) {
        throw SqlException.of(
                SqlState.INVALID_GRANT_OPERATION,
                "invalid privilege type %s for %s",
                privilege.name().toUpperCase(Locale.ROOT),
                statement.subject().kind().phrase())
            .at(privilege.position());
      }
      letters.add(letter);
    }
    return letters;
  }

  /** All privileges of a kind of objects. */
  static List<String> allOf(ObjectKind kind) {
    return switch (kind) {
      case SEQUENCE -> List.of("r", "w", "U");
      case SCHEMA -> List.of("U", "C");
      case DATABASE -> List.of("C", "T", "c");
      default -> List.of("a", "r", "w", "d", "D", "x", "t");
    };
  }

  private List<Long> objects(GrantSubject subject, int position) {
    List<Long> ids = new ArrayList<>();
    for (QualifiedName name : subject.names()) {
      if (subject.allInSchemas()) {
        for (Relation relation : context.catalog().relations(schema(name).name())) {
          boolean sequence = DdlContext.kind(relation).equals("sequence");
          if (sequence == (subject.kind() == ObjectKind.SEQUENCE)) {
            ids.add(relation.id());
          }
        }
        continue;
      }
      ids.add(
          switch (subject.kind()) {
            case TABLE, VIEW, SEQUENCE -> context.relation(name).id();
            case SCHEMA -> schema(name).id();
            case DATABASE -> database(name);
            default ->
                throw SchemaStatements.unsupported(
                    "privileges on a %s are not supported".formatted(subject.kind().phrase()),
                    position);
          });
    }
    return ids;
  }

  private SchemaDescriptor schema(QualifiedName name) {
    SchemaDescriptor schema = context.catalog().schema(name.last());
    if (schema == null) {
      throw DdlContext.noSchema(name.last()).at(name.position());
    }
    return schema;
  }

  private static long database(QualifiedName name) {
    if (!name.last().equals(SchemaStatements.DATABASE)) {
      throw SqlException.of(
              SqlState.INVALID_CATALOG_NAME, "database \"%s\" does not exist", name.last())
          .at(name.position());
    }
    return SchemaStatements.DATABASE_ID;
  }
}
