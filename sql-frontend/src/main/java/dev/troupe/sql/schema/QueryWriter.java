package dev.troupe.sql.schema;

import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.syntax.Identifiers;
import dev.troupe.sql.syntax.ast.Expression;
import dev.troupe.sql.syntax.ast.FromItem;
import dev.troupe.sql.syntax.ast.Name;
import dev.troupe.sql.syntax.ast.QualifiedName;
import dev.troupe.sql.syntax.ast.Query;
import dev.troupe.sql.syntax.ast.QueryBody;
import dev.troupe.sql.syntax.ast.QueryStatement;
import dev.troupe.sql.syntax.ast.Window;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Writes queries as text that is read back as the same queries, with the names of their relations
 * replaced: a view must go on meaning the same when the search path changes.
 */
final class QueryWriter {
  private final StringBuilder out = new StringBuilder();
  private final ExpressionWriter expressions = new ExpressionWriter(out, this);
  private final UnaryOperator<QualifiedName> qualify;
  private final UnaryOperator<FromItem.Table> tables;
  private final QueryNames names;

  /** Names of common tables in scope, innermost first. */
  private final Deque<Set<String>> commonTables = new ArrayDeque<>();

  private QueryWriter(
      UnaryOperator<QualifiedName> qualify,
      UnaryOperator<FromItem.Table> tables,
      QueryNames names) {
    this.qualify = qualify;
    this.tables = tables;
    this.names = names;
  }

  /**
   * @param qualify gives the full name of a relation
   * @param names what the names of columns mean
   */
  static String text(Query query, UnaryOperator<QualifiedName> qualify, QueryNames names) {
    QueryWriter writer = new QueryWriter(qualify, UnaryOperator.identity(), names);
    writer.write(query);
    return writer.out.toString();
  }

  /** A query that was written by this class, with its relations replaced. */
  static String rewritten(Query query, UnaryOperator<FromItem.Table> tables) {
    QueryWriter writer = new QueryWriter(UnaryOperator.identity(), tables, QueryNames.AS_WRITTEN);
    writer.write(query);
    return writer.out.toString();
  }

  static String text(Expression expression) {
    return text(expression, UnaryOperator.identity());
  }

  static String text(Expression expression, UnaryOperator<QualifiedName> qualify) {
    QueryWriter writer = new QueryWriter(qualify, UnaryOperator.identity(), QueryNames.AS_WRITTEN);
    writer.expressions.write(expression);
    return writer.out.toString();
  }

  /** A name of a column as it is to be written. */
  QualifiedName column(QualifiedName written) {
    return names.column(written);
  }

  QualifiedName qualified(QualifiedName relation) {
    return qualify.apply(relation);
  }

  void write(Query query) {
    Query.With with = query.with();
    if (with != null) {
      writeWith(with);
    }
    write(query.body());
    expressions.orderBy(query.orderBy());
    Query.Limit limit = query.limit();
    if (limit != null) {
      writeLimit(limit);
    }
    if (!query.locking().isEmpty() || query.asOf() != null) {
      throw new SqlException(
              SqlState.FEATURE_NOT_SUPPORTED, "a stored query cannot lock rows or read the past")
          .at(query.position());
    }
    if (with != null) {
      commonTables.pop();
    }
  }

  private void writeWith(Query.With with) {
    Set<String> names = new HashSet<>();
    commonTables.push(names);
    out.append(with.recursive() ? "WITH RECURSIVE " : "WITH ");
    if (with.recursive()) {
      with.tables().forEach(table -> names.add(table.name()));
    }
    expressions.separated(
        with.tables(),
        table -> {
          writeCommonTable(table);
          names.add(table.name());
        });
    out.append(' ');
  }

  private void writeCommonTable(Query.CommonTable table) {
    out.append(Identifiers.quote(table.name()));
    columns(table.columns());
    Boolean materialized = table.materialized();
    out.append(" AS ");
    if (materialized != null) {
      out.append(materialized ? "MATERIALIZED " : "NOT MATERIALIZED ");
    }
    if (!(table.statement() instanceof QueryStatement statement)) {
      throw new SqlException(
              SqlState.FEATURE_NOT_SUPPORTED,
              "views must not contain data-modifying statements in WITH")
          .at(table.position());
    }
    group(() -> write(statement.query()));
  }

  private void columns(List<Name> names) {
    if (!names.isEmpty()) {
      out.append('(')
          .append(String.join(", ", names.stream().map(n -> Identifiers.quote(n.text())).toList()))
          .append(')');
    }
  }

  private void group(Runnable content) {
    out.append('(');
    content.run();
    out.append(')');
  }

  private void writeLimit(Query.Limit limit) {
    Expression offset = limit.offset();
    if (offset != null) {
      out.append(" OFFSET ");
      expressions.write(offset);
    }
    Expression count = limit.count();
    if (count != null && limit.withTies()) {
      out.append(" FETCH FIRST (");
      expressions.write(count);
      out.append(") ROWS WITH TIES");
    } else if (count != null) {
      out.append(" LIMIT ");
      expressions.write(count);
    }
  }

  private void write(QueryBody body) {
    switch (body) {
      case QueryBody.Select select -> writeSelect(select);
      case QueryBody.Values values -> {
        out.append("VALUES ");
        expressions.separated(values.rows(), row -> group(() -> expressions.list(row)));
      }
      case QueryBody.TableCommand table -> {
        QueryBody.Select meant = names.command(table);
        if (meant != null) {
          writeSelect(meant);
        } else {
          out.append("SELECT * FROM ");
          writeTable(table.table());
        }
      }
      case QueryBody.SetOperation set -> {
        operand(set.left());
        out.append(' ').append(set.operator()).append(set.all() ? " ALL " : " ");
        operand(set.right());
      }
      case QueryBody.Nested nested -> group(() -> write(nested.query()));
    }
  }

  private void operand(QueryBody body) {
    if (body instanceof QueryBody.SetOperation) {
      group(() -> write(body));
    } else {
      write(body);
    }
  }

  private void writeSelect(QueryBody.Select select) {
    out.append("SELECT ");
    QueryBody.Distinct distinct = select.distinct();
    if (distinct != null) {
      out.append("DISTINCT ");
      if (!distinct.on().isEmpty()) {
        out.append("ON ");
        group(() -> expressions.list(distinct.on()));
        out.append(' ');
      }
    }
    expressions.separated(select.items(), this::writeItem);
    if (!select.from().isEmpty()) {
      out.append(" FROM ");
      expressions.separated(select.from(), this::write);
    }
    clause(" WHERE ", select.where());
    QueryBody.GroupBy groupBy = select.groupBy();
    if (groupBy != null) {
      out.append(" GROUP BY ").append(groupBy.distinct() ? "DISTINCT " : "");
      expressions.separated(groupBy.elements(), this::write);
    }
    clause(" HAVING ", select.having());
    if (!select.windows().isEmpty()) {
      out.append(" WINDOW ");
      expressions.separated(select.windows(), this::writeDefinition);
    }
  }

  private void writeDefinition(Window.Definition definition) {
    out.append(Identifiers.quote(definition.name())).append(" AS ");
    expressions.write(definition.specification());
  }

  private void clause(String words, @Nullable Expression expression) {
    if (expression != null) {
      out.append(words);
      expressions.write(expression);
    }
  }

  private void writeItem(QueryBody.SelectItem item) {
    List<QueryBody.SelectItem> columns =
        item.value() instanceof Expression.AllColumns star ? names.star(star) : null;
    if (columns != null) {
      expressions.separated(columns, this::writeItem);
      return;
    }
    expressions.write(item.value());
    String alias = item.alias();
    if (alias != null) {
      out.append(" AS ").append(Identifiers.quote(alias));
    }
  }

  private void write(QueryBody.GroupingElement element) {
    switch (element) {
      case QueryBody.GroupingElement.Single single -> expressions.write(single.value());
      case QueryBody.GroupingElement.Empty empty -> out.append("()");
      case QueryBody.GroupingElement.Rollup rollup -> grouping("ROLLUP", rollup.values());
      case QueryBody.GroupingElement.Cube cube -> grouping("CUBE", cube.values());
      case QueryBody.GroupingElement.Sets sets -> {
        out.append("GROUPING SETS ");
        group(() -> expressions.separated(sets.sets(), this::write));
      }
    }
  }

  private void grouping(String word, List<Expression> values) {
    out.append(word).append(' ');
    group(() -> expressions.list(values));
  }

  private void write(FromItem item) {
    switch (item) {
      case FromItem.Table table -> writeTable(table);
      case FromItem.Subquery subquery -> {
        out.append(subquery.lateral() ? "LATERAL " : "");
        group(() -> write(subquery.query()));
        alias(subquery.alias());
      }
      case FromItem.Functions functions -> writeFunctions(functions);
      case FromItem.Join join -> writeJoin(join);
    }
  }

  private void writeTable(FromItem.Table written) {
    boolean common =
        written.name().parts().size() == 1
            && commonTables.stream().anyMatch(names -> names.contains(written.name().last()));
    FromItem.Table table = common ? written : tables.apply(written);
    QualifiedName name = common ? table.name() : qualify.apply(table.name());
    out.append(String.join(".", name.parts().stream().map(Identifiers::quote).toList()));
    // With an alias the rest of the query goes on meaning the table when it is renamed.
    if (table.alias() == null && !common) {
      out.append(" AS ").append(Identifiers.quote(table.name().last()));
    }
    alias(table.alias());
    if (table.sample() != null) {
      throw new SqlException(
              SqlState.FEATURE_NOT_SUPPORTED, "TABLESAMPLE is not supported in stored queries")
          .at(table.position());
    }
  }

  private void alias(FromItem.@Nullable Alias alias) {
    if (alias != null) {
      out.append(" AS ").append(Identifiers.quote(alias.name()));
      columns(alias.columns());
    }
  }

  private void writeFunctions(FromItem.Functions functions) {
    out.append(functions.lateral() ? "LATERAL " : "");
    if (functions.rowsFrom()) {
      out.append("ROWS FROM ");
      group(() -> expressions.separated(functions.calls(), this::writeCall));
    } else {
      functions.calls().forEach(this::writeCall);
    }
    out.append(functions.withOrdinality() ? " WITH ORDINALITY" : "");
    alias(functions.alias());
    if (!functions.columns().isEmpty()) {
      out.append(functions.alias() == null ? " AS " : "");
      recordColumns(functions.columns());
    }
  }

  private void writeCall(FromItem.TableCall call) {
    expressions.write(call.call());
    if (!call.columns().isEmpty()) {
      out.append(" AS ");
      recordColumns(call.columns());
    }
  }

  private void recordColumns(List<FromItem.RecordColumn> columns) {
    List<String> written = new ArrayList<>();
    for (FromItem.RecordColumn column : columns) {
      written.add(Identifiers.quote(column.name().text()) + " " + TypeText.of(column.type()));
    }
    out.append('(').append(String.join(", ", written)).append(')');
  }

  private void writeJoin(FromItem.Join join) {
    Runnable content =
        () -> {
          write(join.left());
          List<Name> by = names.natural(join);
          boolean natural =
              by == null && join.condition() instanceof FromItem.JoinCondition.Natural;
          out.append(natural ? " NATURAL " : " ").append(join.kind()).append(" JOIN ");
          boolean nested = join.right() instanceof FromItem.Join right && right.alias() == null;
          if (nested) {
            group(() -> write(join.right()));
          } else {
            write(join.right());
          }
          writeCondition(by == null ? join.condition() : joined(by));
        };
    if (join.alias() == null) {
      content.run();
    } else {
      group(content);
      alias(join.alias());
    }
  }

  /** By columns of these names; by none of them everything is joined. */
  private static FromItem.JoinCondition joined(List<Name> by) {
    return by.isEmpty()
        ? new FromItem.JoinCondition.On(new Expression.BooleanLiteral(true, -1))
        : new FromItem.JoinCondition.Using(by, null);
  }

  private void writeCondition(FromItem.JoinCondition condition) {
    switch (condition) {
      case FromItem.JoinCondition.None none -> {}
      case FromItem.JoinCondition.Natural natural -> {}
      case FromItem.JoinCondition.On on -> clause(" ON ", on.condition());
      case FromItem.JoinCondition.Using using -> {
        out.append(" USING ");
        columns(using.columns());
        String alias = using.alias();
        if (alias != null) {
          out.append(" AS ").append(Identifiers.quote(alias));
        }
      }
    }
  }
}
