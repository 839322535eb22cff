package dev.troupe.sql.syntax.print;

import dev.troupe.sql.syntax.ast.Expression;
import dev.troupe.sql.syntax.ast.Expression.CallOptions;
import dev.troupe.sql.syntax.ast.OrderItem;
import dev.troupe.sql.syntax.ast.Window;
import java.util.List;

/** Calls, and what looks like calls; with ORDER BY and windows. */
final class CallPrinter {
  private final SqlWriter out;
  private final ExpressionPrinter expressions;

  CallPrinter(SqlWriter out, ExpressionPrinter expressions) {
    this.out = out;
    this.expressions = expressions;
  }

  void print(Expression expression) {
    switch (expression) {
      case Expression.Case cases -> cases(cases);
      case Expression.Coalesce coalesce -> call("COALESCE", coalesce.arguments());
      case Expression.NullIf nullIf -> call("NULLIF", List.of(nullIf.left(), nullIf.right()));
      case Expression.Extremum extremum ->
          call(extremum.greatest() ? "GREATEST" : "LEAST", extremum.arguments());
      case Expression.Grouping grouping -> call("GROUPING", grouping.arguments());
      case Expression.Extract extract -> {
        out.add("EXTRACT(").literal(extract.field()).add(" FROM ");
        expressions.expression(extract.source());
        out.add(")");
      }
      case Expression.SessionValue value -> {
        out.add(value.kind().name());
        Integer precision = value.precision();
        if (precision != null) {
          out.add("(" + precision + ")");
        }
      }
      case Expression.CurrentOf current -> out.add("CURRENT OF ").name(current.cursor());
      case Expression.FunctionCall call -> functionCall(call);
      default -> throw new IllegalArgumentException("no form is known for " + expression);
    }
  }

  private void cases(Expression.Case cases) {
    out.add("CASE");
    Expression operand = cases.operand();
    if (operand != null) {
      out.add(" ");
      expressions.expression(operand);
    }
    for (Expression.When branch : cases.branches()) {
      out.add(" WHEN ");
      expressions.expression(branch.condition());
      out.add(" THEN ");
      expressions.expression(branch.result());
    }
    Expression otherwise = cases.otherwise();
    if (otherwise != null) {
      out.add(" ELSE ");
      expressions.expression(otherwise);
    }
    out.add(" END");
  }

  private void call(String name, List<Expression> arguments) {
    out.add(name).add("(");
    expressions.expressions(arguments);
    out.add(")");
  }

  private void functionCall(Expression.FunctionCall call) {
    CallOptions options = call.options();
    out.name(call.name()).add("(");
    out.addIf(options.star(), "*").addIf(options.distinct(), "DISTINCT ");
    int last = call.arguments().size() - 1;
    for (int i = 0; i <= last; i++) {
      Expression.Argument argument = call.arguments().get(i);
      out.addIf(i > 0, ", ").addIf(options.variadic() && i == last, "VARIADIC ");
      String name = argument.name();
      if (name != null) {
        out.name(name).add(" => ");
      }
      expressions.expression(argument.value());
    }
    orderBy(options.orderBy());
    out.add(")");
    if (!options.withinGroup().isEmpty()) {
      out.add(" WITHIN GROUP (ORDER BY ");
      out.list(options.withinGroup(), this::item).add(")");
    }
    Expression filter = options.filter();
    if (filter != null) {
      out.add(" FILTER (WHERE ");
      expressions.expression(filter);
      out.add(")");
    }
    Window over = options.over();
    if (over != null) {
      out.add(" OVER ");
      window(over);
    }
  }

  /** ORDER BY with a blank before; nothing when there are no keys. */
  void orderBy(List<OrderItem> items) {
    if (!items.isEmpty()) {
      out.add(" ORDER BY ").list(items, this::item);
    }
  }

  private void item(OrderItem item) {
    expressions.expression(item.value());
    String using = item.using();
    if (using != null) {
      out.add(" USING ").add(using);
    }
    out.addIf(item.descending(), " DESC");
    OrderItem.NullsOrder nulls = item.nulls();
    if (nulls != null) {
      out.add(" NULLS ").words(nulls);
    }
  }

  private void window(Window window) {
    switch (window) {
      case Window.Named named -> out.name(named.name());
      case Window.Specification specification -> specification(specification);
    }
  }

  void specification(Window.Specification window) {
    out.add("(");
    String separator = "";
    String base = window.base();
    if (base != null) {
      out.name(base);
      separator = " ";
    }
    if (!window.partitionBy().isEmpty()) {
      out.add(separator).add("PARTITION BY ");
      expressions.expressions(window.partitionBy());
      separator = " ";
    }
    if (!window.orderBy().isEmpty()) {
      out.add(separator).add("ORDER BY ").list(window.orderBy(), this::item);
      separator = " ";
    }
    Window.Frame frame = window.frame();
    if (frame != null) {
      out.add(separator);
      frame(frame);
    }
    out.add(")");
  }

  private void frame(Window.Frame frame) {
    out.words(frame.unit()).add(" BETWEEN ");
    bound(frame.start());
    out.add(" AND ");
    bound(frame.end());
    if (frame.exclusion() != Window.Exclusion.NO_OTHERS) {
      out.add(" EXCLUDE ").words(frame.exclusion());
    }
  }

  private void bound(Window.Bound bound) {
    Expression offset = bound.offset();
    if (offset != null) {
      expressions.expression(offset);
      out.add(" ");
    }
    out.words(bound.kind());
  }
}
