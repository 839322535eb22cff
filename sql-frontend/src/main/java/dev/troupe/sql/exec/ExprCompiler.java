package dev.troupe.sql.exec;

import dev.troupe.sql.eval.ScalarFunction;
import dev.troupe.sql.plan.SqlExpr;
import dev.troupe.sql.type.TypeId;
import dev.troupe.sql.type.ValueOrder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes closures of expressions. For one plan. */
final class ExprCompiler {
  private final Places places;
  private final Subqueries subqueries;

  ExprCompiler(Places places, PlanCompiler plans) {
    this.places = places;
    this.subqueries = new Subqueries(places, plans, this);
  }

  /** How many places to remember something the expressions need. */
  int states() {
    return places.states();
  }

  /**
   * Compiles an expression.
   *
   * @param layout of the rows it will see; other columns are those of outer queries
   */
  RowExpr compile(SqlExpr expression, Layout layout) {
    return switch (expression) {
      case SqlExpr.Constant e -> new RowExpr.Constant(e.value());
      case SqlExpr.Parameter e -> parameter(e.index());
      case SqlExpr.ColumnRef e -> column(e, layout);
      case SqlExpr.Call e -> call(e, layout);
      case SqlExpr.And e -> new LogicExprs.And(compileAll(e.terms(), layout));
      case SqlExpr.Or e -> new LogicExprs.Or(compileAll(e.terms(), layout));
      case SqlExpr.Not e -> new LogicExprs.Not(compile(e.term(), layout));
      case SqlExpr.IsNull e ->
          e.term().type().id() == TypeId.RECORD
              ? new LogicExprs.IsNullRecord(compile(e.term(), layout), e.negated())
              : new LogicExprs.IsNull(compile(e.term(), layout), e.negated());
      case SqlExpr.IsTruth e ->
          new LogicExprs.IsTruth(compile(e.term(), layout), e.value(), e.negated());
      case SqlExpr.IsDistinct e ->
          new LogicExprs.IsDistinct(
              compile(e.left(), layout), compile(e.right(), layout), e.equals(), e.negated());
      case SqlExpr.Case e -> caseOf(e, layout);
      case SqlExpr.Coalesce e -> new LogicExprs.Coalesce(compileAll(e.terms(), layout));
      case SqlExpr.Extreme e ->
          new LogicExprs.Extreme(
              compileAll(e.terms(), layout), ValueOrder.of(e.type()), e.greatest());
      case SqlExpr.NullIf e ->
          new LogicExprs.NullIf(compile(e.left(), layout), compile(e.right(), layout), e.equals());
      case SqlExpr.InList e ->
          InLists.compile(e, compile(e.term(), layout), compileAll(e.values(), layout));
      case SqlExpr.ArrayComparison e ->
          new ArrayExprs.Comparison(
              compile(e.left(), layout), compile(e.array(), layout), e.operator(), e.all());
      case SqlExpr.ArrayOf e -> ArrayExprs.arrayOf(compileAll(e.elements(), layout), e.type());
      case SqlExpr.Row e ->
          new ArrayExprs.Row(
              compileAll(e.fields(), layout),
              e.fields().stream().map(SqlExpr::type).toList(),
              e.names());
      case SqlExpr.Field e -> new ArrayExprs.Field(compile(e.record(), layout), e.index());
      case SqlExpr.Subscript e -> subscript(e, layout);
      case SqlExpr.ScalarSubquery e -> subqueries.scalar(e, layout);
      case SqlExpr.Exists e -> subqueries.exists(e, layout);
      case SqlExpr.QueryComparison e -> subqueries.comparison(e, layout);
      case SqlExpr.ArraySubquery e -> subqueries.array(e, layout);
    };
  }

  RowExpr[] compileAll(List<? extends SqlExpr> expressions, Layout layout) {
    return expressions.stream().map(e -> compile(e, layout)).toArray(RowExpr[]::new);
  }

  @Nullable RowExpr compileIfAny(@Nullable SqlExpr expression, Layout layout) {
    return expression == null ? null : compile(expression, layout);
  }

  private static RowExpr parameter(int index) {
    return (row, run) -> run.eval.parameter(index);
  }

  private RowExpr column(SqlExpr.ColumnRef column, Layout layout) {
    int slot = layout.slot(column.column());
    if (slot >= 0) {
      return new RowExpr.Slot(slot);
    }
    int register = column.column();
    places.uses(register, column.type());
    return (row, run) -> run.eval.register(register);
  }

  private RowExpr call(SqlExpr.Call call, Layout layout) {
    ScalarFunction function = call.function();
    if (function.volatility() == ScalarFunction.Volatility.VOLATILE) {
      places.markVolatile();
    }
    return Calls.of(function, compileAll(call.arguments(), layout));
  }

  private RowExpr caseOf(SqlExpr.Case expression, Layout layout) {
    RowExpr[] conditions =
        compileAll(expression.branches().stream().map(SqlExpr.When::condition).toList(), layout);
    RowExpr[] results =
        compileAll(expression.branches().stream().map(SqlExpr.When::result).toList(), layout);
    return new LogicExprs.Case(conditions, results, compileIfAny(expression.otherwise(), layout));
  }

  private RowExpr subscript(SqlExpr.Subscript expression, Layout layout) {
    boolean slice = expression.indexes().stream().anyMatch(SqlExpr.Index::slice);
    var lower = new @Nullable RowExpr[expression.indexes().size()];
    var upper = new @Nullable RowExpr[lower.length];
    for (int i = 0; i < lower.length; i++) {
      SqlExpr.Index index = expression.indexes().get(i);
      lower[i] = compileIfAny(index.lower(), layout);
      upper[i] = compileIfAny(index.upper(), layout);
      if (slice && !index.slice()) {
        // Among slices a plain index is the upper bound of one that begins at 1.
        lower[i] = new RowExpr.Constant(1);
      }
    }
    RowExpr array = compile(expression.array(), layout);
    return slice ? new Subscripts.Slice(array, lower, upper) : new Subscripts.Element(array, upper);
  }
}
