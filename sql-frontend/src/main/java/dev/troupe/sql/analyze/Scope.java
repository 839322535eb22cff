package dev.troupe.sql.analyze;

import dev.troupe.sql.plan.AggregateCall;
import dev.troupe.sql.plan.PlanNode;
import dev.troupe.sql.plan.SortKey;
import dev.troupe.sql.plan.SqlExpr;
import dev.troupe.sql.plan.WindowCall;
import dev.troupe.sql.syntax.ast.Window;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The names that a query's expressions can use, and what is found in these expressions that is
 * computed by steps of its own: aggregates, window functions, functions that give sets.
 */
final class Scope {
  /** The query around this one; null when there is none. */
  final @Nullable Scope outer;

  /** What FROM has, in order; also the parts of joins. */
  final List<ScopeTable> tables = new ArrayList<>();

  /** Tables that stand beside a subquery of FROM, which must not see them: for hints. */
  List<ScopeTable> unreachable = List.of();

  /** The clause that is being bound. */
  Clause clause = Clause.SELECT_LIST;

  final List<AggregateCall> aggregates = new ArrayList<>();
  final List<WindowUse> windows = new ArrayList<>();
  final List<SetUse> sets = new ArrayList<>();
  final List<GroupingUse> groupings = new ArrayList<>();
  final Map<String, Window.Specification> namedWindows = new HashMap<>();

  /** Whether arguments of an aggregate, or of a window function, are being bound. */
  boolean insideAggregate;

  boolean insideWindow;

  /** Common tables that FROM can name. */
  final CteScope ctes;

  Scope(@Nullable Scope outer, CteScope ctes) {
    this.outer = outer;
    this.ctes = ctes;
  }

  /** A window call with the window it is computed over. */
  record WindowUse(List<SqlExpr> partitionBy, List<SortKey> orderBy, WindowCall call) {}

  /** A call of a set-returning function in a SELECT list and the column for its result. */
  record SetUse(dev.troupe.sql.plan.Column output, PlanNode.TableCall call) {}

  /** GROUPING(...) and the column that stands for it until the groups are known. */
  record GroupingUse(int column, List<SqlExpr> arguments, int position) {}

  /** Whether a column comes from this query's own FROM. */
  boolean owns(int column) {
    for (ScopeTable table : tables) {
      if (table.owns(column)) {
        return true;
      }
    }
    return false;
  }
}
