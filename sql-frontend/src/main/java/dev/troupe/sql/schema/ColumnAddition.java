package dev.troupe.sql.schema;

import dev.troupe.sql.catalog.ColumnDescriptor;
import dev.troupe.sql.catalog.TableDescriptor;
import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.syntax.Identifiers;
import dev.troupe.sql.syntax.ast.AlterAction;
import dev.troupe.sql.syntax.ast.Constraint;
import dev.troupe.sql.syntax.ast.Expression;
import dev.troupe.sql.syntax.ast.TableElement;
import org.jspecify.annotations.Nullable;

/**
 * ALTER TABLE ADD COLUMN. Rows stay as they are when all of them get the same value: then the
 * column says which one that is.
 */
final class ColumnAddition {
  private final DdlContext context;
  private final TableDescriptor table;

  ColumnAddition(DdlContext context, TableDescriptor table) {
    this.context = context;
    this.table = table;
  }

  void add(AlterAction.AddColumn action) {
    TableElement.Column written = action.column();
    String name = written.name().text();
    TableDraft draft = new TableDraft(table);
    if (draft.find(name) != null) {
      String message = "column \"%s\" of relation \"%s\" already exists";
      if (!action.ifNotExists()) {
        throw SqlException.of(SqlState.DUPLICATE_COLUMN, message, name, table.name())
            .at(written.name().position());
      }
      context.notice(SqlState.DUPLICATE_COLUMN, message + ", skipping", name, table.name());
      return;
    }
    if (draft.columns.size() >= TableCreation.COLUMNS_MAX) {
      throw SqlException.of(
          SqlState.TOO_MANY_COLUMNS,
          "tables can have at most %d columns",
          TableCreation.COLUMNS_MAX);
    }
    boolean empty = context.data().isEmpty(table);
    ColumnDefinition definition =
        new ColumnDefinition(context, new SequenceStatements(context), draft, written);
    ColumnDescriptor added = definition.add();
    definition.finish(draft.build());
    boolean computed = definition.isGenerated() || added.sequence() != 0;
    Object value = empty || computed ? null : missingValue(definition.defaultValue(), added);
    boolean filled = computed || value == ExpressionChecker.VOLATILE;
    if (!filled && value != null) {
      draft.replace(added.id(), column -> column.missing(value));
    }
    new ViewTexts(context, table).added(name);
    context.put(draft.build());
    if (!empty && filled) {
      fill(name);
    } else if (!empty && !added.nullable() && value == null) {
      throw TableAlteration.containsNulls(name, table);
    }
    for (Constraint constraint : ConstraintList.of(written)) {
      new ConstraintAlteration(context, context.current(table)).add(constraint, name);
    }
  }

  private @Nullable Object missingValue(
      @Nullable Expression defaultValue, ColumnDescriptor column) {
    if (defaultValue == null) {
      return null;
    }
    Object value = context.checker().valueOfDefault(defaultValue, column, context.catalog());
    return value == null || ConstantCodec.canKeep(column.type())
        ? value
        : ExpressionChecker.VOLATILE;
  }

  /** Gives each row a value of its own. */
  private void fill(String column) {
    context
        .data()
        .run(
            "UPDATE %s SET %s = DEFAULT"
                .formatted(TableAlteration.fullName(table), Identifiers.quote(column)));
  }
}
