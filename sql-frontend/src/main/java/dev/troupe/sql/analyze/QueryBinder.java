package dev.troupe.sql.analyze;

import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.plan.Column;
import dev.troupe.sql.plan.PlanNode;
import dev.troupe.sql.plan.SortKey;
import dev.troupe.sql.plan.SqlExpr;
import dev.troupe.sql.syntax.ast.Expression;
import dev.troupe.sql.syntax.ast.FromItem;
import dev.troupe.sql.syntax.ast.OrderItem;
import dev.troupe.sql.syntax.ast.Query;
import dev.troupe.sql.syntax.ast.QueryBody;
import dev.troupe.sql.type.SqlType;
import dev.troupe.sql.type.TypeId;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Binds queries: their bodies and the clauses around. */
final class QueryBinder {
  private final Binding binding;
  private final @Nullable Scope outer;
  private final CteScope ctes;

  QueryBinder(Binding binding, @Nullable Scope outer, CteScope ctes) {
    this.binding = binding;
    this.outer = outer;
    this.ctes = ctes;
  }

  /** A bound query; names and types of its columns are those of the plan. */
  record BoundQuery(PlanNode plan) {}

  BoundQuery bind(Query query) {
    return bind(query, false);
  }

  /**
   * @param keepUnknown whether literals in the select list stay of unknown type, for somebody who
   *     knows what they should be
   */
  BoundQuery bind(Query query, boolean keepUnknown) {
    binding.enter();
    try {
      Query.With with = query.with();
      if (with == null) {
        return new BoundQuery(bindBody(query, ctes, keepUnknown));
      }
      CteBinder.Bound bound = new CteBinder(binding, outer, ctes).bind(with);
      PlanNode body = bindBody(query, bound.scope(), keepUnknown);
      return new BoundQuery(new PlanNode.With(bound.definitions(), body));
    } finally {
      binding.leave();
    }
  }

  private PlanNode bindBody(Query query, CteScope visible, boolean keepUnknown) {
    return switch (query.body()) {
      case QueryBody.Select select ->
          new SelectBinder(binding, outer, visible).bind(select, query, keepUnknown);
      case QueryBody.TableCommand table -> {
        QueryBody.Select meant = all(table.table());
        if (binding.notes != null) {
          binding.notes.means(table, meant);
        }
        yield new SelectBinder(binding, outer, visible).bind(meant, query, keepUnknown);
      }
      case QueryBody.Values values -> ordered(values(values, visible, keepUnknown), query, visible);
      case QueryBody.SetOperation operation -> {
        requireNoLocks(query, "UNION/INTERSECT/EXCEPT");
        yield ordered(operand(operation, visible, keepUnknown), query, visible);
      }
      case QueryBody.Nested nested ->
          ordered(
              new QueryBinder(binding, outer, visible).bind(nested.query(), keepUnknown).plan(),
              query,
              visible);
    };
  }

  private static QueryBody.Select all(FromItem.Table table) {
    Expression star = new Expression.AllColumns(null, table.position());
    return new QueryBody.Select(
        null,
        List.of(new QueryBody.SelectItem(star, null, table.position())),
        List.of(table),
        null,
        null,
        null,
        List.of(),
        table.position());
  }

  static void requireNoLocks(Query query, String beside) {
    if (!query.locking().isEmpty()) {
      Query.Locking first = query.locking().getFirst();
      throw SqlException.of(
              SqlState.FEATURE_NOT_SUPPORTED,
              "FOR %s is not allowed with %s",
              first.strength().name().replace('_', ' '),
              beside)
          .at(first.position());
    }
  }

  private PlanNode operand(QueryBody body, CteScope visible, boolean keepUnknown) {
    return switch (body) {
      case QueryBody.SetOperation operation ->
          setOperation(
              operation,
              operand(operation.left(), visible, true),
              operand(operation.right(), visible, true),
              keepUnknown);
      case QueryBody.Nested nested ->
          new QueryBinder(binding, outer, visible).bind(nested.query(), keepUnknown).plan();
      case QueryBody.Select select -> bindBody(Query.of(select), visible, keepUnknown);
      case QueryBody.Values values -> bindBody(Query.of(values), visible, keepUnknown);
      case QueryBody.TableCommand table -> bindBody(Query.of(table), visible, keepUnknown);
    };
  }

  private PlanNode setOperation(
      QueryBody.SetOperation operation, PlanNode left, PlanNode right, boolean keepUnknown) {
    String word = operation.operator().name();
    int columns = left.output().size();
    if (right.output().size() != columns) {
      throw SqlException.of(
              SqlState.SYNTAX_ERROR, "each %s query must have the same number of columns", word)
          .at(operation.right().position());
    }
    List<SqlType> types = new ArrayList<>();
    List<Column> output = new ArrayList<>();
    for (int i = 0; i < columns; i++) {
      SqlType a = left.output().get(i).type();
      SqlType b = right.output().get(i).type();
      boolean undecided = a.id() == TypeId.UNKNOWN && b.id() == TypeId.UNKNOWN && keepUnknown;
      SqlType type = undecided ? SqlType.UNKNOWN : common(word, a, b, operation);
      types.add(type);
      output.add(binding.newColumn(left.output().get(i).name(), type));
    }
    return new PlanNode.SetOperation(
        PlanNode.SetKind.valueOf(word),
        operation.all(),
        output,
        Outputs.cast(binding, left, types, operation.left().position()),
        Outputs.cast(binding, right, types, operation.right().position()));
  }

  private static SqlType common(
      String word, SqlType a, SqlType b, QueryBody.SetOperation operation) {
    try {
      return dev.troupe.sql.function.CommonType.of(word, List.of(a, b));
    } catch (SqlException e) {
      throw e.at(operation.right().position());
    }
  }

  private PlanNode values(QueryBody.Values values, CteScope visible, boolean keepUnknown) {
    Scope scope = new Scope(outer, visible);
    scope.clause = Clause.VALUES;
    ExpressionBinder expressions = new ExpressionBinder(binding, scope);
    SelectItems.checkCount(values.rows().getFirst().size());
    List<List<SqlExpr>> rows = new ArrayList<>();
    for (List<Expression> row : values.rows()) {
      if (row.size() != values.rows().getFirst().size()) {
        throw new SqlException(SqlState.SYNTAX_ERROR, "VALUES lists must all be the same length")
            .at(row.isEmpty() ? values.position() : row.getFirst().position());
      }
      rows.add(expressions.bindAll(row));
    }
    return valuesOf(rows, values, keepUnknown);
  }

  private PlanNode valuesOf(
      List<List<SqlExpr>> rows, QueryBody.Values values, boolean keepUnknown) {
    List<Column> output = new ArrayList<>();
    List<List<SqlExpr>> cast = new ArrayList<>();
    rows.forEach(row -> cast.add(new ArrayList<>()));
    for (int i = 0; i < rows.getFirst().size(); i++) {
      List<SqlExpr> column = new ArrayList<>();
      List<Integer> positions = new ArrayList<>();
      for (int r = 0; r < rows.size(); r++) {
        column.add(rows.get(r).get(i));
        positions.add(values.rows().get(r).get(i).position());
      }
      boolean undecided =
          keepUnknown && column.stream().allMatch(e -> e.type().id() == TypeId.UNKNOWN);
      SqlType type =
          undecided ? SqlType.UNKNOWN : binding.conversions.common("VALUES", column, positions);
      for (int r = 0; r < rows.size(); r++) {
        cast.get(r).add(binding.conversions.implicit(column.get(r), type, positions.get(r)));
      }
      output.add(binding.newColumn("column" + (i + 1), type));
    }
    return new PlanNode.Values(output, cast);
  }

  /** ORDER BY and LIMIT of what is no plain SELECT: only its columns can be named. */
  private PlanNode ordered(PlanNode input, Query query, CteScope visible) {
    PlanNode plan = input;
    List<SortKey> keys = new ArrayList<>();
    for (OrderItem item : query.orderBy()) {
      keys.add(
          new SortKey(
              outputColumn(input, item),
              OrderBinder.descending(item),
              OrderBinder.nullsFirst(item)));
    }
    if (!keys.isEmpty()) {
      plan = new PlanNode.Sort(plan, keys, 0);
    }
    return new LimitBinder(binding, outer, visible).limit(plan, query.limit(), keys);
  }

  private static SqlExpr outputColumn(PlanNode input, OrderItem item) {
    List<Column> output = input.output();
    if (item.value() instanceof Expression.IntegerLiteral literal) {
      int ordinal = OrderBinder.ordinal(literal, output.size(), "ORDER BY");
      Column column = output.get(ordinal);
      return new SqlExpr.ColumnRef(column.id(), column.type());
    }
    if (item.value() instanceof Expression.ColumnReference reference
        && reference.name().parts().size() == 1) {
      for (Column column : output) {
        if (column.name().equals(reference.name().last())) {
          return new SqlExpr.ColumnRef(column.id(), column.type());
        }
      }
      throw SqlException.of(
              SqlState.UNDEFINED_COLUMN, "column \"%s\" does not exist", reference.name().last())
          .at(item.value().position());
    }
    throw new SqlException(
            SqlState.FEATURE_NOT_SUPPORTED, "invalid UNION/INTERSECT/EXCEPT ORDER BY clause")
        .withDetail("Only result column names can be used, not expressions or functions.")
        .withHint(
            "Add the expression/function to every SELECT, or move the UNION into a FROM clause.")
        .at(item.value().position());
  }
}
