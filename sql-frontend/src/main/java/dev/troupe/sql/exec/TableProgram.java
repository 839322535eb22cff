package dev.troupe.sql.exec;

import dev.troupe.sql.catalog.ColumnDescriptor;
import dev.troupe.sql.catalog.ElementState;
import dev.troupe.sql.catalog.TableDescriptor;
import dev.troupe.sql.plan.ModifyNode;
import dev.troupe.sql.plan.SqlExpr;
import dev.troupe.sql.storage.TableLayout;
import dev.troupe.sql.storage.TableWriter;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** What a table computes and demands of its rows, and how they are stored. Immutable. */
final class TableProgram {
  /** A condition on rows. */
  private record Check(String name, RowExpr condition) {}

  private final TableLayout layout;
  private final @Nullable RowExpr[] generated;
  private final Check[] checks;
  private final @Nullable RowExpr[] predicates;
  private final @Nullable RowExpr[] defaults;

  /** Positions of columns of the primary key that are made up when nobody gives them. */
  private final int[] rowIds;

  private final boolean fillsIn;

  /** Positions of columns that must not be NULL. */
  private final int[] notNull;

  private TableProgram(
      TableLayout layout, ModifyNode.Checks rules, ExprCompiler expressions, Layout rows) {
    this.layout = layout;
    this.generated = compile(rules.generated(), expressions, rows);
    this.checks =
        rules.checks().stream()
            .map(check -> new Check(check.name(), expressions.compile(check.condition(), rows)))
            .toArray(Check[]::new);
    this.predicates = compile(rules.indexPredicates(), expressions, rows);
    this.defaults = compile(rules.defaults(), expressions, rows);
    TableDescriptor table = layout.table();
    this.rowIds =
        table.primary().keys().stream()
            .mapToInt(key -> TableLayout.position(table, key.column()))
            .filter(position -> table.columns().get(position).hidden())
            .toArray();
    this.fillsIn = rowIds.length > 0 || rules.generated().stream().anyMatch(Objects::nonNull);
    this.notNull =
        IntStream.range(0, table.columns().size())
            .filter(position -> isNotNull(table.columns().get(position)))
            .toArray();
  }

  static TableProgram of(TableDescriptor table, ModifyNode.Checks rules, ExprCompiler expressions) {
    return new TableProgram(TableLayout.of(table), rules, expressions, Layout.of(rules.row()));
  }

  private static @Nullable RowExpr[] compile(
      List<? extends @Nullable SqlExpr> list, ExprCompiler expressions, Layout rows) {
    var compiled = new @Nullable RowExpr[list.size()];
    for (int i = 0; i < compiled.length; i++) {
      compiled[i] = expressions.compileIfAny(list.get(i), rows);
    }
    return compiled;
  }

  private static boolean isNotNull(ColumnDescriptor column) {
    return !column.nullable() && column.state() != ElementState.DELETE_ONLY;
  }

  TableLayout layout() {
    return layout;
  }

  TableDescriptor table() {
    return layout.table();
  }

  /**
   * Computes what a row to be written lacks, and looks whether it may be written.
   *
   * @return the row, or a copy if something had to be added: others may read the row, too
   */
  @Nullable Object[] completed(@Nullable Object[] row, Execution run) {
    @Nullable Object[] own = fillsIn ? row.clone() : row;
    complete(own, run);
    return own;
  }

  /** Same for a row that nobody else has. */
  void complete(@Nullable Object[] row, Execution run) {
    for (int position : rowIds) {
      if (row[position] == null) {
        row[position] = run.context().rowIds().next();
      }
    }
    for (int i = 0; i < generated.length; i++) {
      RowExpr expression = generated[i];
      if (expression != null) {
        row[i] = expression.eval(row, run);
      }
    }
    for (int position : notNull) {
      if (row[position] == null) {
        throw run.errors().isNull(table(), table().columns().get(position), row);
      }
    }
    for (Check check : checks) {
      if (Boolean.FALSE.equals(check.condition().eval(row, run))) {
        throw run.errors().checkFailed(table(), check.name(), row);
      }
    }
  }

  /** Whether an index, by its position in the table, holds a row. */
  boolean holds(int index, @Nullable Object[] row, Execution run) {
    RowExpr predicate = index < predicates.length ? predicates[index] : null;
    return predicate == null || predicate.isTrue(row, run);
  }

  @Nullable Object defaultOf(int position, @Nullable Object[] row, Execution run) {
    RowExpr expression = position < defaults.length ? defaults[position] : null;
    return expression == null ? null : expression.eval(row, run);
  }

  TableWriter writer(Execution run) {
    return new TableWriter(layout, (index, row) -> holds(index, row, run), run.errors(), run.kv());
  }
}
