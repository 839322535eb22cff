package dev.troupe.sql.optimize;

import dev.troupe.sql.catalog.ElementState;
import dev.troupe.sql.catalog.IndexDescriptor;
import dev.troupe.sql.plan.IndexAccess;
import dev.troupe.sql.plan.IndexAccess.Bound;
import dev.troupe.sql.plan.IndexAccess.KeyRange;
import dev.troupe.sql.plan.PlanNode;
import dev.troupe.sql.plan.SortKey;
import dev.troupe.sql.plan.SqlExpr;
import dev.troupe.sql.plan.SqlExprs;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The ways to read the rows of a table that fulfil conditions, and what they cost. */
final class AccessPaths {
  /** A read of one place, counted in rows that are read in passing. */
  static final double SEEK = 10;

  /** A row that is found by an entry of an index but lies elsewhere. */
  private static final double FETCH = 5;

  private static final int RANGES_MAX = 1000;
  private static final double PART_OF_RANGE = 0.3;

  private final PlanNode.Scan scan;
  private final List<SqlExpr> conditions;
  private final KeyConditions keys;
  private final Estimates estimates;
  private final PartialIndexes partial;
  private final double tableRows;

  /**
   * @param conditions over the scan's output; what else they see is known when a range is read
   */
  AccessPaths(
      PlanNode.Scan scan, List<SqlExpr> conditions, Estimates estimates, PartialIndexes partial) {
    this.scan = scan;
    this.conditions = conditions;
    this.keys = new KeyConditions(scan, conditions);
    this.estimates = estimates;
    this.partial = partial;
    this.tableRows = estimates.tableRows(scan.table());
  }

  /**
   * One way.
   *
   * @param used conditions that the ranges and the index fulfil by themselves
   * @param matched how many columns of the key are given
   * @param cost in rows read
   * @param rows that the ranges hold
   */
  record Path(IndexAccess access, List<SqlExpr> used, int matched, double cost, double rows) {
    /** For who does not ask for an order: ranges may be read side by side then. */
    Path inAnyOrder() {
      return new Path(access.inAnyOrder(), used, matched, cost, rows);
    }
  }

  /** The cheapest way. */
  Path best() {
    Path best = path(scan.table().primary(), false);
    for (IndexDescriptor index : scan.table().indexes()) {
      if (isUsable(index)) {
        Path candidate = path(index, false);
        boolean any = candidate.matched() > 0 || !candidate.access().ranges().isEmpty();
        boolean narrower = candidate.access().covering() || partial.isPartial(index);
        if ((any || narrower) && candidate.cost() < best.cost()) {
          best = candidate;
        }
      }
    }
    return best;
  }

  private boolean isUsable(IndexDescriptor index) {
    return index.state() == ElementState.PUBLIC && partial.implied(scan, index, conditions) != null;
  }

  /** The cheapest way that gives rows in an order; null when none does. */
  @Nullable Path ordered(List<SortKey> order) {
    Path best = null;
    List<IndexDescriptor> all = new ArrayList<>();
    all.add(scan.table().primary());
    all.addAll(scan.table().indexes());
    for (IndexDescriptor index : all) {
      boolean usable = index.primary() || isUsable(index);
      Boolean reverse = usable ? direction(index, order) : null;
      if (reverse != null) {
        Path candidate = path(index, reverse);
        if (best == null || candidate.cost() < best.cost()) {
          best = candidate;
        }
      }
    }
    return best;
  }

  /** Columns that entries are ordered by: those of the primary key come last. */
  private List<IndexDescriptor.Key> orderOf(IndexDescriptor index) {
    if (index.unique()) {
      return index.keys();
    }
    List<IndexDescriptor.Key> keyColumns = new ArrayList<>(index.keys());
    for (IndexDescriptor.Key key : scan.table().primary().keys()) {
      if (index.keys().stream().noneMatch(own -> own.column() == key.column())) {
        keyColumns.add(key);
      }
    }
    return keyColumns;
  }

  /**
   * Whether an index has to be read backward for an order; null when it does not have it. Several
   * ranges are read in the order of the index.
   */
  private @Nullable Boolean direction(IndexDescriptor index, List<SortKey> order) {
    List<IndexDescriptor.Key> parts = orderOf(index);
    int part = 0;
    Boolean reverse = null;
    for (SortKey key : order) {
      int column = tableColumn(key.expression());
      if (column == 0) {
        return null;
      }
      if (isFixed(column)) {
        continue;
      }
      while (part < parts.size() && isFixed(parts.get(part).column())) {
        part++;
      }
      if (part == parts.size()) {
        return hasNoNulls(index) ? orForward(reverse) : null;
      }
      Boolean backward = backward(parts.get(part), key, column);
      if (backward == null || (reverse != null && !reverse.equals(backward))) {
        return null;
      }
      reverse = backward;
      part++;
    }
    return orForward(reverse);
  }

  /**
   * Whether a part of an index is read backward for a key; null when it is about another column.
   */
  private @Nullable Boolean backward(IndexDescriptor.Key part, SortKey key, int column) {
    if (part.column() != column) {
      return null;
    }
    boolean backward = key.descending() != part.descending();
    boolean nullsMirrored = key.nullsFirst() != part.nullsFirst();
    boolean fits = (nullsMirrored == backward) || isRequired(column);
    return fits ? Boolean.valueOf(backward) : null;
  }

  private static Boolean orForward(@Nullable Boolean reverse) {
    return Boolean.TRUE.equals(reverse);
  }

  private boolean hasNoNulls(IndexDescriptor index) {
    return index.keys().stream().allMatch(key -> isRequired(key.column()));
  }

  private boolean isRequired(int column) {
    return !scan.table().column(column).nullable();
  }

  private boolean isFixed(int column) {
    KeyConditions.OfColumn known = keys.of(column);
    return known != null && known.equal != null && known.equal.values().size() == 1;
  }

  private int tableColumn(SqlExpr e) {
    if (e instanceof SqlExpr.ColumnRef ref) {
      for (int i = 0; i < scan.output().size(); i++) {
        if (scan.output().get(i).id() == ref.column()) {
          return scan.columns().get(i);
        }
      }
    }
    return 0;
  }

  /** What an index can do for the conditions. */
  private Path path(IndexDescriptor index, boolean reverse) {
    List<List<SqlExpr>> prefixes = List.of(List.of());
    List<SqlExpr> used = new ArrayList<>();
    int matched = 0;
    Bound lower = null;
    Bound upper = null;
    for (IndexDescriptor.Key key : index.keys()) {
      KeyConditions.OfColumn known = keys.of(key.column());
      KeyConditions.Values equal = known == null ? null : known.equal;
      if (equal != null && prefixes.size() * equal.values().size() <= RANGES_MAX) {
        prefixes = extended(prefixes, equal.values());
        used.add(equal.condition());
        matched++;
        continue;
      }
      if (known != null) {
        lower = bound(known.lower, used);
        upper = bound(known.upper, used);
      }
      break;
    }
    List<KeyRange> ranges = new ArrayList<>();
    if (matched > 0 || lower != null || upper != null) {
      for (List<SqlExpr> prefix : prefixes) {
        ranges.add(new KeyRange(prefix, lower, upper));
      }
    }
    return costed(index, reverse, ranges, used, matched);
  }

  private static @Nullable Bound bound(KeyConditions.@Nullable Limit limit, List<SqlExpr> used) {
    if (limit == null) {
      return null;
    }
    used.add(limit.condition());
    return limit.bound();
  }

  private static List<List<SqlExpr>> extended(List<List<SqlExpr>> prefixes, List<SqlExpr> values) {
    List<List<SqlExpr>> longer = new ArrayList<>(prefixes.size() * values.size());
    for (List<SqlExpr> prefix : prefixes) {
      for (SqlExpr value : values) {
        List<SqlExpr> extended = new ArrayList<>(prefix);
        extended.add(value);
        longer.add(extended);
      }
    }
    return longer;
  }

  private Path costed(
      IndexDescriptor index,
      boolean reverse,
      List<KeyRange> ranges,
      List<SqlExpr> used,
      int matched) {
    double part = ranges.isEmpty() ? 1 : 0;
    for (KeyRange range : ranges) {
      part += estimates.rangePart(scan.table(), index, range, tableRows);
    }
    double rows = tableRows * Math.min(1, part);
    List<SqlExpr> implied = index.primary() ? List.of() : partial.implied(scan, index, conditions);
    if (implied != null && !implied.isEmpty()) {
      used.addAll(implied);
      rows *= PART_OF_RANGE;
    }
    boolean covering = index.primary() || covers(index);
    double cost = SEEK * Math.max(1, ranges.size()) + rows * (covering ? 1 : FETCH);
    if (covering && !index.primary() && ranges.isEmpty()) {
      cost *= 0.9;
    }
    IndexAccess access = new IndexAccess(index, ranges, reverse, covering);
    return new Path(access, used, matched, cost, rows);
  }

  /** Whether entries hold all columns that are put out or filtered. */
  private boolean covers(IndexDescriptor index) {
    Set<Integer> held = new HashSet<>(index.included());
    index.keys().forEach(key -> held.add(key.column()));
    scan.table().primary().keys().forEach(key -> held.add(key.column()));
    for (int i = 0; i < scan.columns().size(); i++) {
      if (!held.contains(scan.columns().get(i))) {
        return false;
      }
    }
    return true;
  }

  /** The scan by a way, with what is left to filter. */
  PlanNode.Scan by(Path path) {
    List<SqlExpr> rest = new ArrayList<>(conditions);
    rest.removeAll(path.used());
    return new PlanNode.Scan(
        scan.table(),
        scan.alias(),
        scan.output(),
        scan.columns(),
        path.access(),
        SqlExprs.and(rest),
        scan.lock(),
        scan.limit());
  }
}
