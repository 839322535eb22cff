package dev.troupe.sql.schema;

import dev.troupe.sql.catalog.ColumnDescriptor;
import dev.troupe.sql.catalog.ForeignKey;
import dev.troupe.sql.catalog.IndexDescriptor;
import dev.troupe.sql.catalog.TableDescriptor;
import dev.troupe.sql.catalog.ViewDescriptor;
import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.syntax.Identifiers;
import dev.troupe.sql.syntax.ast.AlterAction;
import dev.troupe.sql.syntax.ast.Expression;
import dev.troupe.sql.type.SqlType;
import dev.troupe.sql.type.TypeId;
import dev.troupe.sql.type.TypeModifiers;
import dev.troupe.sql.type.TypeNames;
import org.jspecify.annotations.Nullable;

/**
 * ALTER COLUMN TYPE. When every value is one of the new type as it is, the description changes and
 * nothing else. Otherwise the values go to a new column that then takes the old one's place.
 */
final class ColumnTypeChange {
  private final DdlContext context;
  private final TableDescriptor table;

  ColumnTypeChange(DdlContext context, TableDescriptor table) {
    this.context = context;
    this.table = table;
  }

  void change(AlterAction.SetType action) {
    ColumnDescriptor column =
        new TableDraft(table).column(action.column().text(), action.column().position());
    SqlType type = context.checker().bindType(action.type());
    ColumnDefinition.checkStorable(type, column.name());
    checkUnused(action, column);
    Expression using = action.using();
    if (using == null && (isWidened(column.type(), type) || context.data().isEmpty(table))) {
      TableDraft draft = new TableDraft(table);
      draft.replace(column.id(), changed -> changed.type(type));
      context.put(draft.build());
      return;
    }
    if (isKey(column)) {
      throw SchemaStatements.unsupported(
          "changing the type of a column that is part of an index or a foreign key is not"
              + " supported",
          action.position());
    }
    rewrite(column, type, using);
  }

  private void checkUnused(AlterAction.SetType action, ColumnDescriptor column) {
    for (ViewDescriptor view : Dependents.views(context.catalog(), table.id())) {
      if (StoredNames.mentions(view.sql(), column.name())) {
        throw SchemaStatements.unsupported(
                "cannot alter type of a column used by a view or rule", action.position())
            .withDetail(
                "rule _RETURN on view %s depends on column \"%s\""
                    .formatted(context.shown(view), column.name()));
      }
    }
    for (ColumnDescriptor other : table.columns()) {
      String generated = other.generatedSql();
      if (generated != null && StoredNames.mentions(generated, column.name())) {
        throw SchemaStatements.unsupported(
                "cannot alter type of a column used by a generated column", action.position())
            .withDetail(
                "Column \"%s\" is used by generated column \"%s\"."
                    .formatted(column.name(), other.name()));
      }
    }
  }

  /** Whether all values of one type are, byte for byte, values of the other. */
  private static boolean isWidened(SqlType from, SqlType to) {
    if (from.equals(to)) {
      return true;
    }
    boolean texts = isText(from.id()) && isText(to.id());
    if (texts) {
      int length = TypeModifiers.length(to.modifier());
      int old = TypeModifiers.length(from.modifier());
      return length < 0 || (old >= 0 && old <= length);
    }
    if (from.id() == TypeId.NUMERIC && to.id() == TypeId.NUMERIC) {
      return to.modifier() == -1
          || (from.modifier() != -1
              && TypeModifiers.numericScale(from.modifier())
                  == TypeModifiers.numericScale(to.modifier())
              && TypeModifiers.numericPrecision(from.modifier())
                  <= TypeModifiers.numericPrecision(to.modifier()));
    }
    return from.isSameAs(to) && to.modifier() == -1 && !from.isArray();
  }

  private static boolean isText(TypeId id) {
    return id == TypeId.TEXT || id == TypeId.VARCHAR;
  }

  private boolean isKey(ColumnDescriptor column) {
    for (IndexDescriptor index : table.indexes()) {
      if (Tables.keyColumns(index).contains(column.id())
          || index.included().contains(column.id())) {
        return true;
      }
    }
    for (ForeignKey key : table.foreignKeys()) {
      if (key.columns().contains(column.id())) {
        return true;
      }
    }
    return Tables.keyColumns(table.primary()).contains(column.id());
  }

  private void rewrite(ColumnDescriptor column, SqlType type, @Nullable Expression using) {
    TableDraft draft = new TableDraft(table);
    int id = draft.takeColumnId();
    String temporary = column.name() + "." + id;
    draft.columns.add(new ColumnDraft(id, temporary, type).build());
    context.put(draft.build());
    String value = using == null ? Identifiers.quote(column.name()) : context.text(using);
    String update =
        "UPDATE %s SET %s = %s"
            .formatted(TableAlteration.fullName(table), Identifiers.quote(temporary), value);
    try {
      context.data().run(update);
    } catch (SqlException e) {
      throw using == null && e.state() == SqlState.DATATYPE_MISMATCH
          ? notAutomatic(column, type)
          : e;
    }
    TableDraft last = new TableDraft(context.current(table));
    last.columns.removeIf(other -> other.id() == id);
    last.columns.replaceAll(
        other -> other.id() == column.id() ? inPlaceOf(column, id, type) : other);
    context.put(last.build());
  }

  private static ColumnDescriptor inPlaceOf(ColumnDescriptor old, int id, SqlType type) {
    return new ColumnDraft(id, old.name(), type)
        .nullable(old.nullable())
        .defaultSql(old.defaultSql())
        .identity(old.identity())
        .sequence(old.sequence())
        .build();
  }

  private static SqlException notAutomatic(ColumnDescriptor column, SqlType type) {
    return SqlException.of(
            SqlState.DATATYPE_MISMATCH,
            "column \"%s\" cannot be cast automatically to type %s",
            column.name(),
            TypeNames.plain(type))
        .withHint(
            "You might need to specify \"USING %s::%s\"."
                .formatted(Identifiers.quote(column.name()), TypeNames.format(type)));
  }
}
