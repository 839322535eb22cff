package dev.troupe.sql.vtable;

import dev.troupe.sql.catalog.CheckConstraint;
import dev.troupe.sql.catalog.ColumnDescriptor;
import dev.troupe.sql.catalog.ElementState;
import dev.troupe.sql.catalog.ForeignKey;
import dev.troupe.sql.catalog.IndexDescriptor;
import dev.troupe.sql.catalog.SequenceDescriptor;
import dev.troupe.sql.catalog.TableDescriptor;
import dev.troupe.sql.catalog.ViewDescriptor;
import dev.troupe.sql.schema.CommentTarget;
import dev.troupe.sql.schema.Tables;
import dev.troupe.sql.type.SqlType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** pg_index, pg_constraint, pg_depend, pg_description: what belongs to relations. */
final class ConstraintTables {
  static final Map<String, ProducedTable.Producer> PRODUCERS =
      Map.of(
          "pg_index", ConstraintTables::indexes,
          "pg_constraint", ConstraintTables::constraints,
          "pg_depend", ConstraintTables::dependencies,
          "pg_description", ConstraintTables::descriptions,
          "pg_shdescription", ConstraintTables::sharedDescriptions);

  private static final int DESCENDING = 1;
  private static final int NULLS_FIRST = 2;
  private static final long CLASSES = 1259;
  private static final long DEFAULTS = 2604;

  private ConstraintTables() {}

  private static void indexes(CatalogView view, RowWriter rows) {
    for (TableDescriptor table : view.tables()) {
      if (!rows.wants("indrelid", table.id())) {
        continue;
      }
      for (IndexDescriptor index : Tables.indexes(table)) {
        if (rows.wants("indexrelid", index.oid())) {
          index(rows, table, index);
        }
      }
    }
  }

  private static void index(RowWriter rows, TableDescriptor table, IndexDescriptor index) {
    List<Integer> columns = CatalogView.columnsOf(index);
    List<Integer> options = new ArrayList<>();
    List<Long> collations = new ArrayList<>();
    List<Long> classes = new ArrayList<>();
    for (IndexDescriptor.Key key : index.keys()) {
      options.add((key.descending() ? DESCENDING : 0) | (key.nullsFirst() ? NULLS_FIRST : 0));
      SqlType type = table.column(key.column()).type();
      collations.add(StoredForm.of(type).collation());
      classes.add(OperatorClasses.of(type));
    }
    boolean ready = index.state() == ElementState.PUBLIC;
    rows.row()
        .set("indexrelid", index.oid())
        .set("indrelid", table.id())
        .set("indnatts", columns.size())
        .set("indnkeyatts", index.keys().size())
        .set("indisunique", index.unique())
        .set("indisprimary", index.primary())
        .set("indimmediate", true)
        .set("indisvalid", ready)
        .set("indisready", ready)
        .set("indislive", true)
        .set("indkey", RowWriter.vector(SqlType.INT2, columns))
        .set("indcollation", RowWriter.vector(SqlType.OID, collations))
        .set("indclass", RowWriter.vector(SqlType.OID, classes))
        .set("indoption", RowWriter.vector(SqlType.INT2, options))
        .set("indpred", index.predicateSql());
  }

  private static void constraints(CatalogView view, RowWriter rows) {
    for (TableDescriptor table : view.tables()) {
      if (!rows.wants("conrelid", table.id())) {
        continue;
      }
      for (IndexDescriptor index : Tables.indexes(table)) {
        if (index.constraint()) {
          constraint(view, rows, table, index.oid(), index.name(), index.primary() ? "p" : "u")
              .set("conindid", index.oid())
              .set("conkey", RowWriter.int2s(Tables.keyColumns(index)));
        }
      }
      for (CheckConstraint check : table.checks()) {
        constraint(view, rows, table, check.oid(), check.name(), "c")
            .set("convalidated", check.validated())
            .set("conkey", RowWriter.int2s(columnsOf(table, check)))
            .set("conbin", check.sql());
      }
      for (ForeignKey key : table.foreignKeys()) {
        foreignKey(view, rows, table, key);
      }
    }
  }

  /** Columns that the text of a check names. */
  static List<Integer> columnsOf(TableDescriptor table, CheckConstraint check) {
    return table.visibleColumns().stream()
        .filter(column -> StoredText.mentions(check.sql(), column.name()))
        .map(ColumnDescriptor::id)
        .toList();
  }

  private static RowWriter constraint(
      CatalogView view, RowWriter rows, TableDescriptor table, long oid, String name, String type) {
    return rows.row()
        .set("oid", oid)
        .set("conname", name)
        .set("connamespace", view.schemaId(table.schema()))
        .set("contype", type)
        .set("convalidated", true)
        .set("conrelid", table.id())
        .set("confupdtype", " ")
        .set("confdeltype", " ")
        .set("confmatchtype", " ")
        .set("conislocal", true)
        .set("connoinherit", !type.equals("c"));
  }

  private static void foreignKey(
      CatalogView view, RowWriter rows, TableDescriptor table, ForeignKey key) {
    IndexDescriptor index =
        view.catalog().relation(key.table()) instanceof TableDescriptor target
            ? Tables.uniqueOver(target, key.references())
            : null;
    constraint(view, rows, table, key.oid(), key.name(), "f")
        .set("condeferrable", key.deferrable())
        .set("condeferred", key.initiallyDeferred())
        .set("convalidated", key.validated())
        .set("conindid", index == null ? 0L : index.oid())
        .set("confrelid", key.table())
        .set("confupdtype", action(key.onUpdate()))
        .set("confdeltype", action(key.onDelete()))
        .set("confmatchtype", "s")
        .set("conkey", RowWriter.int2s(key.columns()))
        .set("confkey", RowWriter.int2s(key.references()));
  }

  private static String action(ForeignKey.Action action) {
    return switch (action) {
      case NO_ACTION -> "a";
      case RESTRICT -> "r";
      case CASCADE -> "c";
      case SET_NULL -> "n";
      case SET_DEFAULT -> "d";
    };
  }

  private static void dependencies(CatalogView view, RowWriter rows) {
    for (SequenceDescriptor sequence : view.sequences()) {
      if (sequence.ownerTable() != 0) {
        boolean identity = isIdentity(view, sequence);
        dependency(rows, CLASSES, sequence.id(), CLASSES, sequence.ownerTable())
            .set("refobjsubid", sequence.ownerColumn())
            .set("deptype", identity ? "i" : "a");
      }
    }
    for (TableDescriptor table : view.tables()) {
      for (IndexDescriptor index : Tables.indexes(table)) {
        if (index.constraint()) {
          dependency(rows, CLASSES, index.oid(), CommentTarget.CONSTRAINTS, index.oid())
              .set("deptype", "i");
        } else {
          dependency(rows, CLASSES, index.oid(), CLASSES, table.id()).set("deptype", "a");
        }
      }
      for (ColumnDescriptor column : table.columns()) {
        if (RelationTables.defaultText(column) != null) {
          dependency(rows, DEFAULTS, RelationTables.defaultId(table, column), CLASSES, table.id())
              .set("refobjsubid", column.id())
              .set("deptype", "a");
        }
      }
    }
    for (ViewDescriptor each : view.views()) {
      for (long read : each.dependsOn()) {
        dependency(rows, CLASSES, each.id(), CLASSES, read).set("deptype", "n");
      }
    }
  }

  private static boolean isIdentity(CatalogView view, SequenceDescriptor sequence) {
    return view.catalog().relation(sequence.ownerTable()) instanceof TableDescriptor table
        && table.column(sequence.ownerColumn()).identity() != ColumnDescriptor.Identity.NONE;
  }

  private static RowWriter dependency(
      RowWriter rows, long classId, long object, long onClass, @Nullable Long on) {
    return rows.row()
        .set("classid", classId)
        .set("objid", object)
        .set("refclassid", onClass)
        .set("refobjid", on);
  }

  private static void descriptions(CatalogView view, RowWriter rows) {
    describe(view, rows, false);
  }

  private static void sharedDescriptions(CatalogView view, RowWriter rows) {
    describe(view, rows, true);
  }

  private static void describe(CatalogView view, RowWriter rows, boolean shared) {
    view.catalog()
        .comments()
        .forEach(
            comment -> {
              CommentTarget target = comment.target();
              boolean isShared =
                  target.classId() == CommentTarget.DATABASES
                      || target.classId() == CommentTarget.ROLES;
              if (isShared == shared) {
                rows.row()
                    .set("objoid", target.object())
                    .set("classoid", target.classId())
                    .set("description", comment.text());
                if (!shared) {
                  rows.set("objsubid", target.part());
                }
              }
            });
  }
}
