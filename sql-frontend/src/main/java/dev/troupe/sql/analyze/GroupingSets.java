package dev.troupe.sql.analyze;

import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.plan.SqlExpr;
import dev.troupe.sql.syntax.ast.Expression;
import dev.troupe.sql.syntax.ast.QueryBody;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;

/** The sets of keys that GROUP BY asks for (PostgreSQL's documentation, 7.2.4). */
final class GroupingSets {
  /** As in PostgreSQL. */
  private static final int SETS_MAX = 4096;

  private final OrderBinder orders;
  private final List<SqlExpr> keys;
  private List<List<Integer>> sets = List.of(List.of());
  private boolean several;

  /**
   * @param keys gets the expressions; sets are made of positions in it
   */
  GroupingSets(OrderBinder orders, List<SqlExpr> keys) {
    this.orders = orders;
    this.keys = keys;
  }

  void bind(QueryBody.GroupBy groupBy) {
    for (QueryBody.GroupingElement element : groupBy.elements()) {
      sets = product(sets, sets(element));
    }
    if (groupBy.distinct()) {
      sets = List.copyOf(new LinkedHashSet<>(sets.stream().map(GroupingSets::sorted).toList()));
    }
  }

  private static List<Integer> sorted(List<Integer> set) {
    return set.stream().distinct().sorted().toList();
  }

  /** Whether there is anything but one set of all keys. */
  boolean isSeveral() {
    return several;
  }

  List<List<Integer>> positions() {
    return sets;
  }

  private List<List<Integer>> sets(QueryBody.GroupingElement element) {
    return switch (element) {
      case QueryBody.GroupingElement.Single single -> List.of(columns(single.value()));
      case QueryBody.GroupingElement.Empty empty -> List.of(List.of());
      case QueryBody.GroupingElement.Rollup rollup -> rollup(lists(rollup.values()));
      case QueryBody.GroupingElement.Cube cube -> cube(lists(cube.values()));
      case QueryBody.GroupingElement.Sets inner -> {
        several = true;
        List<List<Integer>> all = new ArrayList<>();
        inner.sets().forEach(set -> all.addAll(sets(set)));
        yield all;
      }
    };
  }

  private List<Integer> columns(Expression e) {
    List<Integer> positions = new ArrayList<>();
    if (e instanceof Expression.RowConstructor row && !row.explicit()) {
      row.fields().forEach(field -> positions.add(position(field)));
    } else {
      positions.add(position(e));
    }
    return positions;
  }

  private int position(Expression e) {
    SqlExpr key = orders.byInput(e);
    int known = keys.indexOf(key);
    if (known >= 0) {
      return known;
    }
    keys.add(key);
    return keys.size() - 1;
  }

  private List<List<Integer>> lists(List<Expression> values) {
    return values.stream().map(this::columns).toList();
  }

  private List<List<Integer>> rollup(List<List<Integer>> parts) {
    several = true;
    List<List<Integer>> all = new ArrayList<>();
    for (int length = parts.size(); length >= 0; length--) {
      all.add(flat(parts.subList(0, length)));
    }
    return all;
  }

  private List<List<Integer>> cube(List<List<Integer>> parts) {
    several = true;
    if (parts.size() > 12) {
      throw new SqlException(SqlState.TOO_MANY_COLUMNS, "CUBE is limited to 12 elements");
    }
    List<List<Integer>> all = new ArrayList<>();
    int every = (1 << parts.size()) - 1;
    for (int mask = every; mask >= 0; mask--) {
      List<List<Integer>> chosen = new ArrayList<>();
      for (int i = 0; i < parts.size(); i++) {
        if ((mask & 1 << (parts.size() - 1 - i)) != 0) {
          chosen.add(parts.get(i));
        }
      }
      all.add(flat(chosen));
    }
    return all;
  }

  private static List<Integer> flat(List<List<Integer>> parts) {
    return parts.stream().flatMap(List::stream).toList();
  }

  private static List<List<Integer>> product(List<List<Integer>> left, List<List<Integer>> right) {
    if ((long) left.size() * right.size() > SETS_MAX) {
      throw new SqlException(
          SqlState.STATEMENT_TOO_COMPLEX, "too many grouping sets present (maximum 4096)");
    }
    List<List<Integer>> all = new ArrayList<>();
    for (List<Integer> a : left) {
      for (List<Integer> b : right) {
        all.add(flat(List.of(a, b)));
      }
    }
    return all;
  }
}
