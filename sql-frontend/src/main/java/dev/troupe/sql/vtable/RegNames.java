package dev.troupe.sql.vtable;

import dev.troupe.sql.catalog.IndexDescriptor;
import dev.troupe.sql.catalog.Relation;
import dev.troupe.sql.catalog.SchemaDescriptor;
import dev.troupe.sql.catalog.TableDescriptor;
import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.schema.NameText;
import dev.troupe.sql.schema.Role;
import dev.troupe.sql.schema.SchemaCatalog;
import dev.troupe.sql.schema.Tables;
import dev.troupe.sql.syntax.Identifiers;
import dev.troupe.sql.syntax.Parser;
import dev.troupe.sql.syntax.ast.TypeName;
import dev.troupe.sql.type.SqlType;
import dev.troupe.sql.type.TypeNames;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Objects by name, and their names, as the reg types show them. */
final class RegNames {
  private RegNames() {}

  static @Nullable Long resolve(SchemaCatalog catalog, String kind, String name) {
    return switch (kind) {
      case "regclass" -> relation(catalog, name);
      case "regtype" -> type(name);
      case "regproc", "regprocedure" -> FunctionTables.find(function(name));
      case "regnamespace" -> namespace(catalog, single(name));
      case "regrole" -> role(catalog, single(name));
      default -> null;
    };
  }

  private static @Nullable Long relation(SchemaCatalog catalog, String name) {
    List<String> parts = NameText.parts(name);
    String schema = parts.size() < 2 ? null : parts.get(parts.size() - 2);
    return catalog.findId(schema, parts.getLast());
  }

  private static @Nullable Long type(String name) {
    TypeName written;
    try {
      written = Parser.parseTypeName(name);
    } catch (SqlException e) {
      if (e.state() == SqlState.SYNTAX_ERROR) {
        return null;
      }
      throw e;
    }
    SqlType type =
        TypeNames.resolve(
            written.name().last(),
            written.name().qualifier() != null || written.name().last().equals("char"),
            List.of(),
            written.arrayDimensions());
    return type == null ? null : Long.valueOf(type.oid());
  }

  private static String function(String name) {
    int parenthesis = name.indexOf('(');
    List<String> parts = NameText.parts(parenthesis < 0 ? name : name.substring(0, parenthesis));
    return parts.getLast();
  }

  private static String single(String name) {
    return NameText.parts(name).getLast();
  }

  private static @Nullable Long namespace(SchemaCatalog catalog, String name) {
    SchemaDescriptor schema = catalog.schema(name);
    return schema == null ? null : Long.valueOf(schema.id());
  }

  private static @Nullable Long role(SchemaCatalog catalog, String name) {
    Role role = catalog.role(name);
    return role == null ? null : Long.valueOf(role.id());
  }

  static String nameOf(SchemaCatalog catalog, String kind, long oid) {
    if (oid == 0) {
      return "-";
    }
    String found =
        switch (kind) {
          case "regclass" -> relationName(catalog, oid);
          case "regtype" -> typeName(oid);
          case "regproc", "regprocedure" -> FunctionTables.name(oid);
          case "regnamespace" -> namespaceName(catalog, oid);
          case "regrole" -> roleName(catalog, oid);
          default -> null;
        };
    return found == null ? Long.toString(oid) : found;
  }

  private static @Nullable String relationName(SchemaCatalog catalog, long oid) {
    Relation relation = catalog.relation(oid);
    if (relation != null) {
      return StoredText.name(catalog, relation);
    }
    TableDescriptor table = catalog.tableOfPart(oid);
    IndexDescriptor index = table == null ? null : Tables.index(table, oid);
    return table == null || index == null
        ? null
        : StoredText.name(catalog, table.schema(), index.name(), oid);
  }

  private static @Nullable String typeName(long oid) {
    SqlType type = TypeNames.ofOid((int) oid, -1);
    return type == null ? null : TypeNames.format(type);
  }

  private static @Nullable String namespaceName(SchemaCatalog catalog, long oid) {
    for (SchemaDescriptor schema : catalog.schemas()) {
      if (schema.id() == oid) {
        return Identifiers.quote(schema.name());
      }
    }
    return null;
  }

  private static @Nullable String roleName(SchemaCatalog catalog, long oid) {
    for (Role role : catalog.roles()) {
      if (role.id() == oid) {
        return Identifiers.quote(role.name());
      }
    }
    return null;
  }
}
