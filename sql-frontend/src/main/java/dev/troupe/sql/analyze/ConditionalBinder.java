package dev.troupe.sql.analyze;

import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.plan.SqlExpr;
import dev.troupe.sql.syntax.ast.Expression;
import dev.troupe.sql.type.SqlType;
import dev.troupe.sql.type.TypeId;
import dev.troupe.sql.type.TypeNames;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Binds CASE and its kin, tests with IS, arrays and subscripts. */
final class ConditionalBinder {
  private final Binding binding;
  private final ExpressionBinder expressions;

  ConditionalBinder(Binding binding, ExpressionBinder expressions) {
    this.binding = binding;
    this.expressions = expressions;
  }

  SqlExpr is(Expression.Is e) {
    return switch (e.truth()) {
      case NULL -> new SqlExpr.IsNull(expressions.bindKnown(e.operand()), e.negated());
      case TRUE -> truth(e, true, "TRUE");
      case FALSE -> truth(e, false, "FALSE");
      case UNKNOWN -> truth(e, null, "UNKNOWN");
    };
  }

  private SqlExpr truth(Expression.Is e, @Nullable Boolean value, String word) {
    String construct = (e.negated() ? "IS NOT " : "IS ") + word;
    return new SqlExpr.IsTruth(
        expressions.bindCondition(e.operand(), construct), value, e.negated());
  }

  SqlExpr caseOf(Expression.Case e) {
    Expression operand = e.operand();
    SqlExpr subject = operand == null ? null : expressions.bindKnown(operand);
    List<SqlExpr> conditions = new ArrayList<>();
    List<SqlExpr> results = new ArrayList<>();
    List<Integer> positions = new ArrayList<>();
    for (Expression.When branch : e.branches()) {
      conditions.add(condition(subject, branch.condition()));
      results.add(expressions.bind(branch.result()));
      positions.add(branch.result().position());
    }
    Expression elseBranch = e.otherwise();
    if (elseBranch != null) {
      // PostgreSQL looks at ELSE first: its type wins among equals.
      results.addFirst(expressions.bind(elseBranch));
      positions.addFirst(elseBranch.position());
    }
    SqlType type = binding.conversions.common("CASE", results, positions);
    List<SqlExpr> cast = castAll(results, type, positions);
    SqlExpr otherwise = elseBranch == null ? null : cast.removeFirst();
    List<SqlExpr.When> branches = new ArrayList<>();
    for (int i = 0; i < conditions.size(); i++) {
      branches.add(new SqlExpr.When(conditions.get(i), cast.get(i)));
    }
    return new SqlExpr.Case(branches, otherwise, type);
  }

  private SqlExpr condition(@Nullable SqlExpr subject, Expression when) {
    if (subject == null) {
      return expressions.bindCondition(when, "CASE/WHEN");
    }
    SqlExpr equal =
        expressions.operators().binary("=", subject, expressions.bind(when), when.position());
    return binding.conversions.condition(equal, "CASE/WHEN", when.position());
  }

  SqlExpr coalesce(Expression.Coalesce e) {
    List<SqlExpr> terms = expressions.bindAll(e.arguments());
    List<Integer> positions = positions(e.arguments());
    SqlType type = binding.conversions.common("COALESCE", terms, positions);
    return new SqlExpr.Coalesce(castAll(terms, type, positions), type);
  }

  SqlExpr extremum(Expression.Extremum e) {
    List<SqlExpr> terms = expressions.bindAll(e.arguments());
    List<Integer> positions = positions(e.arguments());
    SqlType type =
        binding.conversions.common(e.greatest() ? "GREATEST" : "LEAST", terms, positions);
    return new SqlExpr.Extreme(e.greatest(), castAll(terms, type, positions), type);
  }

  private static List<Integer> positions(List<Expression> of) {
    return of.stream().map(Expression::position).toList();
  }

  private List<SqlExpr> castAll(List<SqlExpr> terms, SqlType type, List<Integer> positions) {
    List<SqlExpr> cast = new ArrayList<>();
    for (int i = 0; i < terms.size(); i++) {
      cast.add(binding.conversions.implicit(terms.get(i), type, positions.get(i)));
    }
    return cast;
  }

  SqlExpr array(Expression.ArrayConstructor e) {
    if (e.elements().isEmpty()) {
      throw new SqlException(
              SqlState.INDETERMINATE_DATATYPE, "cannot determine type of empty array")
          .withHint("Explicitly cast to the desired type, for example ARRAY[]::integer[].")
          .at(e.position());
    }
    List<SqlExpr> elements = expressions.bindAll(e.elements());
    List<Integer> positions = positions(e.elements());
    SqlType element = binding.conversions.common("ARRAY", elements, positions);
    SqlType type = element.isArray() ? element : arrayOf(element, e.position());
    return new SqlExpr.ArrayOf(castAll(elements, element, positions), type);
  }

  /** With a cast around: the elements take their type from it. */
  SqlExpr array(Expression.ArrayConstructor e, SqlType type) {
    SqlType element = type.element();
    List<SqlExpr> elements = new ArrayList<>();
    for (Expression part : e.elements()) {
      if (part instanceof Expression.ArrayConstructor nested) {
        elements.add(array(nested, type));
      } else {
        SqlExpr bound = expressions.bind(part);
        SqlType target = bound.type().isArray() || element == null ? type : element;
        elements.add(binding.conversions.explicit(bound, target, part.position()));
      }
    }
    return new SqlExpr.ArrayOf(elements, type);
  }

  private static SqlType arrayOf(SqlType element, int position) {
    if (element.id().arrayOid() == 0) {
      throw SqlException.of(
              SqlState.UNDEFINED_OBJECT,
              "could not find array type for data type %s",
              TypeNames.plain(element))
          .at(position);
    }
    return SqlType.arrayOf(element);
  }

  SqlExpr subscription(Expression.Subscription e) {
    SqlExpr operand = expressions.bindKnown(e.operand());
    if (operand.type().id() == TypeId.JSONB) {
      return jsonSubscription(operand, e);
    }
    SqlType element = OperatorBinder.elementOf(operand.type());
    if (element == null) {
      throw SqlException.of(
              SqlState.DATATYPE_MISMATCH,
              "cannot subscript type %s because it does not support subscripting",
              TypeNames.plain(operand.type()))
          .at(e.operand().position());
    }
    boolean slice = e.subscripts().stream().anyMatch(Expression.Subscript::slice);
    List<SqlExpr.Index> indexes = new ArrayList<>();
    for (Expression.Subscript subscript : e.subscripts()) {
      indexes.add(
          new SqlExpr.Index(subscript.slice(), bound(subscript.lower()), bound(subscript.upper())));
    }
    SqlType type = slice ? SqlType.arrayOf(element) : element;
    return new SqlExpr.Subscript(operand, indexes, type);
  }

  private @Nullable SqlExpr bound(@Nullable Expression e) {
    if (e == null) {
      return null;
    }
    SqlExpr index = expressions.bind(e);
    if (!binding.conversions.canAssign(index.type(), SqlType.INT4)) {
      throw new SqlException(SqlState.DATATYPE_MISMATCH, "array subscript must have type integer")
          .at(e.position());
    }
    return binding.conversions.assignable(index, SqlType.INT4, e.position());
  }

  private SqlExpr jsonSubscription(SqlExpr operand, Expression.Subscription e) {
    SqlExpr value = operand;
    for (Expression.Subscript subscript : e.subscripts()) {
      Expression key = subscript.upper();
      if (subscript.slice() || key == null) {
        throw new SqlException(
                SqlState.DATATYPE_MISMATCH, "jsonb subscript does not support slices")
            .at(e.position());
      }
      value = expressions.operators().binary("->", value, expressions.bind(key), e.position());
    }
    return value;
  }
}
