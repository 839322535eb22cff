package dev.troupe.sql.optimize;

import dev.troupe.sql.plan.SqlExpr;
import dev.troupe.sql.plan.SqlExprs;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What follows from equalities: of {@code a = b} and {@code b = 1} that {@code a = 1}, which can be
 * looked up on its own. Only equalities of columns of one and the same type are looked at, for
 * which equal means the same.
 */
final class Equalities {
  private final Map<Integer, Set<Integer>> classes = new HashMap<>();

  private Equalities() {}

  /** Two columns that are equal. */
  private record Pair(SqlExpr.ColumnRef left, SqlExpr.ColumnRef right) {}

  private static @Nullable Pair pair(SqlExpr e) {
    return e instanceof SqlExpr.Call call
            && call.function().name().equals("=")
            && call.arguments().size() == 2
            && call.arguments().get(0) instanceof SqlExpr.ColumnRef a
            && call.arguments().get(1) instanceof SqlExpr.ColumnRef b
            && a.type().isSameAs(b.type())
        ? new Pair(a, b)
        : null;
  }

  private void add(Pair pair) {
    Set<Integer> merged = new LinkedHashSet<>();
    merged.addAll(classes.getOrDefault(pair.left().column(), Set.of(pair.left().column())));
    merged.addAll(classes.getOrDefault(pair.right().column(), Set.of(pair.right().column())));
    merged.forEach(column -> classes.put(column, merged));
  }

  /** Adds conditions on single columns that follow from others. */
  static void close(List<SqlExpr> conditions) {
    Equalities known = new Equalities();
    Map<Integer, SqlExpr.ColumnRef> references = new HashMap<>();
    for (SqlExpr condition : conditions) {
      Pair pair = pair(condition);
      if (pair != null) {
        known.add(pair);
        references.put(pair.left().column(), pair.left());
        references.put(pair.right().column(), pair.right());
      }
    }
    if (known.classes.isEmpty()) {
      return;
    }
    List<SqlExpr> added = new ArrayList<>();
    for (SqlExpr condition : conditions) {
      SqlExpr.ColumnRef only = onlyColumn(condition);
      Set<Integer> equal = only == null ? null : known.classes.get(only.column());
      if (only != null && equal != null) {
        for (int other : equal) {
          SqlExpr.ColumnRef reference = references.get(other);
          if (other != only.column() && reference != null) {
            added.add(replaced(condition, only.column(), reference));
          }
        }
      }
    }
    added.stream().filter(e -> !conditions.contains(e)).forEach(conditions::add);
  }

  /** The column that a simple condition is about; null when it is no simple one. */
  private static SqlExpr.@Nullable ColumnRef onlyColumn(SqlExpr condition) {
    boolean simple =
        (condition instanceof SqlExpr.Call call && call.arguments().size() == 2)
            || condition instanceof SqlExpr.InList;
    if (!simple || SqlExprs.hasSubquery(condition)) {
      return null;
    }
    SqlExpr.ColumnRef[] found = new SqlExpr.ColumnRef[1];
    boolean[] several = new boolean[1];
    SqlExprs.visit(
        condition,
        part -> {
          if (part instanceof SqlExpr.ColumnRef ref) {
            several[0] |= found[0] != null && found[0].column() != ref.column();
            found[0] = ref;
          }
        },
        query -> {});
    return several[0] ? null : found[0];
  }

  private static SqlExpr replaced(SqlExpr condition, int column, SqlExpr.ColumnRef other) {
    return SqlExprs.transform(
        condition,
        part -> part instanceof SqlExpr.ColumnRef ref && ref.column() == column ? other : part);
  }

  /**
   * Conditions for the right side of an outer or semi-join that follow from its own condition and
   * those on the left side: {@code a LEFT JOIN b ON a.x = b.x} with {@code a.x = 1} needs only the
   * rows of b with {@code b.x = 1}.
   */
  static void addImplied(
      List<SqlExpr> on, List<SqlExpr> leftConditions, BitSet right, List<SqlExpr> toRight) {
    if (on.isEmpty() || leftConditions.isEmpty()) {
      return;
    }
    List<SqlExpr> all = new ArrayList<>(on);
    all.addAll(leftConditions);
    int known = all.size();
    close(all);
    for (SqlExpr condition : all.subList(known, all.size())) {
      BitSet columns = SqlExprs.columns(condition);
      columns.andNot(right);
      if (columns.isEmpty()) {
        toRight.add(condition);
      }
    }
  }
}
