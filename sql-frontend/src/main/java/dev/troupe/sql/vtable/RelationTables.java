package dev.troupe.sql.vtable;

import dev.troupe.sql.catalog.ColumnDescriptor;
import dev.troupe.sql.catalog.ColumnDescriptor.Identity;
import dev.troupe.sql.catalog.IndexDescriptor;
import dev.troupe.sql.catalog.Relation;
import dev.troupe.sql.catalog.SequenceDescriptor;
import dev.troupe.sql.catalog.TableDescriptor;
import dev.troupe.sql.catalog.TableStatistics;
import dev.troupe.sql.catalog.ViewDescriptor;
import dev.troupe.sql.catalog.VirtualTable;
import dev.troupe.sql.schema.Tables;
import dev.troupe.sql.type.SqlType;
import dev.troupe.sql.type.TypeId;
import dev.troupe.sql.type.TypeNames;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** pg_class, pg_attribute, pg_attrdef: relations and their columns. */
final class RelationTables {
  static final Map<String, ProducedTable.Producer> PRODUCERS =
      Map.of(
          "pg_class", RelationTables::classes,
          "pg_attribute", RelationTables::attributes,
          "pg_attrdef", RelationTables::defaults);

  private static final long HEAP = 2;
  private static final long BTREE = 403;
  private static final int VARIABLE = -1;
  private static final Pattern NEGATIVE = Pattern.compile("-[0-9]+(?:\\.[0-9]+)?");
  private static final Pattern LITERAL = Pattern.compile("E?'(?:[^']|'')*'");

  private RelationTables() {}

  /** Relations that rows are wanted of. */
  private static List<Relation> wanted(CatalogView view, @Nullable Object id) {
    if (id == null) {
      return view.relations();
    }
    Relation found = id instanceof Long oid ? view.catalog().relation(oid) : null;
    return found == null ? List.of() : List.of(found);
  }

  private static void classes(CatalogView view, RowWriter rows) {
    Object id = rows.only("oid");
    for (Relation relation : wanted(view, id)) {
      if (rows.wants("relname", relation.name())) {
        relation(view, rows, relation);
      }
    }
    if (id == null) {
      for (TableDescriptor table : view.tables()) {
        for (IndexDescriptor index : Tables.indexes(table)) {
          if (rows.wants("relname", index.name())) {
            index(view, rows, table, index);
          }
        }
      }
    } else if (id instanceof Long oid && view.catalog().tableOfPart(oid) != null) {
      TableDescriptor table = view.catalog().tableOfPart(oid);
      IndexDescriptor index = table == null ? null : Tables.index(table, oid);
      if (table != null && index != null) {
        index(view, rows, table, index);
      }
    }
  }

  private static void relation(CatalogView view, RowWriter rows, Relation relation) {
    TableStatistics statistics = view.catalog().statistics(relation.id());
    boolean stored = relation instanceof TableDescriptor;
    common(view, rows, relation.id(), relation.name(), relation.schema())
        .set("relowner", view.roleId(CatalogView.owner(relation)))
        .set("relam", stored ? HEAP : 0L)
        .set("relkind", kind(relation))
        .set("relnatts", attributeCount(relation))
        .set("reltuples", statistics == null ? -1f : (float) statistics.rows())
        .set("relreplident", relation instanceof VirtualTable ? "n" : "d")
        .set("relhasrules", relation instanceof ViewDescriptor)
        .set("relhasindex", relation instanceof TableDescriptor t && !Tables.indexes(t).isEmpty())
        .set("relchecks", relation instanceof TableDescriptor t ? t.checks().size() : 0)
        .set("relhastriggers", relation instanceof TableDescriptor t && hasForeignKeys(t))
        .set("relacl", Privileges.acl(view, relation));
  }

  private static boolean hasForeignKeys(TableDescriptor table) {
    return !table.foreignKeys().isEmpty() || !table.referencedBy().isEmpty();
  }

  /** As in {@code pg_class.relkind}. Tables that are computed pass for tables. */
  static String kind(Relation relation) {
    return switch (relation) {
      case TableDescriptor table -> "r";
      case ViewDescriptor view -> "v";
      case SequenceDescriptor sequence -> "S";
      case VirtualTable virtual -> virtual.schema().equals("pg_catalog") ? "r" : "v";
    };
  }

  private static int attributeCount(Relation relation) {
    return relation instanceof TableDescriptor table
        ? table.nextColumnId() - 1
        : relation.columnNames().size();
  }

  private static RowWriter common(
      CatalogView view, RowWriter rows, long id, String name, String schema) {
    return rows.row()
        .set("oid", id)
        .set("relname", name)
        .set("relnamespace", view.schemaId(schema))
        .set("relfilenode", id)
        .set("reltuples", 0f)
        .set("relpersistence", "p")
        .set("relispopulated", true)
        .set("relreplident", "n");
  }

  private static void index(
      CatalogView view, RowWriter rows, TableDescriptor table, IndexDescriptor index) {
    common(view, rows, index.oid(), index.name(), table.schema())
        .set("relowner", view.roleId(table.owner()))
        .set("relam", BTREE)
        .set("relkind", "i")
        .set("relnatts", CatalogView.columnsOf(index).size());
  }

  private static void attributes(CatalogView view, RowWriter rows) {
    Object id = rows.only("attrelid");
    for (Relation relation : wanted(view, id)) {
      if (relation instanceof TableDescriptor table) {
        table.columns().stream()
            .filter(column -> !column.hidden())
            .forEach(column -> column(view, rows, table, column));
      } else {
        for (int i = 0; i < relation.columnNames().size(); i++) {
          attribute(
                  rows,
                  relation.id(),
                  relation.columnNames().get(i),
                  relation.columnTypes().get(i),
                  i + 1)
              .set("attacl", Privileges.ofColumn(view, relation, i + 1));
        }
      }
    }
    for (TableDescriptor table : view.tables()) {
      for (IndexDescriptor index : Tables.indexes(table)) {
        if (rows.wants("attrelid", index.oid())) {
          indexColumns(rows, table, index);
        }
      }
    }
  }

  private static void column(
      CatalogView view, RowWriter rows, TableDescriptor table, ColumnDescriptor column) {
    boolean computed = column.generatedSql() != null;
    boolean hasDefault = defaultText(column) != null;
    attribute(rows, table.id(), column.name(), column.type(), column.id())
        .set("attnotnull", !column.nullable())
        .set("atthasdef", hasDefault)
        .set("atthasmissing", column.missing() != null)
        .set("attidentity", identity(column.identity()))
        .set("attgenerated", computed ? "s" : "")
        .set("attacl", Privileges.ofColumn(view, table, column.id()));
  }

  private static String identity(Identity identity) {
    return switch (identity) {
      case NONE -> "";
      case BY_DEFAULT -> "d";
      case ALWAYS -> "a";
    };
  }

  /** What {@code pg_attrdef} has of a column; null: nothing. */
  static @Nullable String defaultText(ColumnDescriptor column) {
    if (column.generatedSql() != null) {
      return column.generatedSql();
    }
    String text = column.identity() == Identity.NONE ? column.defaultSql() : null;
    if (text == null || text.equals("NULL")) {
      return null;
    }
    if (NEGATIVE.matcher(text).matches()) {
      return "'" + text + "'::" + numberName(text);
    }
    if (!LITERAL.matcher(text).matches()) {
      return text;
    }
    String plain = text.startsWith("E") ? text.substring(1).replace("\\\\", "\\") : text;
    return plain + "::" + castName(column.type());
  }

  /** The type of a constant: the smallest one that can hold it. */
  private static String numberName(String digits) {
    if (digits.indexOf('.') >= 0 || digits.length() > 19) {
      return "numeric";
    }
    long value = Long.parseLong(digits);
    return value == (int) value ? "integer" : "bigint";
  }

  /** A type as it stands behind a literal: without its length. */
  private static String castName(SqlType type) {
    return type.id() == TypeId.BPCHAR ? "bpchar" : TypeNames.format(type.plain());
  }

  private static RowWriter attribute(
      RowWriter rows, long relation, String name, SqlType type, int number) {
    StoredForm form = StoredForm.of(type);
    return rows.row()
        .set("attrelid", relation)
        .set("attname", name)
        .set("atttypid", (long) type.oid())
        .set("attstattarget", -1)
        .set("attlen", form.length())
        .set("attnum", number)
        .set("attndims", type.isArray() ? 1 : 0)
        .set("attcacheoff", VARIABLE)
        .set("atttypmod", type.modifier())
        .set("attbyval", form.byValue())
        .set("attalign", form.alignment())
        .set("attstorage", form.storage())
        .set("attcompression", "")
        .set("attislocal", true)
        .set("attidentity", "")
        .set("attgenerated", "")
        .set("attcollation", form.collation());
  }

  private static void indexColumns(RowWriter rows, TableDescriptor table, IndexDescriptor index) {
    int number = 1;
    for (int id : CatalogView.columnsOf(index)) {
      ColumnDescriptor column = table.column(id);
      attribute(rows, index.oid(), column.name(), column.type(), number++);
    }
  }

  private static void defaults(CatalogView view, RowWriter rows) {
    for (TableDescriptor table : view.tables()) {
      if (!rows.wants("adrelid", table.id())) {
        continue;
      }
      for (ColumnDescriptor column : table.columns()) {
        String text = defaultText(column);
        if (text != null) {
          rows.row()
              .set("oid", defaultId(table, column))
              .set("adrelid", table.id())
              .set("adnum", column.id())
              .set("adbin", text);
        }
      }
    }
  }

  /** Defaults have no OID of their own: one that nothing else in their catalog has. */
  static long defaultId(TableDescriptor table, ColumnDescriptor column) {
    return (table.id() * 2048 + column.id()) & 0xFFFFFFFFL;
  }
}
