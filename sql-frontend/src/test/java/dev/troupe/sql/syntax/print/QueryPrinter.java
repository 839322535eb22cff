package dev.troupe.sql.syntax.print;

import dev.troupe.sql.syntax.ast.Expression;
import dev.troupe.sql.syntax.ast.Query;
import dev.troupe.sql.syntax.ast.QueryBody;
import dev.troupe.sql.syntax.ast.QueryBody.GroupingElement;
import dev.troupe.sql.syntax.ast.QueryBody.SelectItem;
import dev.troupe.sql.syntax.ast.QueryBody.SetOperator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Queries. */
final class QueryPrinter {
  private final SqlWriter out;
  private final ExpressionPrinter expressions;
  private final FromPrinter from;
  private final DataPrinter data;

  QueryPrinter(SqlWriter out) {
    this.out = out;
    this.expressions = new ExpressionPrinter(out, this);
    this.from = new FromPrinter(out, this, expressions);
    this.data = new DataPrinter(out, this);
  }

  ExpressionPrinter expressions() {
    return expressions;
  }

  FromPrinter from() {
    return from;
  }

  DataPrinter data() {
    return data;
  }

  void query(Query query) {
    with(query.with());
    body(query.body());
    expressions.calls().orderBy(query.orderBy());
    limit(query.limit());
    query.locking().forEach(this::locking);
    Expression asOf = query.asOf();
    if (asOf != null) {
      out.add(" AS OF SYSTEM TIME ");
      expressions.expression(asOf);
    }
  }

  /** WITH and a blank behind it; nothing when there is none. */
  void with(Query.@Nullable With with) {
    if (with == null) {
      return;
    }
    out.add(with.recursive() ? "WITH RECURSIVE " : "WITH ");
    out.list(
        with.tables(),
        table -> {
          out.name(table.name()).namesIfAny(table.columns()).add(" AS ");
          Boolean materialized = table.materialized();
          if (materialized != null) {
            out.add(materialized ? "MATERIALIZED " : "NOT MATERIALIZED ");
          }
          out.add("(");
          data.preparable(table.statement());
          out.add(")");
        });
    out.add(" ");
  }

  private void limit(Query.@Nullable Limit limit) {
    if (limit == null) {
      return;
    }
    Expression offset = limit.offset();
    if (offset != null) {
      out.add(" OFFSET ");
      expressions.expression(offset);
    }
    Expression count = limit.count();
    if (count == null) {
      return;
    }
    if (limit.withTies()) {
      out.add(" FETCH FIRST (");
      expressions.expression(count);
      out.add(") ROWS WITH TIES");
    } else {
      out.add(" LIMIT ");
      expressions.expression(count);
    }
  }

  private void locking(Query.Locking locking) {
    out.add(" FOR ").words(locking.strength());
    if (!locking.tables().isEmpty()) {
      out.add(" OF ").list(locking.tables(), out::name);
    }
    if (locking.waiting() != Query.WaitPolicy.WAIT) {
      out.add(" ").words(locking.waiting());
    }
  }

  private void body(QueryBody body) {
    switch (body) {
      case QueryBody.Select select -> select(select);
      case QueryBody.Values values -> {
        out.add("VALUES ");
        out.list(values.rows(), this::row);
      }
      case QueryBody.TableCommand command -> {
        out.add("TABLE ");
        from.item(command.table());
      }
      case QueryBody.SetOperation operation -> setOperation(operation);
      case QueryBody.Nested nested -> {
        out.add("(");
        query(nested.query());
        out.add(")");
      }
    }
  }

  private void row(List<Expression> values) {
    out.add("(");
    expressions.expressions(values);
    out.add(")");
  }

  private void setOperation(QueryBody.SetOperation operation) {
    boolean tight = operation.operator() == SetOperator.INTERSECT;
    operand(operation.left(), tight && isLoose(operation.left()));
    out.add(" ").words(operation.operator()).add(operation.all() ? " ALL " : " ");
    QueryBody right = operation.right();
    boolean chained = right instanceof QueryBody.SetOperation;
    operand(right, chained && (tight || isLoose(right)));
  }

  private static boolean isLoose(QueryBody body) {
    return body instanceof QueryBody.SetOperation operation
        && operation.operator() != SetOperator.INTERSECT;
  }

  private void operand(QueryBody body, boolean parentheses) {
    out.addIf(parentheses, "(");
    body(body);
    out.addIf(parentheses, ")");
  }

  private void select(QueryBody.Select select) {
    out.add("SELECT");
    QueryBody.Distinct distinct = select.distinct();
    if (distinct != null) {
      out.add(" DISTINCT");
      if (!distinct.on().isEmpty()) {
        out.add(" ON (");
        expressions.expressions(distinct.on());
        out.add(")");
      }
    }
    if (!select.items().isEmpty()) {
      out.add(" ");
      items(select.items());
    }
    if (!select.from().isEmpty()) {
      out.add(" FROM ").list(select.from(), from::item);
    }
    condition(" WHERE ", select.where());
    groupBy(select.groupBy());
    condition(" HAVING ", select.having());
    if (!select.windows().isEmpty()) {
      out.add(" WINDOW ");
      out.list(
          select.windows(),
          window -> {
            out.name(window.name()).add(" AS ");
            expressions.calls().specification(window.specification());
          });
    }
  }

  void items(List<SelectItem> items) {
    out.list(
        items,
        item -> {
          expressions.expression(item.value());
          String alias = item.alias();
          if (alias != null) {
            out.add(" AS ").name(alias);
          }
        });
  }

  void condition(String word, @Nullable Expression condition) {
    if (condition != null) {
      out.add(word);
      expressions.expression(condition);
    }
  }

  private void groupBy(QueryBody.@Nullable GroupBy groupBy) {
    if (groupBy != null) {
      out.add(groupBy.distinct() ? " GROUP BY DISTINCT " : " GROUP BY ");
      out.list(groupBy.elements(), this::grouping);
    }
  }

  private void grouping(GroupingElement element) {
    switch (element) {
      case GroupingElement.Single single -> expressions.expression(single.value());
      case GroupingElement.Empty empty -> out.add("()");
      case GroupingElement.Rollup rollup -> {
        out.add("ROLLUP ");
        row(rollup.values());
      }
      case GroupingElement.Cube cube -> {
        out.add("CUBE ");
        row(cube.values());
      }
      case GroupingElement.Sets sets ->
          out.add("GROUPING SETS (").list(sets.sets(), this::grouping).add(")");
    }
  }
}
