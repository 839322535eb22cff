package dev.troupe.sql.optimize;

import dev.troupe.sql.plan.AggregateCall;
import dev.troupe.sql.plan.Column;
import dev.troupe.sql.plan.ModifyNode;
import dev.troupe.sql.plan.PlanNode;
import dev.troupe.sql.plan.PlanNodes;
import dev.troupe.sql.plan.SqlExpr;
import dev.troupe.sql.plan.SqlExprs;
import dev.troupe.sql.plan.WindowCall;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/** Leaves out columns that nobody needs, so that scans read few and joins carry few. */
final class Pruning {
  private Pruning() {}

  /** A plan whose whole output is wanted. */
  static PlanNode prune(PlanNode plan) {
    return prune(plan, PlanNodes.outputIds(plan));
  }

  /**
   * The plan with at least the needed columns in its output, in the same order as before.
   *
   * @param needed ids of columns
   */
  private static PlanNode prune(PlanNode plan, BitSet needed) {
    return switch (plan) {
      case PlanNode.Scan n -> scan(n, needed);
      case PlanNode.VirtualScan n -> virtualScan(n, needed);
      case PlanNode.Project n -> project(n, needed);
      case PlanNode.Aggregate n -> aggregate(n, needed);
      case PlanNode.Window n -> window(n, needed);
      case PlanNode.SetOperation n -> setOperation(n, needed);
      case PlanNode.ProjectSet n -> inputs(n, new BitSet());
      case ModifyNode.Insert n -> wholeInputs(n);
      case ModifyNode.Update n -> change(n, n.table().columns().size());
      case ModifyNode.Delete n -> change(n, n.table().columns().size());
      case PlanNode.With n -> with(n, needed);
      case PlanNode.Apply n -> apply(n, needed);
      case PlanNode.Filter n -> inputs(n, needed);
      case PlanNode.Join n -> inputs(n, needed);
      case PlanNode.HashJoin n -> inputs(n, needed);
      case PlanNode.MergeJoin n -> inputs(n, needed);
      case PlanNode.LookupJoin n -> inputs(n, needed);
      case PlanNode.Sort n -> inputs(n, needed);
      case PlanNode.Limit n -> inputs(n, needed);
      case PlanNode.Distinct n -> inputs(n, needed);
      case PlanNode.LockRows n -> inputs(n, needed);
      case PlanNode.Values n -> n;
      case PlanNode.FunctionScan n -> n;
      case PlanNode.CteScan n -> n;
    };
  }

  private static PlanNode wholeInputs(PlanNode node) {
    return PlanNodes.mapInputs(node, Pruning::prune);
  }

  /** What passes columns on needs them, and those of its own expressions. */
  private static PlanNode inputs(PlanNode node, BitSet needed) {
    BitSet all = withOwn(node, needed);
    return PlanNodes.mapInputs(node, input -> prune(input, all));
  }

  private static BitSet withOwn(PlanNode node, BitSet needed) {
    BitSet all = (BitSet) needed.clone();
    PlanNodes.visitParts(node, input -> {}, e -> SqlExprs.addColumns(e, all));
    return all;
  }

  private static PlanNode apply(PlanNode.Apply n, BitSet needed) {
    BitSet all = withOwn(n, needed);
    all.or(PlanNodes.freeColumns(n.right()));
    return PlanNodes.mapInputs(n, input -> prune(input, all));
  }

  private static PlanNode with(PlanNode.With n, BitSet needed) {
    List<PlanNode.Cte> definitions = new ArrayList<>();
    for (PlanNode.Cte cte : n.definitions()) {
      PlanNode recursive = cte.recursive();
      definitions.add(
          new PlanNode.Cte(
              cte.id(),
              cte.name(),
              prune(cte.query()),
              recursive == null ? null : prune(recursive),
              cte.distinct(),
              cte.materialized()));
    }
    return new PlanNode.With(definitions, prune(n.input(), needed));
  }

  /** The first columns of the input are the row to be changed, as a whole. */
  private static PlanNode change(PlanNode n, int tableColumns) {
    BitSet all = withOwn(n, new BitSet());
    return PlanNodes.mapInputs(
        n,
        input -> {
          BitSet wanted = (BitSet) all.clone();
          for (Column column : input.output().subList(0, tableColumns)) {
            wanted.set(column.id());
          }
          return prune(input, wanted);
        });
  }

  private static PlanNode scan(PlanNode.Scan n, BitSet needed) {
    BitSet all = withOwn(n, needed);
    List<Column> output = new ArrayList<>();
    List<Integer> columns = new ArrayList<>();
    for (int i = 0; i < n.output().size(); i++) {
      if (all.get(n.output().get(i).id())) {
        output.add(n.output().get(i));
        columns.add(n.columns().get(i));
      }
    }
    return output.size() == n.output().size()
        ? n
        : new PlanNode.Scan(
            n.table(), n.alias(), output, columns, n.access(), n.filter(), n.lock(), n.limit());
  }

  private static PlanNode virtualScan(PlanNode.VirtualScan n, BitSet needed) {
    BitSet all = withOwn(n, needed);
    List<Column> output = new ArrayList<>();
    List<Integer> ordinals = new ArrayList<>();
    for (int i = 0; i < n.output().size(); i++) {
      if (all.get(n.output().get(i).id())) {
        output.add(n.output().get(i));
        ordinals.add(n.ordinals().get(i));
      }
    }
    return new PlanNode.VirtualScan(n.table(), output, ordinals, n.filter());
  }

  private static PlanNode project(PlanNode.Project n, BitSet needed) {
    List<Column> output = new ArrayList<>();
    List<SqlExpr> values = new ArrayList<>();
    BitSet below = new BitSet();
    for (int i = 0; i < n.output().size(); i++) {
      if (needed.get(n.output().get(i).id())) {
        output.add(n.output().get(i));
        values.add(n.expressions().get(i));
        SqlExprs.addColumns(n.expressions().get(i), below);
      }
    }
    PlanNode input = prune(n.input(), below);
    return isSame(input.output(), output, values)
        ? input
        : new PlanNode.Project(input, output, values);
  }

  /** Whether a projection would put out exactly what comes in. */
  private static boolean isSame(List<Column> input, List<Column> output, List<SqlExpr> values) {
    if (input.size() != output.size()) {
      return false;
    }
    for (int i = 0; i < output.size(); i++) {
      boolean same =
          values.get(i) instanceof SqlExpr.ColumnRef ref
              && ref.column() == output.get(i).id()
              && input.get(i).id() == ref.column();
      if (!same) {
        return false;
      }
    }
    return true;
  }

  private static PlanNode aggregate(PlanNode.Aggregate n, BitSet needed) {
    List<Column> output = new ArrayList<>(n.output().subList(0, n.groupBy().size()));
    List<AggregateCall> calls = new ArrayList<>();
    for (AggregateCall call : n.calls()) {
      if (needed.get(call.output().id())) {
        calls.add(call);
        output.add(call.output());
      }
    }
    if (n.groupingSets() != null) {
      output.add(n.output().getLast());
    }
    PlanNode.Aggregate pruned =
        new PlanNode.Aggregate(n.input(), output, n.groupBy(), n.groupingSets(), calls, n.sorted());
    return inputs(pruned, new BitSet());
  }

  private static PlanNode window(PlanNode.Window n, BitSet needed) {
    List<WindowCall> calls =
        n.calls().stream().filter(call -> needed.get(call.output().id())).toList();
    if (calls.isEmpty()) {
      return prune(n.input(), needed);
    }
    BitSet below = (BitSet) needed.clone();
    PlanNode.Window fewer =
        new PlanNode.Window(n.input(), n.output(), n.partitionBy(), n.orderBy(), calls);
    PlanNodes.visitParts(fewer, input -> {}, e -> SqlExprs.addColumns(e, below));
    PlanNode input = prune(n.input(), below);
    List<Column> output = new ArrayList<>(input.output());
    calls.forEach(call -> output.add(call.output()));
    return new PlanNode.Window(input, output, n.partitionBy(), n.orderBy(), calls);
  }

  /** Columns that are left out of both sides; only where duplicates stay. */
  private static PlanNode setOperation(PlanNode.SetOperation n, BitSet needed) {
    if (n.kind() != PlanNode.SetKind.UNION || !n.all()) {
      return wholeInputs(n);
    }
    List<Column> output = new ArrayList<>();
    List<Integer> kept = new ArrayList<>();
    for (int i = 0; i < n.output().size(); i++) {
      if (needed.get(n.output().get(i).id())) {
        output.add(n.output().get(i));
        kept.add(i);
      }
    }
    return kept.size() == n.output().size()
        ? wholeInputs(n)
        : new PlanNode.SetOperation(
            n.kind(), true, output, narrowed(n.left(), kept), narrowed(n.right(), kept));
  }

  private static PlanNode narrowed(PlanNode side, List<Integer> kept) {
    List<Column> output = new ArrayList<>();
    List<SqlExpr> values = new ArrayList<>();
    BitSet needed = new BitSet();
    for (int i : kept) {
      Column column = side.output().get(i);
      output.add(column);
      values.add(new SqlExpr.ColumnRef(column.id(), column.type()));
      needed.set(column.id());
    }
    return project(new PlanNode.Project(side, output, values), needed);
  }
}
