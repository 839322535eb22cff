package dev.troupe.sql.schema;

import dev.troupe.sql.syntax.Identifiers;
import dev.troupe.sql.syntax.ast.Expression;
import dev.troupe.sql.syntax.ast.Expression.FunctionCall;
import dev.troupe.sql.syntax.ast.Expression.Subscript;
import dev.troupe.sql.syntax.ast.OrderItem;
import dev.troupe.sql.syntax.ast.QualifiedName;
import dev.troupe.sql.syntax.ast.Window;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Writes expressions as text that is read back as the same expressions. Everything that has an
 * operator is in parentheses, as PostgreSQL shows what it has stored.
 */
final class ExpressionWriter {
  private static final Set<String> SEQUENCE_FUNCTIONS = Set.of("nextval", "currval", "setval");

  private final StringBuilder out;
  private final QueryWriter queries;

  ExpressionWriter(StringBuilder out, QueryWriter queries) {
    this.out = out;
    this.queries = queries;
  }

  /** The text of an expression without queries inside whose names would have to be resolved. */
  static String text(Expression expression) {
    return QueryWriter.text(expression);
  }

  void write(Expression expression) {
    switch (expression) {
      case Expression.IntegerLiteral e -> out.append(e.digits());
      case Expression.NumericLiteral e -> out.append(e.text());
      case Expression.StringLiteral e -> out.append(Identifiers.literal(e.value()));
      case Expression.BitStringLiteral e ->
          out.append(e.hexadecimal() ? "X'" : "B'").append(e.digits()).append('\'');
      case Expression.BooleanLiteral e -> out.append(e.value());
      case Expression.NullLiteral e -> out.append("NULL");
      case Expression.TypedLiteral e ->
          out.append(Identifiers.literal(e.value())).append("::").append(TypeText.of(e.type()));
      case Expression.Parameter e -> out.append('$').append(e.number());
      case Expression.DefaultValue e -> out.append("DEFAULT");
      case Expression.ColumnReference e -> out.append(name(queries.column(e.name())));
      case Expression.AllColumns e -> writeAllColumns(e);
      case Expression.AllFields e -> group(() -> write(e.operand())).append(".*");
      case Expression.FieldSelection e ->
          group(() -> write(e.operand())).append('.').append(Identifiers.quote(e.field()));
      case Expression.Subscription e -> writeSubscription(e);
      case Expression.OperatorCall e -> writeOperator(e);
      case Expression.And e -> writeChain(" AND ", e.operands());
      case Expression.Or e -> writeChain(" OR ", e.operands());
      case Expression.Not e -> group(() -> prefixed("NOT ", e.operand()));
      case Expression.Is e ->
          group(() -> suffixed(e.operand(), (e.negated() ? " IS NOT " : " IS ") + e.truth()));
      case Expression.IsDistinctFrom e ->
          infix(e.left(), e.negated() ? " IS NOT DISTINCT FROM " : " IS DISTINCT FROM ", e.right());
      case Expression.Between e -> writeBetween(e);
      case Expression.InList e -> writeInList(e);
      case Expression.InQuery e -> writeInQuery(e);
      case Expression.Like e -> writeLike(e);
      case Expression.ArrayComparison e -> writeArrayComparison(e);
      case Expression.QueryComparison e -> writeQueryComparison(e);
      case Expression.Exists e -> prefixedQuery("EXISTS ", () -> queries.write(e.query()));
      case Expression.ScalarQuery e -> group(() -> queries.write(e.query()));
      case Expression.ArrayQuery e -> prefixedQuery("ARRAY", () -> queries.write(e.query()));
      case Expression.ArrayConstructor e -> writeArray(e);
      case Expression.RowConstructor e -> call("ROW", e.fields());
      case Expression.Case e -> writeCase(e);
      case Expression.Coalesce e -> call("COALESCE", e.arguments());
      case Expression.NullIf e -> call("NULLIF", List.of(e.left(), e.right()));
      case Expression.Extremum e -> call(e.greatest() ? "GREATEST" : "LEAST", e.arguments());
      case Expression.Cast e -> writeCast(e);
      case Expression.Collate e ->
          group(() -> suffixed(e.operand(), " COLLATE " + name(e.collation())));
      case Expression.AtTimeZone e -> infix(e.operand(), " AT TIME ZONE ", e.zone());
      case Expression.Extract e -> writeExtract(e);
      case Expression.Grouping e -> call("GROUPING", e.arguments());
      case Expression.CurrentOf e ->
          out.append("CURRENT OF ").append(Identifiers.quote(e.cursor()));
      case Expression.SessionValue e -> writeSessionValue(e);
      case FunctionCall e -> writeCall(e);
    }
  }

  private void writeInQuery(Expression.InQuery e) {
    group(
        () -> {
          suffixed(e.operand(), e.negated() ? " NOT IN " : " IN ");
          group(() -> queries.write(e.query()));
        });
  }

  private void writeArray(Expression.ArrayConstructor e) {
    out.append("ARRAY[");
    list(e.elements()).append(']');
  }

  private void writeExtract(Expression.Extract e) {
    out.append("EXTRACT(").append(Identifiers.quote(e.field())).append(" FROM ");
    write(e.source());
    out.append(')');
  }

  /** A name with quotes where they are needed; without the schema of built-in things. */
  static String name(QualifiedName name) {
    List<String> parts =
        name.parts().size() > 1 && name.parts().getFirst().equals("pg_catalog")
            ? name.parts().subList(1, name.parts().size())
            : name.parts();
    return String.join(".", parts.stream().map(Identifiers::quote).toList());
  }

  private StringBuilder group(Runnable content) {
    out.append('(');
    content.run();
    return out.append(')');
  }

  private void prefixed(String word, Expression operand) {
    out.append(word);
    write(operand);
  }

  private void suffixed(Expression operand, String word) {
    write(operand);
    out.append(word);
  }

  private void prefixedQuery(String word, Runnable query) {
    out.append(word);
    group(query);
  }

  private void infix(Expression left, String operator, Expression right) {
    group(
        () -> {
          write(left);
          out.append(operator);
          write(right);
        });
  }

  StringBuilder list(List<Expression> expressions) {
    for (int i = 0; i < expressions.size(); i++) {
      if (i > 0) {
        out.append(", ");
      }
      write(expressions.get(i));
    }
    return out;
  }

  private void call(String function, List<Expression> arguments) {
    out.append(function);
    group(() -> list(arguments));
  }

  private void writeChain(String operator, List<Expression> operands) {
    group(
        () -> {
          for (int i = 0; i < operands.size(); i++) {
            if (i > 0) {
              out.append(operator);
            }
            write(operands.get(i));
          }
        });
  }

  private void writeAllColumns(Expression.AllColumns all) {
    QualifiedName table = all.table();
    if (table != null) {
      out.append(name(table)).append('.');
    }
    out.append('*');
  }

  private void writeSubscription(Expression.Subscription subscription) {
    if (subscription.operand() instanceof Expression.ColumnReference) {
      write(subscription.operand());
    } else {
      group(() -> write(subscription.operand()));
    }
    for (Subscript subscript : subscription.subscripts()) {
      out.append('[');
      writeNullable(subscript.lower());
      if (subscript.slice()) {
        out.append(':');
      }
      writeNullable(subscript.upper());
      out.append(']');
    }
  }

  private void writeNullable(@Nullable Expression expression) {
    if (expression != null) {
      write(expression);
    }
  }

  private void writeOperator(Expression.OperatorCall e) {
    Expression left = e.left();
    group(
        () -> {
          if (left != null) {
            write(left);
            out.append(' ');
          }
          out.append(operator(e.schema(), e.operator()));
          out.append(' ');
          write(e.right());
        });
  }

  private static String operator(@Nullable String schema, String operator) {
    return schema == null || schema.equals("pg_catalog")
        ? operator
        : "OPERATOR(" + Identifiers.quote(schema) + "." + operator + ")";
  }

  private void writeBetween(Expression.Between e) {
    group(
        () -> {
          suffixed(e.operand(), e.negated() ? " NOT BETWEEN " : " BETWEEN ");
          out.append(e.symmetric() ? "SYMMETRIC " : "");
          suffixed(e.low(), " AND ");
          write(e.high());
        });
  }

  private void writeInList(Expression.InList e) {
    group(
        () -> {
          suffixed(e.operand(), e.negated() ? " NOT IN " : " IN ");
          group(() -> list(e.values()));
        });
  }

  private void writeLike(Expression.Like e) {
    String words =
        switch (e.kind()) {
          case LIKE -> " LIKE ";
          case ILIKE -> " ILIKE ";
          case SIMILAR -> " SIMILAR TO ";
        };
    Expression escape = e.escape();
    group(
        () -> {
          suffixed(e.operand(), (e.negated() ? " NOT" : "") + words);
          write(e.pattern());
          if (escape != null) {
            prefixed(" ESCAPE ", escape);
          }
        });
  }

  private void writeArrayComparison(Expression.ArrayComparison e) {
    group(
        () -> {
          suffixed(e.left(), " " + operator(e.schema(), e.operator()));
          out.append(e.all() ? " ALL " : " ANY ");
          group(() -> write(e.array()));
        });
  }

  private void writeQueryComparison(Expression.QueryComparison e) {
    group(
        () -> {
          suffixed(e.left(), " " + operator(e.schema(), e.operator()));
          out.append(e.all() ? " ALL " : " ANY ");
          group(() -> queries.write(e.query()));
        });
  }

  private void writeCase(Expression.Case e) {
    out.append("CASE ");
    Expression operand = e.operand();
    if (operand != null) {
      suffixed(operand, " ");
    }
    for (Expression.When branch : e.branches()) {
      prefixed("WHEN ", branch.condition());
      prefixed(" THEN ", branch.result());
      out.append(' ');
    }
    Expression otherwise = e.otherwise();
    if (otherwise != null) {
      prefixed("ELSE ", otherwise);
      out.append(' ');
    }
    out.append("END");
  }

  private void writeCast(Expression.Cast e) {
    boolean plain =
        e.operand() instanceof Expression.StringLiteral
            || e.operand() instanceof Expression.ColumnReference
            || e.operand() instanceof Expression.NullLiteral;
    if (plain) {
      write(e.operand());
    } else {
      group(() -> write(e.operand()));
    }
    out.append("::").append(TypeText.of(e.type()));
  }

  private void writeSessionValue(Expression.SessionValue e) {
    out.append(e.kind().name());
    Integer precision = e.precision();
    if (precision != null) {
      out.append('(').append(precision).append(')');
    }
  }

  private void writeCall(FunctionCall e) {
    Expression.CallOptions options = e.options();
    out.append(name(e.name()));
    Expression sequence = sequenceOf(e);
    if (sequence != null) {
      group(() -> writeSequenceArguments(e, sequence));
      return;
    }
    group(
        () -> {
          out.append(options.distinct() ? "DISTINCT " : "").append(options.star() ? "*" : "");
          for (int i = 0; i < e.arguments().size(); i++) {
            out.append(i == 0 ? "" : ", ");
            boolean last = i == e.arguments().size() - 1;
            out.append(last && options.variadic() ? "VARIADIC " : "");
            writeArgument(e.arguments().get(i));
          }
          orderBy(options.orderBy());
        });
    if (!options.withinGroup().isEmpty()) {
      out.append(" WITHIN GROUP (");
      orderBy(options.withinGroup());
      out.append(')');
    }
    Expression filter = options.filter();
    if (filter != null) {
      prefixed(" FILTER (WHERE ", filter);
      out.append(')');
    }
    Window over = options.over();
    if (over != null) {
      out.append(" OVER ");
      write(over);
    }
  }

  /** The argument of nextval and its like that names a sequence; null when there is none. */
  private static @Nullable Expression sequenceOf(FunctionCall call) {
    if (!SEQUENCE_FUNCTIONS.contains(call.name().last()) || call.arguments().isEmpty()) {
      return null;
    }
    Expression first = call.arguments().getFirst().value();
    if (first instanceof Expression.Cast cast
        && cast.type().name().last().equals("regclass")
        && cast.operand() instanceof Expression.StringLiteral) {
      return cast.operand();
    }
    return first instanceof Expression.StringLiteral ? first : null;
  }

  /** Names the sequence in full, as constants of the type regclass are stored. */
  private void writeSequenceArguments(FunctionCall call, Expression sequence) {
    if (sequence instanceof Expression.StringLiteral literal) {
      QualifiedName full =
          queries.qualified(new QualifiedName(NameText.parts(literal.value()), literal.position()));
      String name = String.join(".", full.parts().stream().map(Identifiers::quote).toList());
      out.append(Identifiers.literal(name)).append("::regclass");
    }
    for (Expression.Argument argument : call.arguments().subList(1, call.arguments().size())) {
      out.append(", ");
      writeArgument(argument);
    }
  }

  private void writeArgument(Expression.Argument argument) {
    String called = argument.name();
    if (called != null) {
      out.append(Identifiers.quote(called)).append(" => ");
    }
    write(argument.value());
  }

  void orderBy(List<OrderItem> items) {
    if (items.isEmpty()) {
      return;
    }
    out.append(" ORDER BY ");
    separated(items, this::writeOrderItem);
  }

  <T> void separated(List<T> items, Consumer<T> each) {
    for (int i = 0; i < items.size(); i++) {
      out.append(i == 0 ? "" : ", ");
      each.accept(items.get(i));
    }
  }

  private void writeOrderItem(OrderItem item) {
    write(item.value());
    String using = item.using();
    if (using != null) {
      out.append(" USING ").append(using);
    } else {
      out.append(item.descending() ? " DESC" : "");
    }
    OrderItem.NullsOrder nulls = item.nulls();
    if (nulls != null) {
      out.append(" NULLS ").append(nulls);
    }
  }

  void write(Window window) {
    switch (window) {
      case Window.Named named -> out.append(Identifiers.quote(named.name()));
      case Window.Specification specification -> writeSpecification(specification);
    }
  }

  private void writeSpecification(Window.Specification window) {
    String base = window.base();
    group(
        () -> {
          out.append(base == null ? "" : Identifiers.quote(base));
          if (!window.partitionBy().isEmpty()) {
            out.append(" PARTITION BY ");
            list(window.partitionBy());
          }
          orderBy(window.orderBy());
          Window.Frame frame = window.frame();
          if (frame != null) {
            writeFrame(frame);
          }
        });
  }

  private void writeFrame(Window.Frame frame) {
    out.append(' ').append(frame.unit()).append(" BETWEEN ");
    writeBound(frame.start());
    out.append(" AND ");
    writeBound(frame.end());
    if (frame.exclusion() != Window.Exclusion.NO_OTHERS) {
      out.append(" EXCLUDE ").append(words(frame.exclusion()));
    }
  }

  private void writeBound(Window.Bound bound) {
    Expression offset = bound.offset();
    if (offset != null) {
      suffixed(offset, " ");
    }
    out.append(words(bound.kind()));
  }

  static String words(Enum<?> constant) {
    return constant.name().replace('_', ' ').toUpperCase(Locale.ROOT);
  }
}
