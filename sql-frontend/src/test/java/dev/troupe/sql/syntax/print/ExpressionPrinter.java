package dev.troupe.sql.syntax.print;

import dev.troupe.sql.syntax.ast.Expression;
import dev.troupe.sql.syntax.ast.Expression.Subscript;
import dev.troupe.sql.syntax.ast.Query;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Expressions, with parentheses only where they are needed. */
final class ExpressionPrinter {
  private final SqlWriter out;
  private final QueryPrinter queries;
  private final TypePrinter types;
  private final CallPrinter calls;

  ExpressionPrinter(SqlWriter out, QueryPrinter queries) {
    this.out = out;
    this.queries = queries;
    this.types = new TypePrinter(out, this);
    this.calls = new CallPrinter(out, this);
  }

  TypePrinter types() {
    return types;
  }

  CallPrinter calls() {
    return calls;
  }

  void expression(Expression expression) {
    print(expression, Precedence.OR);
  }

  void expressions(List<Expression> expressions) {
    out.list(expressions, this::expression);
  }

  /** An expression where operators that are words could be taken for something else. */
  void restricted(Expression expression) {
    print(expression, Precedence.SIGN);
  }

  private void print(Expression expression, int least) {
    boolean parentheses = Precedence.of(expression) < least;
    out.addIf(parentheses, "(");
    plain(expression);
    out.addIf(parentheses, ")");
  }

  private void plain(Expression expression) {
    switch (expression) {
      case Expression.IntegerLiteral literal -> out.add(literal.digits());
      case Expression.NumericLiteral literal -> out.add(literal.text());
      case Expression.StringLiteral literal -> out.literal(literal.value());
      case Expression.BitStringLiteral literal ->
          out.add(literal.hexadecimal() ? "X" : "B").literal(literal.digits());
      case Expression.BooleanLiteral literal -> out.add(literal.value() ? "true" : "false");
      case Expression.NullLiteral literal -> out.add("NULL");
      case Expression.TypedLiteral literal -> types.literal(literal.type(), literal.value());
      case Expression.Parameter parameter -> out.add("$" + parameter.number());
      case Expression.DefaultValue value -> out.add("DEFAULT");
      case Expression.ColumnReference column -> out.name(column.name());
      case Expression.AllColumns all -> allColumns(all);
      case Expression.AllFields all -> {
        selectable(all.operand(), true);
        out.add(".*");
      }
      case Expression.FieldSelection field -> {
        selectable(field.operand(), true);
        out.add(".").name(field.field());
      }
      case Expression.Subscription subscription -> subscription(subscription);
      default -> composed(expression);
    }
  }

  private void allColumns(Expression.AllColumns all) {
    if (all.table() != null) {
      out.name(all.table()).add(".");
    }
    out.add("*");
  }

  /** What a field or an element can be taken of without parentheses is printed without them. */
  private void selectable(Expression operand, boolean field) {
    boolean plain =
        switch (operand) {
          case Expression.ColumnReference column -> !field;
          case Expression.Parameter parameter -> true;
          case Expression.Subscription subscription -> true;
          case Expression.FieldSelection selection -> true;
          case Expression.ScalarQuery query -> true;
          default -> false;
        };
    out.addIf(!plain, "(");
    plain(operand);
    out.addIf(!plain, ")");
  }

  private void subscription(Expression.Subscription subscription) {
    selectable(subscription.operand(), false);
    subscription.subscripts().forEach(this::subscript);
  }

  void subscript(Subscript subscript) {
    out.add("[");
    if (subscript.slice()) {
      optional(subscript.lower());
      out.add(":");
    }
    optional(subscript.upper());
    out.add("]");
  }

  private void optional(@Nullable Expression expression) {
    if (expression != null) {
      expression(expression);
    }
  }

  private void composed(Expression expression) {
    switch (expression) {
      case Expression.And and ->
          out.join(and.operands(), " AND ", operand -> print(operand, Precedence.NOT));
      case Expression.Or or ->
          out.join(or.operands(), " OR ", operand -> print(operand, Precedence.AND));
      case Expression.Not not -> {
        out.add("NOT ");
        print(not.operand(), Precedence.NOT);
      }
      case Expression.OperatorCall call -> operatorCall(call);
      case Expression.Is is -> {
        print(is.operand(), Precedence.IS + 1);
        out.add(is.negated() ? " IS NOT " : " IS ").add(is.truth().name());
      }
      case Expression.IsDistinctFrom is -> {
        print(is.left(), Precedence.IS + 1);
        out.add(is.negated() ? " IS NOT DISTINCT FROM " : " IS DISTINCT FROM ");
        print(is.right(), Precedence.IS + 1);
      }
      case Expression.Between between -> between(between);
      case Expression.InList in -> {
        operand(in.operand(), in.negated());
        out.add("IN (");
        expressions(in.values());
        out.add(")");
      }
      case Expression.InQuery in -> {
        operand(in.operand(), in.negated());
        out.add("IN ");
        query(in.query());
      }
      case Expression.Like like -> like(like);
      case Expression.Cast cast -> {
        print(cast.operand(), Precedence.CAST);
        out.add("::");
        types.type(cast.type());
      }
      case Expression.Collate collate -> {
        print(collate.operand(), Precedence.COLLATE);
        out.add(" COLLATE ").name(collate.collation());
      }
      case Expression.AtTimeZone at -> {
        print(at.operand(), Precedence.AT_TIME_ZONE);
        out.add(" AT TIME ZONE ");
        print(at.zone(), Precedence.AT_TIME_ZONE + 1);
      }
      default -> enclosed(expression);
    }
  }

  private void operand(Expression operand, boolean negated) {
    print(operand, Precedence.PATTERN + 1);
    out.add(negated ? " NOT " : " ");
  }

  private void between(Expression.Between between) {
    operand(between.operand(), between.negated());
    out.add(between.symmetric() ? "BETWEEN SYMMETRIC " : "BETWEEN ");
    restricted(between.low());
    out.add(" AND ");
    print(between.high(), Precedence.PATTERN + 1);
  }

  private void like(Expression.Like like) {
    operand(like.operand(), like.negated());
    out.add(like.kind() == Expression.LikeKind.SIMILAR ? "SIMILAR TO" : like.kind().name());
    out.add(" ");
    print(like.pattern(), Precedence.PATTERN + 1);
    Expression escape = like.escape();
    if (escape != null) {
      out.add(" ESCAPE ");
      print(escape, Precedence.PATTERN + 1);
    }
  }

  private void operatorCall(Expression.OperatorCall call) {
    int level = Precedence.of(call);
    Expression left = call.left();
    if (left == null) {
      operator(call.schema(), call.operator());
      out.add(" ");
      print(call.right(), level == Precedence.SIGN ? level : level + 1);
      return;
    }
    print(left, level == Precedence.COMPARISON ? level + 1 : level);
    out.add(" ");
    operator(call.schema(), call.operator());
    out.add(" ");
    print(call.right(), level + 1);
  }

  private void operator(@Nullable String schema, String operator) {
    if (schema == null) {
      out.add(operator);
    } else {
      out.add("OPERATOR(").name(schema).add(".").add(operator).add(")");
    }
  }

  private void compared(Expression left, @Nullable String schema, String operator, boolean all) {
    int level = schema == null ? Precedence.infix(operator) : Precedence.OTHER;
    print(left, level == Precedence.COMPARISON ? level + 1 : level);
    out.add(" ");
    operator(schema, operator);
    out.add(all ? " ALL " : " ANY ");
  }

  private void query(Query query) {
    out.add("(");
    queries.query(query);
    out.add(")");
  }

  private void enclosed(Expression expression) {
    switch (expression) {
      case Expression.ArrayComparison comparison -> {
        compared(comparison.left(), comparison.schema(), comparison.operator(), comparison.all());
        out.add("(");
        expression(comparison.array());
        out.add(")");
      }
      case Expression.QueryComparison comparison -> {
        compared(comparison.left(), comparison.schema(), comparison.operator(), comparison.all());
        query(comparison.query());
      }
      case Expression.Exists exists -> {
        out.add("EXISTS ");
        query(exists.query());
      }
      case Expression.ScalarQuery scalar -> query(scalar.query());
      case Expression.ArrayQuery array -> {
        out.add("ARRAY");
        query(array.query());
      }
      case Expression.ArrayConstructor array -> {
        out.add("ARRAY");
        elements(array);
      }
      case Expression.RowConstructor row -> {
        out.add(row.explicit() ? "ROW(" : "(");
        expressions(row.fields());
        out.add(")");
      }
      default -> calls.print(expression);
    }
  }

  private void elements(Expression.ArrayConstructor array) {
    out.add("[");
    out.list(
        array.elements(),
        element -> {
          if (element instanceof Expression.ArrayConstructor inner) {
            out.add("ARRAY");
            elements(inner);
          } else {
            expression(element);
          }
        });
    out.add("]");
  }
}
