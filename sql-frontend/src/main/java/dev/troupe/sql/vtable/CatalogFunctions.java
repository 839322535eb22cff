package dev.troupe.sql.vtable;

import dev.troupe.sql.catalog.IndexDescriptor;
import dev.troupe.sql.catalog.Relation;
import dev.troupe.sql.catalog.SequenceDescriptor;
import dev.troupe.sql.catalog.TableDescriptor;
import dev.troupe.sql.catalog.ViewDescriptor;
import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.function.define.ParameterType;
import dev.troupe.sql.function.define.Signature;
import dev.troupe.sql.schema.CommentTarget;
import dev.troupe.sql.schema.NameText;
import dev.troupe.sql.schema.Role;
import dev.troupe.sql.schema.SchemaCatalog;
import dev.troupe.sql.schema.Sequences;
import dev.troupe.sql.schema.Tables;
import dev.troupe.sql.syntax.Identifiers;
import dev.troupe.sql.type.TypeNames;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** PostgreSQL's system information functions, as far as the catalog answers them. */
public final class CatalogFunctions {
  private static final String UTF8 = "UTF8";
  private static final int UTF8_NUMBER = 6;

  private CatalogFunctions() {}

  /** See {@link dev.troupe.sql.eval.SessionServices#resolve}. */
  public static @Nullable Long resolve(SchemaCatalog catalog, String kind, String name) {
    return RegNames.resolve(catalog, kind, name);
  }

  /** See {@link dev.troupe.sql.eval.SessionServices#nameOf}. */
  public static String nameOf(SchemaCatalog catalog, String kind, long oid) {
    return RegNames.nameOf(catalog, kind, oid);
  }

  /** See {@link dev.troupe.sql.eval.SessionServices#catalogFunction}. */
  public static @Nullable Object call(
      SchemaCatalog catalog, String name, List<@Nullable Object> arguments) {
    Object first = arguments.isEmpty() ? null : arguments.getFirst();
    if (name.endsWith("_is_visible")) {
      return isVisible(catalog, name, oid(first));
    }
    if (name.startsWith("has_") && name.endsWith("_privilege")) {
      return AccessChecks.hasPrivilege(catalog, name, arguments);
    }
    if (name.endsWith("_size")) {
      return Sizes.of(catalog, name, first);
    }
    return switch (name) {
      case "pg_has_role" -> AccessChecks.hasRole(catalog, arguments);
      case "format_type" -> formatType(first, arguments.size() < 2 ? null : arguments.get(1));
      case "pg_get_expr" -> first == null ? null : StoredText.shown(catalog, first.toString());
      case "pg_get_indexdef" -> indexDefinition(catalog, arguments);
      case "pg_get_constraintdef" -> constraintDefinition(catalog, oid(first));
      case "pg_get_viewdef" -> viewDefinition(catalog, first);
      case "pg_get_userbyid" -> userById(catalog, oid(first));
      case "pg_get_serial_sequence" -> serialSequence(catalog, arguments);
      case "pg_get_function_arguments", "pg_get_function_identity_arguments" ->
          functionArguments(oid(first));
      case "pg_get_function_result" -> functionResult(oid(first));
      case "obj_description" -> objectDescription(catalog, arguments);
      case "col_description" ->
          catalog.comment(
              new CommentTarget(
                  CommentTarget.RELATIONS,
                  oid(first),
                  ((Number) notNull(arguments, 1)).intValue()));
      case "shobj_description" -> objectDescription(catalog, arguments);
      case "pg_sequence_last_value" -> lastValue(catalog, oid(first));
      case "pg_describe_object" -> describe(catalog, arguments);
      case "pg_index_column_has_property" -> IndexProperties.ofColumn(catalog, arguments);
      case "pg_index_has_property" -> IndexProperties.ofIndex((String) notNull(arguments, 1));
      case "pg_indexam_has_property" -> IndexProperties.ofMethod((String) notNull(arguments, 1));
      case "pg_relation_filenode" -> catalog.relation(oid(first)) == null ? null : oid(first);
      case "pg_relation_is_updatable" -> updatable(catalog, oid(first));
      case "pg_column_is_updatable" -> updatable(catalog, oid(first)) != 0;
      default -> withoutCatalog(name, first);
    };
  }

  /** What is the same whatever the catalog holds. */
  private static @Nullable Object withoutCatalog(String name, @Nullable Object first) {
    return switch (name) {
      case "pg_encoding_to_char" -> oid(first) == UTF8_NUMBER ? UTF8 : "";
      case "pg_char_to_encoding" -> isUtf8(String.valueOf(first)) ? UTF8_NUMBER : -1;
      case "pg_client_encoding", "getdatabaseencoding" -> UTF8;
      case "pg_tablespace_location", "pg_tablespace_databases" -> "";
      case "pg_relation_is_publishable", "row_security_active", "pg_is_other_temp_schema" -> false;
      case "pg_my_temp_schema" -> 0L;
      case "pg_is_in_recovery", "pg_is_wal_replay_paused", "pg_jit_available" -> false;
      case "pg_trigger_depth" -> 0;
      case "pg_get_partkeydef",
          "pg_get_partition_constraintdef",
          "pg_get_ruledef",
          "pg_get_triggerdef",
          "pg_get_functiondef",
          "pg_get_function_sqlbody",
          "pg_get_statisticsobjdef",
          "pg_get_statisticsobjdef_columns",
          "pg_relation_filepath",
          "pg_partition_root" ->
          null;
      default ->
          throw SqlException.of(
              SqlState.FEATURE_NOT_SUPPORTED, "function %s is not supported", name);
    };
  }

  static long oid(@Nullable Object value) {
    return value instanceof Number number ? number.longValue() : 0;
  }

  private static Object notNull(List<@Nullable Object> arguments, int index) {
    Object value = arguments.get(index);
    if (value == null) {
      throw new IllegalArgumentException("argument " + index + " is NULL");
    }
    return value;
  }

  private static boolean isUtf8(String name) {
    return name.toUpperCase(Locale.ROOT).replace("-", "").equals(UTF8);
  }

  private static @Nullable Object isVisible(SchemaCatalog catalog, String name, long oid) {
    if (!name.equals("pg_table_is_visible")) {
      return true;
    }
    Relation relation = catalog.relation(oid);
    if (relation != null) {
      return Long.valueOf(oid).equals(catalog.findId(null, relation.name()));
    }
    TableDescriptor table = catalog.tableOfPart(oid);
    IndexDescriptor index = table == null ? null : Tables.index(table, oid);
    return index == null ? null : Long.valueOf(oid).equals(catalog.findId(null, index.name()));
  }

  private static @Nullable String formatType(@Nullable Object type, @Nullable Object modifier) {
    return type == null
        ? null
        : TypeNames.format(
            (int) oid(type), modifier instanceof Number number ? number.intValue() : -1);
  }

  private static @Nullable String indexDefinition(
      SchemaCatalog catalog, List<@Nullable Object> arguments) {
    long oid = oid(arguments.getFirst());
    TableDescriptor table = catalog.tableOfPart(oid);
    IndexDescriptor index = table == null ? null : Tables.index(table, oid);
    if (table == null || index == null) {
      return null;
    }
    int column = arguments.size() < 2 ? 0 : (int) oid(arguments.get(1));
    return column == 0
        ? DefinitionText.index(table, index)
        : DefinitionText.indexColumn(table, index, column);
  }

  private static @Nullable String constraintDefinition(SchemaCatalog catalog, long oid) {
    TableDescriptor table = catalog.tableOfPart(oid);
    return table == null ? null : DefinitionText.constraint(catalog, table, oid);
  }

  private static @Nullable String viewDefinition(SchemaCatalog catalog, @Nullable Object view) {
    Relation relation =
        view instanceof String name ? find(catalog, name) : catalog.relation(oid(view));
    return relation instanceof ViewDescriptor found
        ? " " + StoredText.shown(catalog, found.sql()) + ";"
        : null;
  }

  private static @Nullable Relation find(SchemaCatalog catalog, String text) {
    List<String> parts = NameText.parts(text);
    String schema = parts.size() < 2 ? null : parts.get(parts.size() - 2);
    return catalog.find(schema, parts.getLast());
  }

  private static String userById(SchemaCatalog catalog, long oid) {
    for (Role role : catalog.roles()) {
      if (role.id() == oid) {
        return role.name();
      }
    }
    return "unknown (OID=" + oid + ")";
  }

  private static @Nullable String serialSequence(
      SchemaCatalog catalog, List<@Nullable Object> arguments) {
    String tableName = (String) notNull(arguments, 0);
    String column = (String) notNull(arguments, 1);
    Relation relation = find(catalog, tableName);
    if (relation == null) {
      throw SqlException.of(SqlState.UNDEFINED_TABLE, "relation \"%s\" does not exist", tableName);
    }
    if (!relation.columnNames().contains(column)) {
      throw SqlException.of(
          SqlState.UNDEFINED_COLUMN,
          "column \"%s\" of relation \"%s\" does not exist",
          column,
          relation.name());
    }
    for (Relation other : catalog.allRelations()) {
      if (relation instanceof TableDescriptor table
          && other instanceof SequenceDescriptor sequence
          && sequence.ownerTable() == table.id()
          && table.column(sequence.ownerColumn()).name().equals(column)) {
        return Identifiers.quote(sequence.schema(), sequence.name());
      }
    }
    return null;
  }

  private static @Nullable String functionArguments(long oid) {
    Signature signature = FunctionTables.signature(oid);
    if (signature == null) {
      return null;
    }
    List<String> parameters = new ArrayList<>();
    for (int i = 0; i < signature.parameters().size(); i++) {
      ParameterType type = signature.parameters().get(i);
      boolean last = i == signature.parameters().size() - 1;
      boolean named = i < signature.parameterNames().size();
      parameters.add(
          (last && signature.variadic() ? "VARIADIC " : "")
              + (named ? Identifiers.quote(signature.parameterNames().get(i)) + " " : "")
              + type.displayName());
    }
    return String.join(", ", parameters);
  }

  private static @Nullable String functionResult(long oid) {
    Signature signature = FunctionTables.signature(oid);
    return signature == null
        ? null
        : (signature.returnsSet() ? "SETOF " : "") + signature.result().displayName();
  }

  private static @Nullable String objectDescription(
      SchemaCatalog catalog, List<@Nullable Object> arguments) {
    long object = oid(arguments.getFirst());
    if (arguments.size() > 1) {
      Long classId = RegNames.resolve(catalog, "regclass", "pg_catalog." + arguments.get(1));
      return classId == null ? null : catalog.comment(new CommentTarget(classId, object, 0));
    }
    for (long classId :
        List.of(CommentTarget.RELATIONS, CommentTarget.CONSTRAINTS, CommentTarget.SCHEMAS)) {
      String found = catalog.comment(new CommentTarget(classId, object, 0));
      if (found != null) {
        return found;
      }
    }
    return null;
  }

  private static @Nullable Long lastValue(SchemaCatalog catalog, long oid) {
    if (catalog.relation(oid) instanceof SequenceDescriptor sequence) {
      Sequences.Position position = catalog.position(sequence);
      return position.called() ? Long.valueOf(position.last()) : null;
    }
    return null;
  }

  private static @Nullable String describe(
      SchemaCatalog catalog, List<@Nullable Object> arguments) {
    Relation relation = catalog.relation(oid(arguments.get(1)));
    if (relation == null) {
      return null;
    }
    String kind =
        switch (RelationTables.kind(relation)) {
          case "v" -> "view ";
          case "S" -> "sequence ";
          default -> "table ";
        };
    return kind + StoredText.name(catalog, relation);
  }

  /** Bits of events, as in PostgreSQL: INSERT, UPDATE and DELETE of tables. */
  private static int updatable(SchemaCatalog catalog, long oid) {
    int update = 1 << 2;
    int insert = 1 << 3;
    int delete = 1 << 4;
    return catalog.relation(oid) instanceof TableDescriptor ? update | insert | delete : 0;
  }
}
