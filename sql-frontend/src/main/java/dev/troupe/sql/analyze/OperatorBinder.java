package dev.troupe.sql.analyze;

import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.eval.ScalarFunction;
import dev.troupe.sql.function.CommonType;
import dev.troupe.sql.function.ResolvedCall;
import dev.troupe.sql.plan.SqlExpr;
import dev.troupe.sql.syntax.ast.Expression;
import dev.troupe.sql.type.SqlType;
import dev.troupe.sql.type.TypeId;
import dev.troupe.sql.type.TypeNames;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Binds operators, comparisons of rows, and what SQL defines by them. */
final class OperatorBinder {
  private final Binding binding;
  private final ExpressionBinder expressions;

  OperatorBinder(Binding binding, ExpressionBinder expressions) {
    this.binding = binding;
    this.expressions = expressions;
  }

  /** A comparison that was chosen, with both sides cast to what it takes. */
  record Chosen(ScalarFunction function, SqlExpr left, SqlExpr right) {
    SqlExpr call() {
      return new SqlExpr.Call(function, List.of(left, right), function.result());
    }
  }

  SqlExpr operator(Expression.OperatorCall e) {
    Expression left = e.left();
    if (left == null) {
      return prefix(e);
    }
    if (left instanceof Expression.RowConstructor a
        && e.right() instanceof Expression.RowConstructor b) {
      return compareRows(
          e.operator(), expressions.rowFields(a), expressions.rowFields(b), e.position());
    }
    if (left instanceof Expression.RowConstructor a
        && e.right() instanceof Expression.ScalarQuery query) {
      return expressions.subqueries().rowComparison(e.operator(), a, query.query(), e.position());
    }
    return binary(e.operator(), expressions.bind(left), expressions.bind(e.right()), e.position());
  }

  private SqlExpr prefix(Expression.OperatorCall e) {
    if (e.operator().equals("-")) {
      if (e.right() instanceof Expression.IntegerLiteral literal) {
        return ExpressionBinder.integer("-" + literal.digits());
      }
      if (e.right() instanceof Expression.NumericLiteral literal) {
        return new SqlExpr.Constant(
            dev.troupe.sql.type.Numeric.parse("-" + literal.text()), SqlType.NUMERIC);
      }
    }
    SqlExpr right = expressions.bind(e.right());
    ResolvedCall<ScalarFunction> call = resolve(e.operator(), null, right.type(), e.position());
    SqlExpr operand =
        binding.conversions.implicit(right, call.argumentTypes().getLast(), e.right().position());
    ScalarFunction function = binding.canonical(call.function());
    return new SqlExpr.Call(function, List.of(operand), function.result());
  }

  SqlExpr binary(String symbol, SqlExpr left, SqlExpr right, int position) {
    if (left instanceof SqlExpr.Row a && right instanceof SqlExpr.Row b && isComparison(symbol)) {
      return compareRows(symbol, a.fields(), b.fields(), position);
    }
    return choose(symbol, left, right, position).call();
  }

  Chosen choose(String symbol, SqlExpr left, SqlExpr right, int position) {
    ResolvedCall<ScalarFunction> call = resolve(symbol, left.type(), right.type(), position);
    Conversions conversions = binding.conversions;
    return new Chosen(
        binding.canonical(call.function()),
        conversions.implicit(left, call.argumentTypes().get(0), position),
        conversions.implicit(right, call.argumentTypes().get(1), position));
  }

  private ResolvedCall<ScalarFunction> resolve(
      String symbol, @Nullable SqlType left, SqlType right, int position) {
    try {
      return binding.functions.resolveOperator(symbol, left, right);
    } catch (SqlException e) {
      throw e.at(position);
    }
  }

  static boolean isComparison(String symbol) {
    return switch (symbol) {
      case "=", "<>", "!=", "<", "<=", ">", ">=" -> true;
      default -> false;
    };
  }

  /** Compares column by column as the standard says (PostgreSQL's documentation, 9.24.5). */
  SqlExpr compareRows(String symbol, List<SqlExpr> left, List<SqlExpr> right, int position) {
    if (left.size() != right.size()) {
      throw new SqlException(SqlState.SYNTAX_ERROR, "unequal number of entries in row expressions")
          .at(position);
    }
    if (left.isEmpty()) {
      throw new SqlException(SqlState.FEATURE_NOT_SUPPORTED, "cannot compare rows of zero length")
          .at(position);
    }
    return switch (symbol) {
      case "=" -> combine(each("=", left, right, position), true);
      case "<>", "!=" -> combine(each("<>", left, right, position), false);
      case "<", "<=", ">", ">=" -> ordered(symbol, left, right, 0, position);
      default ->
          throw SqlException.of(
                  SqlState.FEATURE_NOT_SUPPORTED,
                  "could not determine interpretation of row comparison operator %s",
                  symbol)
              .at(position);
    };
  }

  private List<SqlExpr> each(String symbol, List<SqlExpr> left, List<SqlExpr> right, int position) {
    List<SqlExpr> terms = new ArrayList<>();
    for (int i = 0; i < left.size(); i++) {
      terms.add(binary(symbol, left.get(i), right.get(i), position));
    }
    return terms;
  }

  private static SqlExpr combine(List<SqlExpr> terms, boolean all) {
    if (terms.size() == 1) {
      return terms.getFirst();
    }
    return all ? new SqlExpr.And(terms) : new SqlExpr.Or(terms);
  }

  /**
   * {@code (a, b) < (c, d)} is {@code a <= c AND (a < c OR b < d)}: true, false and unknown in the
   * same cases as the comparison of rows, and its first part can be looked up in an index.
   */
  private SqlExpr ordered(
      String symbol, List<SqlExpr> left, List<SqlExpr> right, int from, int position) {
    SqlExpr a = left.get(from);
    SqlExpr b = right.get(from);
    if (from == left.size() - 1) {
      return binary(symbol, a, b, position);
    }
    String strict = symbol.substring(0, 1);
    SqlExpr rest = ordered(symbol, left, right, from + 1, position);
    SqlExpr either = new SqlExpr.Or(List.of(binary(strict, a, b, position), rest));
    return new SqlExpr.And(List.of(binary(strict + "=", a, b, position), either));
  }

  SqlExpr isDistinct(Expression.IsDistinctFrom e) {
    SqlExpr left = expressions.bind(e.left());
    SqlExpr right = expressions.bind(e.right());
    if (left instanceof SqlExpr.Row a && right instanceof SqlExpr.Row b) {
      return distinctRows(a, b, e);
    }
    if (dev.troupe.sql.plan.SqlExprs.isNullConstant(right)) {
      return new SqlExpr.IsNull(binding.conversions.known(left, e.left().position()), !e.negated());
    }
    Chosen chosen = choose("=", left, right, e.position());
    return new SqlExpr.IsDistinct(chosen.left(), chosen.right(), chosen.function(), e.negated());
  }

  private SqlExpr distinctRows(SqlExpr.Row a, SqlExpr.Row b, Expression.IsDistinctFrom e) {
    if (a.fields().size() != b.fields().size()) {
      throw new SqlException(SqlState.SYNTAX_ERROR, "unequal number of entries in row expressions")
          .at(e.position());
    }
    List<SqlExpr> terms = new ArrayList<>();
    for (int i = 0; i < a.fields().size(); i++) {
      Chosen chosen = choose("=", a.fields().get(i), b.fields().get(i), e.position());
      terms.add(
          new SqlExpr.IsDistinct(chosen.left(), chosen.right(), chosen.function(), e.negated()));
    }
    return combine(terms, e.negated());
  }

  SqlExpr between(Expression.Between e) {
    SqlExpr operand = expressions.bind(e.operand());
    SqlExpr low = expressions.bind(e.low());
    SqlExpr high = expressions.bind(e.high());
    SqlExpr inside = between(operand, low, high, e);
    if (!e.symmetric()) {
      return inside;
    }
    SqlExpr reverse = between(operand, high, low, e);
    return e.negated()
        ? new SqlExpr.And(List.of(inside, reverse))
        : new SqlExpr.Or(List.of(inside, reverse));
  }

  private SqlExpr between(SqlExpr operand, SqlExpr low, SqlExpr high, Expression.Between e) {
    int position = e.position();
    if (e.negated()) {
      return new SqlExpr.Or(
          List.of(binary("<", operand, low, position), binary(">", operand, high, position)));
    }
    return new SqlExpr.And(
        List.of(binary(">=", operand, low, position), binary("<=", operand, high, position)));
  }

  SqlExpr inList(Expression.InList e) {
    SqlExpr term = expressions.bind(e.operand());
    List<SqlExpr> values = expressions.bindAll(e.values());
    SqlType common = term instanceof SqlExpr.Row ? null : commonOrNull(term, values);
    if (common == null || values.size() == 1) {
      return oneByOne(term, values, e);
    }
    SqlExpr probe = new SqlExpr.Constant(null, common);
    Chosen chosen = choose("=", term, probe, e.position());
    SqlType target = chosen.right().type();
    List<SqlExpr> cast = new ArrayList<>(values.size());
    for (int i = 0; i < values.size(); i++) {
      int position = e.values().get(i).position();
      SqlExpr value = binding.conversions.implicit(values.get(i), common, position);
      cast.add(binding.conversions.implicit(value, target, position));
    }
    return new SqlExpr.InList(chosen.left(), cast, chosen.function(), e.negated());
  }

  private SqlExpr oneByOne(SqlExpr term, List<SqlExpr> values, Expression.InList e) {
    List<SqlExpr> terms = new ArrayList<>();
    for (SqlExpr value : values) {
      terms.add(binary(e.negated() ? "<>" : "=", term, value, e.position()));
    }
    return combine(terms, e.negated());
  }

  /** Null when the values have to be compared one by one. */
  private static @Nullable SqlType commonOrNull(SqlExpr term, List<SqlExpr> values) {
    List<SqlType> types = new ArrayList<>();
    types.add(term.type());
    for (SqlExpr value : values) {
      if (value.type().id() == TypeId.RECORD) {
        return null;
      }
      types.add(value.type());
    }
    try {
      return CommonType.of("IN", types).plain();
    } catch (SqlException e) {
      return null;
    }
  }

  SqlExpr like(Expression.Like e) {
    SqlExpr operand = expressions.bind(e.operand());
    SqlExpr pattern = expressions.bind(e.pattern());
    Expression escape = e.escape();
    boolean similar = e.kind() == Expression.LikeKind.SIMILAR;
    if (escape != null || similar) {
      List<SqlExpr> arguments = new ArrayList<>();
      arguments.add(pattern);
      if (escape != null) {
        arguments.add(expressions.bind(escape));
      }
      pattern = function(similar ? "similar_to_escape" : "like_escape", arguments, e.position());
    }
    String symbol =
        switch (e.kind()) {
          case LIKE -> "~~";
          case ILIKE -> "~~*";
          case SIMILAR -> "~";
        };
    return binary(e.negated() ? "!" + symbol : symbol, operand, pattern, e.position());
  }

  SqlExpr function(String name, List<SqlExpr> arguments, int position) {
    try {
      var call = binding.functions.resolve(name, arguments.stream().map(SqlExpr::type).toList());
      List<SqlExpr> cast = new ArrayList<>();
      for (int i = 0; i < arguments.size(); i++) {
        cast.add(
            binding.conversions.implicit(arguments.get(i), call.argumentTypes().get(i), position));
      }
      ScalarFunction function = binding.canonical(call.function());
      return new SqlExpr.Call(function, cast, function.result());
    } catch (SqlException e) {
      throw e.at(position);
    }
  }

  SqlExpr arrayComparison(Expression.ArrayComparison e) {
    SqlExpr left = expressions.bind(e.left());
    SqlExpr array = expressions.bind(e.array());
    SqlType arrayType = array.type();
    SqlType element;
    if (arrayType.id() == TypeId.UNKNOWN) {
      element = SqlType.UNKNOWN;
    } else {
      SqlType of = elementOf(arrayType);
      if (of == null) {
        throw new SqlException(
                SqlState.WRONG_OBJECT_TYPE, "op ANY/ALL (array) requires array on right side")
            .at(e.position());
      }
      element = of;
    }
    ResolvedCall<ScalarFunction> call = resolve(e.operator(), left.type(), element, e.position());
    if (call.function().result().id() != TypeId.BOOL) {
      throw new SqlException(
              SqlState.WRONG_OBJECT_TYPE, "op ANY/ALL (array) requires operator to yield boolean")
          .at(e.position());
    }
    SqlExpr castLeft =
        binding.conversions.implicit(left, call.argumentTypes().get(0), e.position());
    SqlType target = SqlType.arrayOf(call.argumentTypes().get(1));
    SqlExpr castArray = binding.conversions.implicit(array, target, e.position());
    return new SqlExpr.ArrayComparison(castLeft, castArray, call.function(), e.all());
  }

  static @Nullable SqlType elementOf(SqlType type) {
    return switch (type.id()) {
      case INT2VECTOR -> SqlType.INT2;
      case OIDVECTOR -> SqlType.OID;
      default -> type.element();
    };
  }

  SqlExpr nullIf(Expression.NullIf e) {
    SqlExpr left = expressions.bind(e.left());
    SqlExpr right = expressions.bind(e.right());
    Chosen chosen = choose("=", left, right, e.position());
    SqlType type = left.type().id() == TypeId.UNKNOWN ? chosen.left().type() : left.type();
    SqlExpr result =
        left.type().id() == TypeId.UNKNOWN
            ? chosen.left()
            : binding.conversions.known(left, e.position());
    if (!chosen.left().equals(result)) {
      return new SqlExpr.Case(
          List.of(new SqlExpr.When(chosen.call(), new SqlExpr.Constant(null, type))), result, type);
    }
    return new SqlExpr.NullIf(chosen.left(), chosen.right(), chosen.function(), type);
  }

  /** An operator that is to give a truth, for ANY and ALL over queries. */
  Chosen chooseComparison(String symbol, SqlExpr left, SqlExpr right, int position) {
    Chosen chosen = choose(symbol, left, right, position);
    if (chosen.function().result().id() != TypeId.BOOL) {
      throw SqlException.of(
              SqlState.DATATYPE_MISMATCH,
              "row comparison operator must yield type boolean, not type %s",
              TypeNames.plain(chosen.function().result()))
          .at(position);
    }
    return chosen;
  }
}
