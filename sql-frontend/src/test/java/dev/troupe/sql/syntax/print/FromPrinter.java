package dev.troupe.sql.syntax.print;

import dev.troupe.sql.syntax.ast.FromItem;
import dev.troupe.sql.syntax.ast.FromItem.Alias;
import dev.troupe.sql.syntax.ast.FromItem.JoinCondition;
import dev.troupe.sql.syntax.ast.FromItem.JoinKind;
import dev.troupe.sql.syntax.ast.FromItem.RecordColumn;
import dev.troupe.sql.syntax.ast.QualifiedName;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Elements of FROM. */
final class FromPrinter {
  private final SqlWriter out;
  private final QueryPrinter queries;
  private final ExpressionPrinter expressions;

  FromPrinter(SqlWriter out, QueryPrinter queries, ExpressionPrinter expressions) {
    this.out = out;
    this.queries = queries;
    this.expressions = expressions;
  }

  void item(FromItem item) {
    switch (item) {
      case FromItem.Table table -> table(table);
      case FromItem.Subquery subquery -> {
        out.addIf(subquery.lateral(), "LATERAL ").add("(");
        queries.query(subquery.query());
        out.add(")");
        alias(subquery.alias());
      }
      case FromItem.Functions functions -> functions(functions);
      case FromItem.Join join -> join(join);
    }
  }

  private void table(FromItem.Table table) {
    out.addIf(table.only(), "ONLY ").name(table.name());
    alias(table.alias());
    FromItem.Sample sample = table.sample();
    if (sample != null) {
      out.add(" TABLESAMPLE ").name(sample.method()).add(" (");
      expressions.expressions(sample.arguments());
      out.add(")");
      if (sample.repeatable() != null) {
        out.add(" REPEATABLE (");
        expressions.expression(sample.repeatable());
        out.add(")");
      }
    }
  }

  void alias(@Nullable Alias alias) {
    if (alias != null) {
      out.add(" AS ").name(alias.name()).namesIfAny(alias.columns());
    }
  }

  private void functions(FromItem.Functions functions) {
    out.addIf(functions.lateral(), "LATERAL ");
    if (functions.rowsFrom()) {
      out.add("ROWS FROM (").list(functions.calls(), this::call).add(")");
    } else {
      functions.calls().forEach(this::call);
    }
    out.addIf(functions.withOrdinality(), " WITH ORDINALITY");
    alias(functions.alias());
    if (!functions.columns().isEmpty()) {
      out.add(functions.alias() == null ? " AS " : " ");
      columns(functions.columns());
    }
  }

  private void call(FromItem.TableCall call) {
    expressions.expression(call.call());
    if (!call.columns().isEmpty()) {
      out.add(" AS ");
      columns(call.columns());
    }
  }

  private void columns(List<RecordColumn> columns) {
    out.add("(").list(columns, this::column).add(")");
  }

  private void column(RecordColumn column) {
    out.name(column.name().text()).add(" ");
    expressions.types().type(column.type());
    QualifiedName collation = column.collation();
    if (collation != null) {
      out.add(" COLLATE ").name(collation);
    }
  }

  private void join(FromItem.Join join) {
    boolean named = join.alias() != null;
    out.addIf(named, "(");
    item(join.left());
    out.addIf(join.condition() instanceof JoinCondition.Natural, " NATURAL");
    if (join.kind() == JoinKind.INNER) {
      out.add(" JOIN ");
    } else {
      out.add(" ").words(join.kind()).add(" JOIN ");
    }
    boolean nested = join.right() instanceof FromItem.Join right && right.alias() == null;
    out.addIf(nested, "(");
    item(join.right());
    out.addIf(nested, ")");
    condition(join.condition());
    out.addIf(named, ")");
    alias(join.alias());
  }

  private void condition(JoinCondition condition) {
    switch (condition) {
      case JoinCondition.None none -> {}
      case JoinCondition.Natural natural -> {}
      case JoinCondition.On on -> {
        out.add(" ON ");
        expressions.expression(on.condition());
      }
      case JoinCondition.Using using -> {
        out.add(" USING ").names(using.columns());
        String alias = using.alias();
        if (alias != null) {
          out.add(" AS ").name(alias);
        }
      }
    }
  }
}
