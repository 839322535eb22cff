package dev.troupe.sql.plan;

import dev.troupe.sql.eval.ScalarFunction.Volatility;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** What can be asked of expressions, and made of them, whatever they mean. */
public final class SqlExprs {
  public static final SqlExpr TRUE = new SqlExpr.Constant(true, dev.troupe.sql.type.SqlType.BOOL);
  public static final SqlExpr FALSE = new SqlExpr.Constant(false, dev.troupe.sql.type.SqlType.BOOL);

  private SqlExprs() {}

  /** Calls back for an expression and all its parts; queries of subqueries are passed on whole. */
  public static void visit(
      SqlExpr whole, Consumer<SqlExpr> onExpression, Consumer<PlanNode> onQuery) {
    onExpression.accept(whole);
    if (isLeaf(whole)) {
      return;
    }
    new ExprMapper(
            part -> {
              visit(part, onExpression, onQuery);
              return part;
            },
            query -> {
              onQuery.accept(query);
              return query;
            })
        .mapParts(whole);
  }

  private static boolean isLeaf(SqlExpr e) {
    return e instanceof SqlExpr.ColumnRef
        || e instanceof SqlExpr.Constant
        || e instanceof SqlExpr.Parameter;
  }

  /** Puts something else in place of each part, inner ones first, those in subqueries included. */
  public static SqlExpr transform(SqlExpr whole, UnaryOperator<SqlExpr> replacement) {
    if (isLeaf(whole)) {
      return replacement.apply(whole);
    }
    SqlExpr parts =
        new ExprMapper(
                part -> transform(part, replacement),
                query -> PlanNodes.transformExpressions(query, replacement))
            .mapParts(whole);
    return replacement.apply(parts);
  }

  /**
   * Puts something else in place of parts, outer ones first: what is replaced is not looked into.
   *
   * @param replacement null: look inside
   */
  public static SqlExpr replace(SqlExpr whole, Replacement replacement) {
    SqlExpr other = replacement.of(whole);
    if (other != null) {
      return other;
    }
    if (isLeaf(whole)) {
      return whole;
    }
    return new ExprMapper(
            part -> replace(part, replacement),
            query -> PlanNodes.replaceExpressions(query, replacement))
        .mapParts(whole);
  }

  /** Decides what stands in the place of an expression. */
  @FunctionalInterface
  public interface Replacement {
    /** Null: the expression stays, and its parts are asked for. */
    @Nullable SqlExpr of(SqlExpr expression);
  }

  /** Puts other queries into the subqueries of an expression. */
  public static SqlExpr mapQueries(SqlExpr whole, UnaryOperator<PlanNode> mapping) {
    return isLeaf(whole)
        ? whole
        : new ExprMapper(part -> mapQueries(part, mapping), mapping).mapParts(whole);
  }

  /** Whether the condition holds for the expression or a part of it; not inside of subqueries. */
  public static boolean contains(SqlExpr whole, Predicate<SqlExpr> condition) {
    boolean[] found = new boolean[1];
    visit(whole, part -> found[0] |= condition.test(part), query -> {});
    return found[0];
  }

  public static boolean hasSubquery(SqlExpr whole) {
    return contains(whole, SqlExprs::isSubquery);
  }

  public static boolean isSubquery(SqlExpr e) {
    return e instanceof SqlExpr.ScalarSubquery
        || e instanceof SqlExpr.Exists
        || e instanceof SqlExpr.QueryComparison
        || e instanceof SqlExpr.ArraySubquery;
  }

  /** Ids of the columns that it needs from the row at hand, or from outer queries. */
  public static BitSet columns(SqlExpr whole) {
    BitSet columns = new BitSet();
    addColumns(whole, columns);
    return columns;
  }

  public static void addColumns(SqlExpr whole, BitSet into) {
    if (whole instanceof SqlExpr.ColumnRef column) {
      into.set(column.column());
      return;
    }
    visit(
        whole,
        part -> {
          if (part instanceof SqlExpr.ColumnRef column) {
            into.set(column.column());
          }
        },
        query -> into.or(PlanNodes.freeColumns(query)));
  }

  /** Whether it is the same for all rows: neither columns nor anything volatile. */
  public static boolean isRowIndependent(SqlExpr whole) {
    return !contains(
        whole,
        part ->
            part instanceof SqlExpr.ColumnRef
                || isSubquery(part)
                || (part instanceof SqlExpr.Call call
                    && call.function().volatility() == Volatility.VOLATILE));
  }

  /** Whether it calls anything volatile, in subqueries too. */
  public static boolean isVolatile(SqlExpr whole) {
    boolean[] found = new boolean[1];
    visit(
        whole,
        part ->
            found[0] |=
                part instanceof SqlExpr.Call call
                    && call.function().volatility() == Volatility.VOLATILE,
        query -> found[0] |= PlanNodes.isVolatile(query));
    return found[0];
  }

  /** Adds the conditions that an AND demands. */
  public static void addConjuncts(@Nullable SqlExpr condition, List<SqlExpr> into) {
    if (condition instanceof SqlExpr.And and) {
      and.terms().forEach(term -> addConjuncts(term, into));
    } else if (condition != null && !condition.equals(TRUE)) {
      into.add(condition);
    }
  }

  public static List<SqlExpr> conjuncts(@Nullable SqlExpr condition) {
    List<SqlExpr> terms = new ArrayList<>();
    addConjuncts(condition, terms);
    return terms;
  }

  /** All conditions in one; null for none. */
  public static @Nullable SqlExpr and(List<SqlExpr> terms) {
    return switch (terms.size()) {
      case 0 -> null;
      case 1 -> terms.getFirst();
      default -> new SqlExpr.And(terms);
    };
  }

  public static boolean isNullConstant(SqlExpr e) {
    return e instanceof SqlExpr.Constant constant && constant.value() == null;
  }
}
