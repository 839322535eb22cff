package dev.troupe.sql.exec;

import dev.troupe.sql.plan.AggregateCall;
import dev.troupe.sql.plan.PlanNode;
import dev.troupe.sql.plan.SqlExpr;
import dev.troupe.sql.type.SqlType;
import dev.troupe.sql.type.ValueOrder;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Compiles the grouping of rows. */
final class AggregateCompiler {
  private final ExprCompiler expressions;

  AggregateCompiler(ExprCompiler expressions) {
    this.expressions = expressions;
  }

  /**
   * Compiles groups that the ranges of a table gather.
   *
   * @param input the scan, when it is run by itself
   */
  Step compileAtRanges(PlanNode.Aggregate node, PlanNode.Scan from, ScanStep scan, Step input) {
    List<SqlType> types = node.groupBy().stream().map(SqlExpr::type).toList();
    var gathered =
        new RowWork(
            from.table(),
            scan.access().ranges().index().index(),
            from.columns(),
            from.output(),
            from.filter(),
            false,
            new RowWork.Gathered(node.groupBy(), node.calls()));
    return new GatherStep(
        from,
        scan,
        hashed(node, input),
        KeyShape.of(types),
        new RowCodec(types),
        RangeWork.of(gathered, expressions));
  }

  Step compile(PlanNode.Aggregate node, Step input) {
    if (node.groupingSets() == null && node.sorted() && !node.groupBy().isEmpty()) {
      return sorted(node, input);
    }
    return hashed(node, input);
  }

  private Step sorted(PlanNode.Aggregate node, Step input) {
    Layout layout = PlanCompiler.layout(node.input());
    RowExpr[] groupBy = expressions.compileAll(node.groupBy(), layout);
    CompiledAggregate[] calls =
        node.calls().stream().map(call -> call(call, layout)).toArray(CompiledAggregate[]::new);
    List<SqlType> types = node.groupBy().stream().map(SqlExpr::type).toList();
    return new SortedAggregateStep(input, groupBy, KeyShape.of(types), calls);
  }

  private AggregateStep hashed(PlanNode.Aggregate node, Step input) {
    Layout layout = PlanCompiler.layout(node.input());
    RowExpr[] groupBy = expressions.compileAll(node.groupBy(), layout);
    CompiledAggregate[] calls =
        node.calls().stream().map(call -> call(call, layout)).toArray(CompiledAggregate[]::new);
    List<SqlType> types = node.groupBy().stream().map(SqlExpr::type).toList();
    List<List<Integer>> sets = node.groupingSets();
    int[][] positions =
        sets == null
            ? new int[][] {IntStream.range(0, groupBy.length).toArray()}
            : sets.stream()
                .map(set -> set.stream().mapToInt(Integer::intValue).toArray())
                .toArray(int[][]::new);
    KeyShape[] shapes =
        Arrays.stream(positions)
            .map(set -> KeyShape.of(IntStream.of(set).mapToObj(types::get).toList()))
            .toArray(KeyShape[]::new);
    return new AggregateStep(input, groupBy, positions, shapes, calls, sets != null);
  }

  CompiledAggregate call(AggregateCall call, Layout layout) {
    List<SqlType> types = call.arguments().stream().map(SqlExpr::type).toList();
    boolean distinct = call.distinct() && !call.function().ignoresDuplicates();
    return new CompiledAggregate(
        call.function(),
        expressions.compileAll(call.arguments(), layout),
        expressions.compileIfAny(call.filter(), layout),
        distinct ? KeyShape.of(types) : null,
        types.stream().map(ValueOrder::of).toArray(ValueOrder[]::new),
        call.orderBy().isEmpty()
            ? null
            : RowOrder.of(call.orderBy(), expressions, layout, layout.width()));
  }
}
