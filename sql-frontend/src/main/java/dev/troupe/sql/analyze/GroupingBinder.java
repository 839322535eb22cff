package dev.troupe.sql.analyze;

import dev.troupe.sql.catalog.IndexDescriptor;
import dev.troupe.sql.catalog.TableDescriptor;
import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.plan.Column;
import dev.troupe.sql.plan.PlanNode;
import dev.troupe.sql.plan.PlanNodes;
import dev.troupe.sql.plan.SqlExpr;
import dev.troupe.sql.plan.SqlExprs;
import dev.troupe.sql.syntax.ast.QueryBody;
import dev.troupe.sql.type.SqlType;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Makes groups: binds GROUP BY, and translates expressions over the rows of FROM into expressions
 * over the groups.
 */
final class GroupingBinder {
  private final Binding binding;
  private final Scope scope;
  private final GroupingSets sets;

  private final List<SqlExpr> keys = new ArrayList<>();
  private final List<Column> keyColumns = new ArrayList<>();
  private final Map<Integer, SqlExpr> groupingValues = new HashMap<>();
  private boolean grouped;

  GroupingBinder(Binding binding, Scope scope, OrderBinder orders) {
    this.binding = binding;
    this.scope = scope;
    this.sets = new GroupingSets(orders, keys);
  }

  void bindGroups(QueryBody.@Nullable GroupBy groupBy) {
    if (groupBy != null) {
      grouped = true;
      sets.bind(groupBy);
      if (!scope.sets.isEmpty() && keys.stream().anyMatch(this::isSet)) {
        throw new SqlException(
            SqlState.FEATURE_NOT_SUPPORTED,
            "set-returning functions are not supported in GROUP BY");
      }
    }
  }

  private boolean isSet(SqlExpr key) {
    return SqlExprs.contains(
        key,
        part ->
            part instanceof SqlExpr.ColumnRef ref
                && scope.sets.stream().anyMatch(use -> use.output().id() == ref.column()));
  }

  boolean isNeeded(@Nullable SqlExpr having) {
    return grouped || having != null || !scope.aggregates.isEmpty() || !scope.groupings.isEmpty();
  }

  /**
   * The step that makes the groups. Columns that depend on the primary key among the keys become
   * keys, too.
   */
  PlanNode aggregate(PlanNode input) {
    boolean several = sets.isSeveral();
    if (!several) {
      addDependentKeys();
    }
    BitSet passed = PlanNodes.outputIds(input);
    for (SqlExpr key : keys) {
      // A column of a query around this one gets another id, as in a projection.
      boolean keeps = !several && key instanceof SqlExpr.ColumnRef own && passed.get(own.column());
      Column column =
          keeps && key instanceof SqlExpr.ColumnRef ref
              ? new Column(ref.column(), name(ref), ref.type())
              : binding.newColumn("group", key.type());
      keyColumns.add(column);
    }
    List<Column> output = new ArrayList<>(keyColumns);
    scope.aggregates.forEach(call -> output.add(call.output()));
    if (several) {
      Column which = binding.newColumn("grouping set", SqlType.INT4);
      output.add(which);
      valueGroupings(new SqlExpr.ColumnRef(which.id(), SqlType.INT4));
    } else {
      valueGroupings(null);
    }
    return new PlanNode.Aggregate(
        input,
        output,
        List.copyOf(keys),
        several ? sets.positions() : null,
        List.copyOf(scope.aggregates),
        false);
  }

  private String name(SqlExpr.ColumnRef ref) {
    for (ScopeTable table : scope.tables) {
      for (ScopeTable.ScopeColumn column : table.columns()) {
        if (column.value() instanceof SqlExpr.ColumnRef own && own.column() == ref.column()) {
          return column.name();
        }
      }
    }
    return "group";
  }

  private void addDependentKeys() {
    for (ScopeTable table : scope.tables) {
      TableDescriptor descriptor = table.table();
      if (descriptor != null && hasPrimaryKey(table, descriptor)) {
        for (ScopeTable.ScopeColumn column : table.columns()) {
          if (!keys.contains(column.value())) {
            keys.add(column.value());
          }
        }
      }
    }
  }

  private boolean hasPrimaryKey(ScopeTable table, TableDescriptor descriptor) {
    if (!descriptor.primary().constraint()) {
      return false;
    }
    for (IndexDescriptor.Key part : descriptor.primary().keys()) {
      boolean found =
          table.columns().stream()
              .anyMatch(
                  column -> {
                    Binding.Origin origin = binding.origin(column.value());
                    return origin != null
                        && origin.table() == descriptor.id()
                        && origin.attribute() == part.column()
                        && keys.contains(column.value());
                  });
      if (!found) {
        return false;
      }
    }
    return true;
  }

  /**
   * @param which column with the number of the grouping set; null when there is only one
   */
  private void valueGroupings(SqlExpr.@Nullable ColumnRef which) {
    for (Scope.GroupingUse use : scope.groupings) {
      List<Integer> positions = new ArrayList<>();
      for (SqlExpr argument : use.arguments()) {
        int position = keys.indexOf(argument);
        if (position < 0) {
          throw new SqlException(
                  SqlState.GROUPING_ERROR,
                  "arguments to GROUPING must be grouping expressions of the associated query"
                      + " level")
              .at(use.position());
        }
        positions.add(position);
      }
      groupingValues.put(use.column(), groupingValue(which, positions));
    }
  }

  private SqlExpr groupingValue(SqlExpr.@Nullable ColumnRef which, List<Integer> arguments) {
    SqlExpr zero = new SqlExpr.Constant(0, SqlType.INT4);
    if (which == null) {
      return zero;
    }
    var equals = binding.functions.resolveOperator("=", SqlType.INT4, SqlType.INT4).function();
    List<SqlExpr.When> branches = new ArrayList<>();
    List<List<Integer>> all = sets.positions();
    for (int i = 0; i < all.size(); i++) {
      int bits = 0;
      for (int argument : arguments) {
        bits = bits << 1 | (all.get(i).contains(argument) ? 0 : 1);
      }
      SqlExpr number = new SqlExpr.Constant(i, SqlType.INT4);
      branches.add(
          new SqlExpr.When(
              new SqlExpr.Call(equals, List.of(which, number), SqlType.BOOL),
              new SqlExpr.Constant(bits, SqlType.INT4)));
    }
    return new SqlExpr.Case(branches, zero, SqlType.INT4);
  }

  /** The same expression over the output of {@link #aggregate}. */
  SqlExpr overGroups(SqlExpr e) {
    return SqlExprs.replace(e, this::translated);
  }

  private @Nullable SqlExpr translated(SqlExpr part) {
    int key = keys.indexOf(part);
    if (key >= 0) {
      Column column = keyColumns.get(key);
      return new SqlExpr.ColumnRef(column.id(), column.type());
    }
    if (part instanceof SqlExpr.ColumnRef ref) {
      SqlExpr grouping = groupingValues.get(ref.column());
      if (grouping != null) {
        return grouping;
      }
      if (scope.owns(ref.column())) {
        throw ungrouped(ref);
      }
    }
    return null;
  }

  private SqlException ungrouped(SqlExpr.ColumnRef ref) {
    for (ScopeTable table : scope.tables) {
      for (ScopeTable.ScopeColumn column : table.columns()) {
        if (column.value() instanceof SqlExpr.ColumnRef own
            && own.column() == ref.column()
            && table.name() != null) {
          return SqlException.of(
                  SqlState.GROUPING_ERROR,
                  "column \"%s.%s\" must appear in the GROUP BY clause"
                      + " or be used in an aggregate function",
                  table.name(),
                  column.name())
              .at(binding.position(ref));
        }
      }
    }
    return SqlException.of(
            SqlState.GROUPING_ERROR,
            "column \"%s\" must appear in the GROUP BY clause"
                + " or be used in an aggregate function",
            name(ref))
        .at(binding.position(ref));
  }
}
