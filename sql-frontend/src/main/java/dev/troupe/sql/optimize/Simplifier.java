package dev.troupe.sql.optimize;

import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.eval.ScalarFunction;
import dev.troupe.sql.eval.ScalarFunction.Volatility;
import dev.troupe.sql.plan.SqlExpr;
import dev.troupe.sql.plan.SqlExprs;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Computes what is constant, and makes conditions simpler. What would fail stays as it is: it may
 * never be evaluated.
 */
final class Simplifier {
  private Simplifier() {}

  static SqlExpr simplify(SqlExpr e) {
    return SqlExprs.transform(e, Simplifier::step);
  }

  /** One expression whose parts are simple already. */
  private static SqlExpr step(SqlExpr expression) {
    return switch (expression) {
      case SqlExpr.Call e -> call(e);
      case SqlExpr.And e -> and(e);
      case SqlExpr.Or e -> or(e);
      case SqlExpr.Not e -> not(e);
      case SqlExpr.IsNull e -> isNull(e);
      case SqlExpr.IsTruth e -> isTruth(e);
      case SqlExpr.Case e -> caseOf(e);
      case SqlExpr.Coalesce e -> coalesce(e);
      case SqlExpr.InList e -> inList(e);
      case SqlExpr.Constant e -> e;
      case SqlExpr.Parameter e -> e;
      case SqlExpr.ColumnRef e -> e;
      case SqlExpr.IsDistinct e -> e;
      case SqlExpr.Extreme e -> e;
      case SqlExpr.NullIf e -> e;
      case SqlExpr.ArrayComparison e -> e;
      case SqlExpr.ArrayOf e -> e;
      case SqlExpr.Row e -> e;
      case SqlExpr.Field e -> e;
      case SqlExpr.Subscript e -> e;
      case SqlExpr.ScalarSubquery e -> e;
      case SqlExpr.Exists e -> e;
      case SqlExpr.QueryComparison e -> e;
      case SqlExpr.ArraySubquery e -> e;
    };
  }

  private static SqlExpr call(SqlExpr.Call e) {
    ScalarFunction function = e.function();
    boolean allConstant = true;
    for (SqlExpr argument : e.arguments()) {
      allConstant &= argument instanceof SqlExpr.Constant;
      boolean makesNull = function.strict() && SqlExprs.isNullConstant(argument);
      if (makesNull && function.volatility() != Volatility.VOLATILE) {
        return new SqlExpr.Constant(null, e.type());
      }
    }
    if (!allConstant || function.volatility() != Volatility.IMMUTABLE) {
      return e;
    }
    @Nullable Object[] arguments = new Object[e.arguments().size()];
    for (int i = 0; i < arguments.length; i++) {
      arguments[i] =
          e.arguments().get(i) instanceof SqlExpr.Constant constant ? constant.value() : null;
    }
    try {
      return new SqlExpr.Constant(function.call(arguments, FoldContext.INSTANCE), e.type());
    } catch (SqlException failure) {
      // The statement fails with this when it gets there, and not before.
      return e;
    }
  }

  private static boolean isFalse(SqlExpr e) {
    return e instanceof SqlExpr.Constant constant && Boolean.FALSE.equals(constant.value());
  }

  private static boolean isTrue(SqlExpr e) {
    return e instanceof SqlExpr.Constant constant && Boolean.TRUE.equals(constant.value());
  }

  private static SqlExpr and(SqlExpr.And e) {
    List<SqlExpr> terms = new ArrayList<>();
    for (SqlExpr term : e.terms()) {
      if (isFalse(term)) {
        return SqlExprs.FALSE;
      }
      if (term instanceof SqlExpr.And inner) {
        inner.terms().stream().filter(part -> !terms.contains(part)).forEach(terms::add);
      } else if (!isTrue(term) && !terms.contains(term)) {
        terms.add(term);
      }
    }
    if (terms.equals(e.terms())) {
      return e;
    }
    SqlExpr all = SqlExprs.and(terms);
    return all == null ? SqlExprs.TRUE : all;
  }

  private static SqlExpr or(SqlExpr.Or e) {
    List<SqlExpr> terms = new ArrayList<>();
    for (SqlExpr term : e.terms()) {
      if (isTrue(term)) {
        return SqlExprs.TRUE;
      }
      if (term instanceof SqlExpr.Or inner) {
        inner.terms().stream().filter(part -> !terms.contains(part)).forEach(terms::add);
      } else if (!isFalse(term) && !terms.contains(term)) {
        terms.add(term);
      }
    }
    return switch (terms.size()) {
      case 0 -> SqlExprs.FALSE;
      case 1 -> terms.getFirst();
      default -> terms.equals(e.terms()) ? e : commonFactor(new SqlExpr.Or(terms));
    };
  }

  /** {@code (a AND b) OR (a AND c)} is {@code a AND (b OR c)}: {@code a} can be pushed down. */
  private static SqlExpr commonFactor(SqlExpr.Or e) {
    List<SqlExpr> common = new ArrayList<>(SqlExprs.conjuncts(e.terms().getFirst()));
    for (SqlExpr term : e.terms()) {
      common.retainAll(SqlExprs.conjuncts(term));
    }
    if (common.isEmpty()) {
      return e;
    }
    List<SqlExpr> rest = new ArrayList<>();
    for (SqlExpr term : e.terms()) {
      List<SqlExpr> own = new ArrayList<>(SqlExprs.conjuncts(term));
      own.removeAll(common);
      if (own.isEmpty()) {
        return and(new SqlExpr.And(common));
      }
      rest.add(own.size() == 1 ? own.getFirst() : new SqlExpr.And(own));
    }
    common.add(new SqlExpr.Or(rest));
    return new SqlExpr.And(common);
  }

  private static SqlExpr not(SqlExpr.Not e) {
    return switch (e.term()) {
      case SqlExpr.Constant constant ->
          constant.value() instanceof Boolean value
              ? value ? SqlExprs.FALSE : SqlExprs.TRUE
              : constant;
      case SqlExpr.Not inner -> inner.term();
      case SqlExpr.IsNull inner -> new SqlExpr.IsNull(inner.term(), !inner.negated());
      case SqlExpr.Exists inner -> new SqlExpr.Exists(inner.query(), !inner.negated());
      case SqlExpr.InList inner ->
          new SqlExpr.InList(inner.term(), inner.values(), inner.equals(), !inner.negated());
      case SqlExpr.IsDistinct inner ->
          new SqlExpr.IsDistinct(inner.left(), inner.right(), inner.equals(), !inner.negated());
      case SqlExpr.And inner -> or(new SqlExpr.Or(negated(inner.terms())));
      case SqlExpr.Or inner -> and(new SqlExpr.And(negated(inner.terms())));
      default -> e;
    };
  }

  private static List<SqlExpr> negated(List<SqlExpr> terms) {
    List<SqlExpr> negated = new ArrayList<>();
    terms.forEach(term -> negated.add(not(new SqlExpr.Not(term))));
    return negated;
  }

  private static SqlExpr isNull(SqlExpr.IsNull e) {
    return e.term() instanceof SqlExpr.Constant constant
            && !(constant.value() instanceof dev.troupe.sql.type.SqlRecord)
        ? truth((constant.value() == null) != e.negated())
        : e;
  }

  private static SqlExpr isTruth(SqlExpr.IsTruth e) {
    return e.term() instanceof SqlExpr.Constant constant
        ? truth(java.util.Objects.equals(constant.value(), e.value()) != e.negated())
        : e;
  }

  private static SqlExpr truth(boolean value) {
    return value ? SqlExprs.TRUE : SqlExprs.FALSE;
  }

  private static SqlExpr caseOf(SqlExpr.Case e) {
    List<SqlExpr.When> branches = new ArrayList<>();
    SqlExpr otherwise = e.otherwise();
    for (SqlExpr.When branch : e.branches()) {
      if (isTrue(branch.condition())) {
        otherwise = branch.result();
        break;
      }
      if (!isFalse(branch.condition()) && !SqlExprs.isNullConstant(branch.condition())) {
        branches.add(branch);
      }
    }
    if (branches.isEmpty()) {
      return otherwise == null ? new SqlExpr.Constant(null, e.type()) : otherwise;
    }
    return branches.size() == e.branches().size()
        ? e
        : new SqlExpr.Case(branches, otherwise, e.type());
  }

  private static SqlExpr coalesce(SqlExpr.Coalesce e) {
    List<SqlExpr> terms = new ArrayList<>();
    for (SqlExpr term : e.terms()) {
      if (!SqlExprs.isNullConstant(term)) {
        terms.add(term);
      }
      if (term instanceof SqlExpr.Constant constant && constant.value() != null) {
        break;
      }
    }
    return switch (terms.size()) {
      case 0 -> new SqlExpr.Constant(null, e.type());
      case 1 -> terms.getFirst();
      default -> terms.size() == e.terms().size() ? e : new SqlExpr.Coalesce(terms, e.type());
    };
  }

  private static SqlExpr inList(SqlExpr.InList e) {
    List<SqlExpr> values = e.values().stream().distinct().toList();
    return values.size() == e.values().size()
        ? e
        : new SqlExpr.InList(e.term(), values, e.equals(), e.negated());
  }
}
