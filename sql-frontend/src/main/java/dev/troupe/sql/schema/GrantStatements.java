package dev.troupe.sql.schema;

import dev.troupe.protocol.model.Key;
import dev.troupe.sql.catalog.Relation;
import dev.troupe.sql.catalog.SchemaDescriptor;
import dev.troupe.sql.catalog.SequenceDescriptor;
import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.syntax.ast.AccessStatement;
import dev.troupe.sql.syntax.ast.AccessStatement.GrantSubject;
import dev.troupe.sql.syntax.ast.ObjectKind;
import dev.troupe.sql.syntax.ast.QualifiedName;
import dev.troupe.sql.syntax.ast.RoleName;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * GRANT and REVOKE of privileges on tables, views, their columns, sequences, schemas and the
 * database.
 */
final class GrantStatements {
  private final DdlContext context;

  GrantStatements(DdlContext context) {
    this.context = context;
  }

  /**
   * Who grants, and what it may grant.
   *
   * @param name as {@link Grant#grantor}
   */
  private record Grantor(String name, Set<String> grantable) {}

  void change(AccessStatement.Privileges statement) {
    List<String> grantees = new ArrayList<>();
    for (RoleName role : statement.roles()) {
      boolean everybody = role instanceof RoleName.Everybody;
      if (everybody && statement.grant() && statement.withGrantOption()) {
        throw new SqlException(
            SqlState.INVALID_GRANT_OPERATION, "grant options can only be granted to roles");
      }
      grantees.add(everybody ? "" : new RoleStatements(context).existing(role));
    }
    PrivilegeNames names = new PrivilegeNames(statement);
    for (AccessObject object : objects(statement.subject(), statement.position())) {
      change(statement, object, grantees, names);
    }
  }

  private void change(
      AccessStatement.Privileges statement,
      AccessObject object,
      List<String> grantees,
      PrivilegeNames names) {
    Relation relation = context.catalog().relation(object.id());
    List<String> wanted = names.letters(object, relation);
    List<Grant> kept = context.snapshot().grants(object.id());
    AccessList access = new AccessList(object, kept);
    Grantor grantor = grantor(object, access, wanted);
    List<String> letters = wanted.stream().filter(grantor.grantable()::contains).toList();
    warn(statement, object, wanted, letters);
    if (letters.isEmpty()) {
      return;
    }
    for (String grantee : grantees) {
      if (statement.grant()) {
        access.grant(grantee, grantor.name(), letters, statement.withGrantOption());
      } else {
        access.revoke(
            grantee,
            grantor.name(),
            PrivilegeNames.withColumns(letters, relation),
            statement.withGrantOption(),
            statement.cascade());
      }
    }
    Map<Key, @Nullable CatalogEntry> changes = access.changes(kept);
    context.changes().apply(changes);
  }

  /** The owner, when the user can act for it; otherwise whoever among its roles may grant most. */
  private Grantor grantor(AccessObject object, AccessList access, List<String> wanted) {
    AccessRights rights = context.rights();
    if (rights.owns(object)) {
      return new Grantor("", new TreeSet<>(wanted));
    }
    Grantor best = new Grantor(rights.role(), grantable(access, rights.role(), wanted));
    for (Role role : context.catalog().roles()) {
      Set<String> grantable = grantable(access, role.name(), wanted);
      if (rights.hasRightsOf(role.name()) && grantable.size() > best.grantable().size()) {
        best = new Grantor(role.name(), grantable);
      }
    }
    boolean none =
        best.grantable().isEmpty()
            && !rights.mayAny(object, wanted, false)
            && !rights.mayAny(object, object.letters(), false)
            && object.letters().stream().noneMatch(p -> rights.mayAnyColumn(object, p));
    if (none) {
      throw object.denied();
    }
    return best;
  }

  /** What of some privileges a role may hand on; of a table means of all its columns. */
  private static Set<String> grantable(AccessList access, String role, List<String> wanted) {
    Set<String> options = access.grantable(role);
    Set<String> can = new TreeSet<>();
    for (String letter : wanted) {
      if (options.contains(letter) || options.contains(letter.substring(0, 1))) {
        can.add(letter);
      }
    }
    return can;
  }

  private void warn(
      AccessStatement.Privileges statement,
      AccessObject object,
      List<String> wanted,
      List<String> possible) {
    Relation relation = context.catalog().relation(object.id());
    List<String> places = new ArrayList<>();
    places.add("");
    if (relation != null) {
      relation.columnNames().stream()
          .map(name -> Integer.toString(PrivilegeNames.number(relation, name)))
          .forEach(places::add);
    }
    for (int i = 0; i < places.size(); i++) {
      String place = places.get(i);
      long asked = wanted.stream().filter(p -> p.substring(1).equals(place)).count();
      long had = possible.stream().filter(p -> p.substring(1).equals(place)).count();
      if (had < asked && (had == 0 || !statement.privileges().isEmpty())) {
        String on =
            i == 0 || relation == null
                ? "\"%s\"".formatted(object.name())
                : "column \"%s\" of relation \"%s\""
                    .formatted(relation.columnNames().get(i - 1), object.name());
        warn(statement.grant(), had == 0 ? "no" : "not all", on);
      }
    }
  }

  private void warn(boolean grant, String extent, String on) {
    context
        .notices()
        .add(
            grant
                ? DdlResult.Notice.warning(
                    SqlState.WARNING_PRIVILEGE_NOT_GRANTED,
                    "%s privileges were granted for %s".formatted(extent, on))
                : DdlResult.Notice.warning(
                    SqlState.WARNING_PRIVILEGE_NOT_REVOKED,
                    "%s privileges could be revoked for %s".formatted(extent, on)));
  }

  // --- objects ---------------------------------------------------------------------------------

  private List<AccessObject> objects(GrantSubject subject, int position) {
    Map<Long, AccessObject> objects = new LinkedHashMap<>();
    for (QualifiedName name : subject.names()) {
      if (subject.allInSchemas()) {
        for (Relation relation : context.catalog().relations(schema(name).name())) {
          if (relation instanceof SequenceDescriptor == (subject.kind() == ObjectKind.SEQUENCE)) {
            objects.put(relation.id(), AccessObject.of(relation));
          }
        }
        continue;
      }
      AccessObject object =
          switch (subject.kind()) {
            case TABLE, VIEW -> AccessObject.of(context.relation(name));
            case SEQUENCE -> sequence(name);
            case SCHEMA -> AccessObject.of(schema(name));
            case DATABASE -> database(name);
            default ->
                throw SchemaStatements.unsupported(
                    "privileges on a %s are not supported".formatted(subject.kind().phrase()),
                    position);
          };
      objects.put(object.id(), object);
    }
    return List.copyOf(objects.values());
  }

  private AccessObject sequence(QualifiedName name) {
    Relation relation = context.relation(name);
    if (relation instanceof SequenceDescriptor) {
      return AccessObject.of(relation);
    }
    throw SqlException.of(SqlState.WRONG_OBJECT_TYPE, "\"%s\" is not a sequence", relation.name());
  }

  private SchemaDescriptor schema(QualifiedName name) {
    SchemaDescriptor schema = context.catalog().schema(name.last());
    if (schema == null) {
      throw DdlContext.noSchema(name.last());
    }
    return schema;
  }

  private static AccessObject database(QualifiedName name) {
    if (!name.last().equals(SchemaStatements.DATABASE)) {
      throw SqlException.of(
          SqlState.INVALID_CATALOG_NAME, "database \"%s\" does not exist", name.last());
    }
    return AccessObject.database();
  }
}
