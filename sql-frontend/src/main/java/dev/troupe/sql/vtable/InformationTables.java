package dev.troupe.sql.vtable;

import dev.troupe.sql.catalog.ColumnDescriptor;
import dev.troupe.sql.catalog.ColumnDescriptor.Identity;
import dev.troupe.sql.catalog.Relation;
import dev.troupe.sql.catalog.SchemaDescriptor;
import dev.troupe.sql.catalog.SequenceDescriptor;
import dev.troupe.sql.catalog.TableDescriptor;
import dev.troupe.sql.catalog.ViewDescriptor;
import dev.troupe.sql.schema.AccessObject;
import dev.troupe.sql.schema.AccessRights;
import dev.troupe.sql.schema.Grant;
import dev.troupe.sql.schema.Role;
import dev.troupe.sql.schema.SchemaStatements;
import dev.troupe.sql.type.SqlType;
import dev.troupe.sql.type.TypeModifiers;
import dev.troupe.sql.type.TypeNames;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Relations, columns, sequences and schemas in the information schema. */
final class InformationTables {
  static final Map<String, ProducedTable.Producer> PRODUCERS =
      Map.of(
          "information_schema_catalog_name", InformationTables::catalogName,
          "schemata", InformationTables::schemata,
          "tables", InformationTables::tables,
          "columns", InformationTables::columns,
          "views", InformationTables::views,
          "sequences", InformationTables::sequences,
          "table_privileges", InformationTables::privileges,
          "role_table_grants", InformationTables::privileges,
          "enabled_roles", InformationTables::roles,
          "view_table_usage", InformationTables::viewUsage);

  private static final int CHARACTER_BYTES_MAX = 4;
  private static final int TEXT_BYTES_MAX = 1 << 30;
  private static final int DEFAULT_TIME_DIGITS = 6;
  private static final String DATABASE = SchemaStatements.DATABASE;

  private static final Map<String, String> PRIVILEGES =
      Map.of(
          "a", "INSERT",
          "r", "SELECT",
          "w", "UPDATE",
          "d", "DELETE",
          "D", "TRUNCATE",
          "x", "REFERENCES",
          "t", "TRIGGER");

  private InformationTables() {}

  static String yes(boolean value) {
    return value ? "YES" : "NO";
  }

  private static void catalogName(CatalogView view, RowWriter rows) {
    rows.row().set("catalog_name", DATABASE);
  }

  private static void schemata(CatalogView view, RowWriter rows) {
    for (SchemaDescriptor schema : view.catalog().schemas()) {
      rows.row()
          .set("catalog_name", DATABASE)
          .set("schema_name", schema.name())
          .set("schema_owner", schema.owner());
    }
  }

  /** Sequences are no tables here. */
  private static List<Relation> relations(CatalogView view, RowWriter rows) {
    return view.relations().stream()
        .filter(relation -> !(relation instanceof SequenceDescriptor))
        .filter(relation -> rows.wants("table_name", relation.name()))
        .filter(relation -> rows.wants("table_schema", relation.schema()))
        .toList();
  }

  private static void tables(CatalogView view, RowWriter rows) {
    for (Relation relation : relations(view, rows)) {
      boolean table = RelationTables.kind(relation).equals("r");
      rows.row()
          .set("table_catalog", DATABASE)
          .set("table_schema", relation.schema())
          .set("table_name", relation.name())
          .set("table_type", table ? "BASE TABLE" : "VIEW")
          .set("is_insertable_into", yes(relation instanceof TableDescriptor))
          .set("is_typed", "NO");
    }
  }

  private static void columns(CatalogView view, RowWriter rows) {
    for (Relation relation : relations(view, rows)) {
      if (relation instanceof TableDescriptor table) {
        table.visibleColumns().forEach(column -> column(view, rows, table, column));
        continue;
      }
      for (int i = 0; i < relation.columnNames().size(); i++) {
        column(rows, relation, relation.columnNames().get(i), relation.columnTypes().get(i), i + 1)
            .set("is_nullable", "YES")
            .set("is_identity", "NO")
            .set("is_generated", "NEVER")
            .set("is_updatable", "NO");
      }
    }
  }

  private static void column(
      CatalogView view, RowWriter rows, TableDescriptor table, ColumnDescriptor column) {
    String text = RelationTables.defaultText(column);
    String shown = text == null ? null : StoredText.shown(view.catalog(), text);
    boolean generated = column.generatedSql() != null;
    column(rows, table, column.name(), column.type(), column.id())
        .set("column_default", generated ? null : shown)
        .set("is_nullable", yes(column.nullable()))
        .set("is_generated", generated ? "ALWAYS" : "NEVER")
        .set("generation_expression", generated ? shown : null)
        .set("is_updatable", "YES")
        .set("is_identity", yes(column.identity() != Identity.NONE))
        .set(
            "identity_generation",
            switch (column.identity()) {
              case NONE -> null;
              case ALWAYS -> "ALWAYS";
              case BY_DEFAULT -> "BY DEFAULT";
            });
    if (column.identity() != Identity.NONE
        && view.catalog().relation(column.sequence()) instanceof SequenceDescriptor sequence) {
      rows.set("identity_start", Long.toString(sequence.start()))
          .set("identity_increment", Long.toString(sequence.increment()))
          .set("identity_maximum", Long.toString(sequence.maximum()))
          .set("identity_minimum", Long.toString(sequence.minimum()))
          .set("identity_cycle", yes(sequence.cycle()));
    }
  }

  private static RowWriter column(
      RowWriter rows, Relation relation, String name, SqlType type, int position) {
    boolean array = type.isArray();
    RowWriter row =
        rows.row()
            .set("table_catalog", DATABASE)
            .set("table_schema", relation.schema())
            .set("table_name", relation.name())
            .set("column_name", name)
            .set("ordinal_position", position)
            .set("data_type", array ? "ARRAY" : TypeNames.plain(type))
            .set("udt_catalog", DATABASE)
            .set("udt_schema", "pg_catalog")
            .set("udt_name", internalName(type))
            .set("dtd_identifier", Integer.toString(position))
            .set("is_self_referencing", "NO")
            .set("identity_cycle", "NO");
    if (!array) {
      precision(row, type);
    }
    return row;
  }

  private static String internalName(SqlType type) {
    SqlType element = type.element();
    return element == null ? type.id().internalName() : "_" + element.id().internalName();
  }

  private static void precision(RowWriter row, SqlType type) {
    switch (type.id()) {
      case VARCHAR, BPCHAR -> {
        int length = TypeModifiers.length(type.modifier());
        row.set("character_maximum_length", length < 0 ? null : Integer.valueOf(length))
            .set(
                "character_octet_length",
                length < 0 ? TEXT_BYTES_MAX : length * CHARACTER_BYTES_MAX);
      }
      case TEXT -> row.set("character_octet_length", TEXT_BYTES_MAX);
      case INT2 -> number(row, 16, 2, 0);
      case INT4 -> number(row, 32, 2, 0);
      case INT8 -> number(row, 64, 2, 0);
      case FLOAT4 -> number(row, 24, 2, null);
      case FLOAT8 -> number(row, 53, 2, null);
      case NUMERIC -> {
        row.set("numeric_precision_radix", 10);
        if (type.modifier() >= 0) {
          number(
              row,
              TypeModifiers.numericPrecision(type.modifier()),
              10,
              TypeModifiers.numericScale(type.modifier()));
        }
      }
      case DATE -> row.set("datetime_precision", 0);
      case TIME, TIMETZ, TIMESTAMP, TIMESTAMPTZ ->
          row.set(
              "datetime_precision", type.modifier() < 0 ? DEFAULT_TIME_DIGITS : type.modifier());
      case INTERVAL -> {
        int digits = TypeModifiers.intervalDigits(type.modifier());
        row.set(
            "datetime_precision",
            digits == TypeModifiers.FULL_PRECISION ? DEFAULT_TIME_DIGITS : digits);
      }
      default -> {}
    }
  }

  private static void number(RowWriter row, int precision, int radix, @Nullable Integer scale) {
    row.set("numeric_precision", precision)
        .set("numeric_precision_radix", radix)
        .set("numeric_scale", scale);
  }

  private static void views(CatalogView view, RowWriter rows) {
    for (ViewDescriptor each : view.views()) {
      rows.row()
          .set("table_catalog", DATABASE)
          .set("table_schema", each.schema())
          .set("table_name", each.name())
          .set("view_definition", StoredText.shown(view.catalog(), each.sql()) + ";")
          .set("check_option", "NONE")
          .set("is_updatable", "NO")
          .set("is_insertable_into", "NO")
          .set("is_trigger_updatable", "NO")
          .set("is_trigger_deletable", "NO")
          .set("is_trigger_insertable_into", "NO");
    }
  }

  private static void viewUsage(CatalogView view, RowWriter rows) {
    for (ViewDescriptor each : view.views()) {
      for (long id : each.dependsOn()) {
        Relation read = view.catalog().relation(id);
        if (read != null) {
          rows.row()
              .set("view_catalog", DATABASE)
              .set("view_schema", each.schema())
              .set("view_name", each.name())
              .set("table_catalog", DATABASE)
              .set("table_schema", read.schema())
              .set("table_name", read.name());
        }
      }
    }
  }

  /** Those of identity columns are left out, as in PostgreSQL. */
  private static void sequences(CatalogView view, RowWriter rows) {
    for (SequenceDescriptor sequence : view.sequences()) {
      boolean identity =
          view.catalog().relation(sequence.ownerTable()) instanceof TableDescriptor table
              && table.column(sequence.ownerColumn()).identity() != Identity.NONE;
      if (identity) {
        continue;
      }
      int bits = StoredForm.of(sequence.type()).length() * Byte.SIZE;
      rows.row()
          .set("sequence_catalog", DATABASE)
          .set("sequence_schema", sequence.schema())
          .set("sequence_name", sequence.name())
          .set("data_type", TypeNames.plain(sequence.type()))
          .set("numeric_precision", bits)
          .set("numeric_precision_radix", 2)
          .set("numeric_scale", 0)
          .set("start_value", Long.toString(sequence.start()))
          .set("minimum_value", Long.toString(sequence.minimum()))
          .set("maximum_value", Long.toString(sequence.maximum()))
          .set("increment", Long.toString(sequence.increment()))
          .set("cycle_option", yes(sequence.cycle()));
    }
  }

  private static void privileges(CatalogView view, RowWriter rows) {
    for (Relation relation : view.catalog().allRelations()) {
      if (relation instanceof SequenceDescriptor) {
        continue;
      }
      AccessObject object = AccessObject.of(relation);
      for (Grant grant : view.catalog().access(object)) {
        boolean owns = grant.grantee().equals(object.owner());
        for (Map.Entry<String, String> each : PRIVILEGES.entrySet()) {
          if (grant.privileges().contains(each.getKey()) && concerns(view, grant, object)) {
            boolean grantable = owns || grant.grantable().contains(each.getKey());
            privilege(rows, relation, grant, object, each.getValue(), grantable);
          }
        }
      }
    }
  }

  /** Whether the reader is a member of one of those between whom a privilege was granted. */
  private static boolean concerns(CatalogView view, Grant grant, AccessObject object) {
    AccessRights rights = view.catalog().rights();
    return grant.grantee().isEmpty()
        || rights.hasRightsOf(grant.grantee())
        || rights.hasRightsOf(grantor(grant, object));
  }

  private static String grantor(Grant grant, AccessObject object) {
    return grant.grantor().isEmpty() ? object.owner() : grant.grantor();
  }

  private static void privilege(
      RowWriter rows,
      Relation relation,
      Grant grant,
      AccessObject object,
      String word,
      boolean grantable) {
    rows.row()
        .set("grantor", grantor(grant, object))
        .set("grantee", grant.grantee().isEmpty() ? "PUBLIC" : grant.grantee())
        .set("table_catalog", DATABASE)
        .set("table_schema", relation.schema())
        .set("table_name", relation.name())
        .set("privilege_type", word)
        .set("is_grantable", yes(grantable))
        .set("with_hierarchy", yes(word.equals("SELECT")));
  }

  private static void roles(CatalogView view, RowWriter rows) {
    for (Role role : view.catalog().roles()) {
      rows.row().set("role_name", role.name());
    }
  }
}
