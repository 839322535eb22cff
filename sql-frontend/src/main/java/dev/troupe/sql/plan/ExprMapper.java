package dev.troupe.sql.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Puts other parts into an expression, one level deep. What stays the same is not copied, so that
 * callers can see by identity whether anything changed.
 */
public final class ExprMapper {
  private final UnaryOperator<SqlExpr> onExpression;
  private final UnaryOperator<PlanNode> onQuery;

  /**
   * @param onQuery for the queries of subqueries
   */
  public ExprMapper(UnaryOperator<SqlExpr> onExpression, UnaryOperator<PlanNode> onQuery) {
    this.onExpression = onExpression;
    this.onQuery = onQuery;
  }

  /** Maps the expressions that this one is made of. */
  public SqlExpr mapParts(SqlExpr whole) {
    return switch (whole) {
      case SqlExpr.Constant e -> e;
      case SqlExpr.Parameter e -> e;
      case SqlExpr.ColumnRef e -> e;
      case SqlExpr.Call e -> call(e);
      case SqlExpr.And e -> and(e);
      case SqlExpr.Or e -> or(e);
      case SqlExpr.Not e -> not(e);
      case SqlExpr.IsNull e -> isNull(e);
      case SqlExpr.IsTruth e -> isTruth(e);
      case SqlExpr.IsDistinct e -> isDistinct(e);
      case SqlExpr.Case e -> caseOf(e);
      case SqlExpr.Coalesce e -> coalesce(e);
      case SqlExpr.Extreme e -> extreme(e);
      case SqlExpr.NullIf e -> nullIf(e);
      case SqlExpr.InList e -> inList(e);
      case SqlExpr.ArrayComparison e -> arrayComparison(e);
      case SqlExpr.ArrayOf e -> arrayOf(e);
      case SqlExpr.Row e -> row(e);
      case SqlExpr.Field e -> field(e);
      case SqlExpr.Subscript e -> subscript(e);
      case SqlExpr.ScalarSubquery e -> scalarSubquery(e);
      case SqlExpr.Exists e -> exists(e);
      case SqlExpr.QueryComparison e -> queryComparison(e);
      case SqlExpr.ArraySubquery e -> arraySubquery(e);
    };
  }

  private SqlExpr map(SqlExpr part) {
    return onExpression.apply(part);
  }

  @Nullable SqlExpr mapNullable(@Nullable SqlExpr part) {
    return part == null ? null : onExpression.apply(part);
  }

  /** Maps the elements; the same list when none changes. */
  List<SqlExpr> mapAll(List<SqlExpr> parts) {
    return mapEach(parts, onExpression);
  }

  static <T> List<T> mapEach(List<T> parts, UnaryOperator<T> mapping) {
    List<T> changed = null;
    for (int i = 0; i < parts.size(); i++) {
      T part = parts.get(i);
      T mapped = mapping.apply(part);
      if (changed == null && mapped != part) {
        changed = new ArrayList<>(parts);
      }
      if (changed != null) {
        changed.set(i, mapped);
      }
    }
    return changed == null ? parts : changed;
  }

  List<SortKey> mapKeys(List<SortKey> keys) {
    return mapEach(keys, this::mapKey);
  }

  private SortKey mapKey(SortKey key) {
    SqlExpr mapped = map(key.expression());
    return mapped == key.expression()
        ? key
        : new SortKey(mapped, key.descending(), key.nullsFirst());
  }

  private SqlExpr call(SqlExpr.Call e) {
    List<SqlExpr> arguments = mapAll(e.arguments());
    return arguments == e.arguments() ? e : new SqlExpr.Call(e.function(), arguments, e.type());
  }

  private SqlExpr and(SqlExpr.And e) {
    List<SqlExpr> terms = mapAll(e.terms());
    return terms == e.terms() ? e : new SqlExpr.And(terms);
  }

  private SqlExpr or(SqlExpr.Or e) {
    List<SqlExpr> terms = mapAll(e.terms());
    return terms == e.terms() ? e : new SqlExpr.Or(terms);
  }

  private SqlExpr not(SqlExpr.Not e) {
    SqlExpr term = map(e.term());
    return term == e.term() ? e : new SqlExpr.Not(term);
  }

  private SqlExpr isNull(SqlExpr.IsNull e) {
    SqlExpr term = map(e.term());
    return term == e.term() ? e : new SqlExpr.IsNull(term, e.negated());
  }

  private SqlExpr isTruth(SqlExpr.IsTruth e) {
    SqlExpr term = map(e.term());
    return term == e.term() ? e : new SqlExpr.IsTruth(term, e.value(), e.negated());
  }

  private SqlExpr isDistinct(SqlExpr.IsDistinct e) {
    SqlExpr left = map(e.left());
    SqlExpr right = map(e.right());
    return left == e.left() && right == e.right()
        ? e
        : new SqlExpr.IsDistinct(left, right, e.equals(), e.negated());
  }

  private SqlExpr caseOf(SqlExpr.Case e) {
    List<SqlExpr.When> branches = mapEach(e.branches(), this::when);
    SqlExpr otherwise = mapNullable(e.otherwise());
    return branches == e.branches() && otherwise == e.otherwise()
        ? e
        : new SqlExpr.Case(branches, otherwise, e.type());
  }

  private SqlExpr.When when(SqlExpr.When branch) {
    SqlExpr condition = map(branch.condition());
    SqlExpr result = map(branch.result());
    return condition == branch.condition() && result == branch.result()
        ? branch
        : new SqlExpr.When(condition, result);
  }

  private SqlExpr coalesce(SqlExpr.Coalesce e) {
    List<SqlExpr> terms = mapAll(e.terms());
    return terms == e.terms() ? e : new SqlExpr.Coalesce(terms, e.type());
  }

  private SqlExpr extreme(SqlExpr.Extreme e) {
    List<SqlExpr> terms = mapAll(e.terms());
    return terms == e.terms() ? e : new SqlExpr.Extreme(e.greatest(), terms, e.type());
  }

  private SqlExpr nullIf(SqlExpr.NullIf e) {
    SqlExpr left = map(e.left());
    SqlExpr right = map(e.right());
    return left == e.left() && right == e.right()
        ? e
        : new SqlExpr.NullIf(left, right, e.equals(), e.type());
  }

  private SqlExpr inList(SqlExpr.InList e) {
    SqlExpr term = map(e.term());
    List<SqlExpr> values = mapAll(e.values());
    return term == e.term() && values == e.values()
        ? e
        : new SqlExpr.InList(term, values, e.equals(), e.negated());
  }

  private SqlExpr arrayComparison(SqlExpr.ArrayComparison e) {
    SqlExpr left = map(e.left());
    SqlExpr array = map(e.array());
    return left == e.left() && array == e.array()
        ? e
        : new SqlExpr.ArrayComparison(left, array, e.operator(), e.all());
  }

  private SqlExpr arrayOf(SqlExpr.ArrayOf e) {
    List<SqlExpr> elements = mapAll(e.elements());
    return elements == e.elements() ? e : new SqlExpr.ArrayOf(elements, e.type());
  }

  private SqlExpr row(SqlExpr.Row e) {
    List<SqlExpr> fields = mapAll(e.fields());
    return fields == e.fields() ? e : new SqlExpr.Row(fields, e.names(), e.type());
  }

  private SqlExpr field(SqlExpr.Field e) {
    SqlExpr record = map(e.record());
    return record == e.record() ? e : new SqlExpr.Field(record, e.index(), e.type());
  }

  private SqlExpr subscript(SqlExpr.Subscript e) {
    SqlExpr array = map(e.array());
    List<SqlExpr.Index> indexes = mapEach(e.indexes(), this::index);
    return array == e.array() && indexes == e.indexes()
        ? e
        : new SqlExpr.Subscript(array, indexes, e.type());
  }

  private SqlExpr.Index index(SqlExpr.Index index) {
    SqlExpr lower = mapNullable(index.lower());
    SqlExpr upper = mapNullable(index.upper());
    return lower == index.lower() && upper == index.upper()
        ? index
        : new SqlExpr.Index(index.slice(), lower, upper);
  }

  private SqlExpr scalarSubquery(SqlExpr.ScalarSubquery e) {
    PlanNode query = onQuery.apply(e.query());
    return query == e.query() ? e : new SqlExpr.ScalarSubquery(query, e.type());
  }

  private SqlExpr exists(SqlExpr.Exists e) {
    PlanNode query = onQuery.apply(e.query());
    return query == e.query() ? e : new SqlExpr.Exists(query, e.negated());
  }

  private SqlExpr queryComparison(SqlExpr.QueryComparison e) {
    List<SqlExpr> left = mapAll(e.left());
    PlanNode query = onQuery.apply(e.query());
    return left == e.left() && query == e.query()
        ? e
        : new SqlExpr.QueryComparison(left, query, e.operators(), e.all());
  }

  private SqlExpr arraySubquery(SqlExpr.ArraySubquery e) {
    PlanNode query = onQuery.apply(e.query());
    return query == e.query() ? e : new SqlExpr.ArraySubquery(query, e.type());
  }
}
