package dev.troupe.sql.optimize;

import dev.troupe.sql.plan.PlanNode;
import dev.troupe.sql.plan.PlanNode.JoinKind;
import dev.troupe.sql.plan.PlanNodes;
import dev.troupe.sql.plan.SqlExpr;
import dev.troupe.sql.plan.SqlExprs;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Orders the inner joins that hang together: begins with the smallest input and goes on with the
 * one that leaves the fewest rows, among those that a condition connects as long as there are any.
 * Takes time in the square of their number.
 */
final class JoinCluster {
  private final PushDown pushDown;
  private final Estimates estimates;
  private final List<PlanNode> leaves = new ArrayList<>();
  private final List<SqlExpr> conditions = new ArrayList<>();

  JoinCluster(PushDown pushDown, Estimates estimates) {
    this.pushDown = pushDown;
    this.estimates = estimates;
  }

  /** A condition and the leaves whose columns it sees. */
  private record Edge(SqlExpr condition, BitSet leaves) {}

  PlanNode plan(PlanNode.Join join, List<SqlExpr> demanded) {
    List<SqlExpr> stay = new ArrayList<>();
    conditions.addAll(demanded);
    flatten(join, stay);
    simplifyOuterJoins(stay);
    Equalities.close(conditions);
    PlanNode joined = order(assign());
    return PushDown.above(joined, stay);
  }

  private void flatten(PlanNode node, List<SqlExpr> stay) {
    if (node instanceof PlanNode.Join join && join.kind() == JoinKind.INNER) {
      flatten(join.left(), stay);
      flatten(join.right(), stay);
      addAll(join.condition(), stay);
    } else if (node instanceof PlanNode.Filter filter) {
      flatten(filter.input(), stay);
      addAll(filter.condition(), stay);
    } else {
      leaves.add(node);
    }
  }

  private void addAll(@Nullable SqlExpr condition, List<SqlExpr> stay) {
    for (SqlExpr term : SqlExprs.conjuncts(condition)) {
      (SqlExprs.isVolatile(term) ? stay : conditions).add(term);
    }
  }

  /** An outer join whose missing rows do not pass anyway is an inner one, and part of this. */
  private void simplifyOuterJoins(List<SqlExpr> stay) {
    boolean changed = true;
    while (changed) {
      changed = false;
      for (int i = 0; i < leaves.size() && !changed; i++) {
        PlanNode.Join inner = asInner(leaves.get(i));
        if (inner != null) {
          leaves.remove(i);
          flatten(inner, stay);
          changed = true;
        }
      }
    }
  }

  private PlanNode.@Nullable Join asInner(PlanNode leaf) {
    if (!(leaf instanceof PlanNode.Join join)) {
      return null;
    }
    PlanNode optional =
        switch (join.kind()) {
          case LEFT -> join.right();
          case RIGHT -> join.left();
          case INNER, FULL, SEMI, ANTI -> null;
        };
    if (optional == null) {
      return null;
    }
    BitSet columns = PlanNodes.outputIds(optional);
    return conditions.stream().anyMatch(term -> NullRejection.rejects(term, columns))
        ? new PlanNode.Join(JoinKind.INNER, join.left(), join.right(), join.condition())
        : null;
  }

  /** Gives each leaf its own conditions; what is left connects several. */
  private List<Edge> assign() {
    List<BitSet> outputs = leaves.stream().map(PlanNodes::outputIds).toList();
    List<List<SqlExpr>> own = new ArrayList<>();
    leaves.forEach(leaf -> own.add(new ArrayList<>()));
    List<Edge> edges = new ArrayList<>();
    for (SqlExpr condition : conditions) {
      BitSet columns = SqlExprs.columns(condition);
      BitSet touched = new BitSet();
      for (int i = 0; i < outputs.size(); i++) {
        if (outputs.get(i).intersects(columns)) {
          touched.set(i);
        }
      }
      switch (touched.cardinality()) {
        case 0 -> own.getFirst().add(condition);
        case 1 -> own.get(touched.nextSetBit(0)).add(condition);
        default -> edges.add(new Edge(condition, touched));
      }
    }
    for (int i = 0; i < leaves.size(); i++) {
      leaves.set(i, pushDown.push(leaves.get(i), own.get(i)));
    }
    return edges;
  }

  private PlanNode order(List<Edge> edges) {
    int start = smallest();
    BitSet joined = new BitSet();
    joined.set(start);
    PlanNode plan = leaves.get(start);
    List<Edge> open = new ArrayList<>(edges);
    double rows = estimates.rows(plan);
    while (joined.cardinality() < leaves.size()) {
      Step step = best(joined, open, rows);
      joined.set(step.leaf());
      List<SqlExpr> on = new ArrayList<>();
      step.edges().forEach(edge -> on.add(edge.condition()));
      open.removeAll(step.edges());
      rows = step.rows();
      plan = joined(plan, leaves.get(step.leaf()), step.edges(), SqlExprs.and(on));
    }
    return plan;
  }

  /** A leaf that is joined next, with the conditions that can be checked then. */
  private record Step(int leaf, List<Edge> edges, double rows) {}

  private int smallest() {
    int best = 0;
    double rows = Double.MAX_VALUE;
    for (int i = 0; i < leaves.size(); i++) {
      double candidate = estimates.rows(leaves.get(i));
      if (candidate < rows) {
        best = i;
        rows = candidate;
      }
    }
    return best;
  }

  private Step best(BitSet joined, List<Edge> open, double rows) {
    Step best = null;
    boolean bestConnected = false;
    for (int leaf = 0; leaf < leaves.size(); leaf++) {
      if (!joined.get(leaf)) {
        Step step = step(leaf, joined, open, rows);
        boolean connected = !step.edges().isEmpty();
        boolean better =
            best == null
                || (connected && !bestConnected)
                || (connected == bestConnected && step.rows() < best.rows());
        if (better) {
          best = step;
          bestConnected = connected;
        }
      }
    }
    if (best == null) {
      throw new IllegalStateException("no input left to join");
    }
    return best;
  }

  private Step step(int leaf, BitSet joined, List<Edge> open, double rows) {
    BitSet after = (BitSet) joined.clone();
    after.set(leaf);
    List<Edge> usable = new ArrayList<>();
    double part = 1;
    for (Edge edge : open) {
      if (edge.leaves().get(leaf) && isWithin(edge.leaves(), after)) {
        usable.add(edge);
        part *= estimates.part(edge.condition());
      }
    }
    double pairs = rows * estimates.rows(leaves.get(leaf)) * part;
    return new Step(leaf, usable, Math.max(1, pairs));
  }

  private static boolean isWithin(BitSet some, BitSet all) {
    BitSet outside = (BitSet) some.clone();
    outside.andNot(all);
    return outside.isEmpty();
  }

  /** The smaller side is on the right, unless the new one can be looked up by an index. */
  private PlanNode joined(
      PlanNode left, PlanNode leaf, List<Edge> edges, @Nullable SqlExpr condition) {
    boolean swap =
        estimates.rows(leaf) > estimates.rows(left)
            && !(leaf instanceof PlanNode.Scan scan
                && hasIndex(scan, edges.stream().map(Edge::condition).toList()));
    return swap
        ? new PlanNode.Join(JoinKind.INNER, leaf, left, condition)
        : new PlanNode.Join(JoinKind.INNER, left, leaf, condition);
  }

  /** Whether conditions give the first column of an index. */
  static boolean hasIndex(PlanNode.Scan scan, List<SqlExpr> conditions) {
    KeyConditions keys = new KeyConditions(scan, conditions);
    return scan.table().indexes().stream()
            .anyMatch(index -> isGiven(keys, index.keys().getFirst().column()))
        || isGiven(keys, scan.table().primary().keys().getFirst().column());
  }

  private static boolean isGiven(KeyConditions keys, int column) {
    KeyConditions.OfColumn known = keys.of(column);
    return known != null && known.equal != null;
  }
}
