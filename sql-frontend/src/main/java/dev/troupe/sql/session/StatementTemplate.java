package dev.troupe.sql.session;

import dev.troupe.sql.syntax.ast.DataStatement;
import dev.troupe.sql.syntax.ast.Expression;
import dev.troupe.sql.syntax.ast.Query;
import dev.troupe.sql.syntax.ast.QueryBody;
import dev.troupe.sql.syntax.ast.QueryStatement;
import dev.troupe.sql.syntax.ast.Statement;
import dev.troupe.sql.type.SqlType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A statement with parameters in the place of its integers, so that statements that differ in these
 * alone share a plan. Only integers of four bytes are replaced, which have that type wherever they
 * stand, and only where they are operands of a condition, of a value to be set or of a value to be
 * inserted: there, a parameter of the type means the same. What counts columns, limits rows or
 * belongs to a type stays.
 *
 * @param statement with parameters numbered as the values are
 * @param shape the text without what was replaced; equal for statements that are otherwise equal
 */
record StatementTemplate(Statement statement, String shape, @Nullable Object[] values) {
  /** Larger statements are hardly ever sent twice with other numbers. */
  private static final int TEXT_CHARS_MAX = 4 << 10;

  private static final int VALUES_MAX = 64;

  /** Stands in no text that can be parsed, but in a literal. */
  private static final char MARK = '\u0001';

  /**
   * Makes a template.
   *
   * @param sql the statement's whole text
   * @return null when nothing can be replaced
   */
  static @Nullable StatementTemplate of(Statement statement, String sql) {
    if (sql.length() > TEXT_CHARS_MAX || sql.indexOf('$') >= 0) {
      return null;
    }
    var writer = new Writer(sql);
    Statement replaced =
        switch (statement) {
          case QueryStatement s -> writer.query(s);
          case DataStatement.Insert s -> writer.insert(s);
          case DataStatement.Update s -> writer.update(s);
          case DataStatement.Delete s -> writer.delete(s);
          default -> statement;
        };
    return writer.values.isEmpty() || writer.values.size() > VALUES_MAX
        ? null
        : new StatementTemplate(replaced, writer.shape(), writer.values.toArray());
  }

  /** Types of the values. */
  List<SqlType> types() {
    return Collections.nCopies(values.length, SqlType.INT4);
  }

  /** Puts parameters into statements and remembers what they stand for. */
  private static final class Writer {
    private record Place(int start, int end) {}

    private final String sql;
    private final List<Object> values = new ArrayList<>();
    private final List<Place> places = new ArrayList<>();

    Writer(String sql) {
      this.sql = sql;
    }

    String shape() {
      places.sort(Comparator.comparingInt(Place::start));
      var shape = new StringBuilder(sql.length());
      int from = 0;
      for (Place place : places) {
        shape.append(sql, from, place.start).append(MARK);
        from = place.end;
      }
      return shape.append(sql, from, sql.length()).toString();
    }

    QueryStatement query(QueryStatement statement) {
      Query query = statement.query();
      if (!(query.body() instanceof QueryBody.Select s) || s.where() == null) {
        return statement;
      }
      var body =
          new QueryBody.Select(
              s.distinct(),
              s.items(),
              s.from(),
              inside(s.where()),
              s.groupBy(),
              s.having(),
              s.windows(),
              s.position());
      return new QueryStatement(with(query, body));
    }

    private static Query with(Query query, QueryBody body) {
      return new Query(
          query.with(),
          body,
          query.orderBy(),
          query.limit(),
          query.locking(),
          query.asOf(),
          query.position());
    }

    DataStatement.Insert insert(DataStatement.Insert s) {
      Query source = s.source();
      if (source == null || !(source.body() instanceof QueryBody.Values values)) {
        return s;
      }
      var rows = values.rows().stream().map(row -> row.stream().map(this::operand).toList());
      return new DataStatement.Insert(
          s.with(),
          s.target(),
          s.columns(),
          s.overriding(),
          with(source, new QueryBody.Values(rows.toList(), values.position())),
          s.onConflict(),
          s.returning(),
          s.position());
    }

    DataStatement.Update update(DataStatement.Update s) {
      var assignments = new ArrayList<DataStatement.Assignment>();
      for (DataStatement.Assignment each : s.assignments()) {
        assignments.add(
            new DataStatement.Assignment(
                each.targets(), each.multiple(), operand(each.value()), each.position()));
      }
      return new DataStatement.Update(
          s.with(),
          s.target(),
          assignments,
          s.from(),
          inside(s.where()),
          s.returning(),
          s.position());
    }

    DataStatement.Delete delete(DataStatement.Delete s) {
      return new DataStatement.Delete(
          s.with(), s.target(), s.using(), inside(s.where()), s.returning(), s.position());
    }

    /** An expression whose operands may be replaced, but not itself. */
    private @Nullable Expression inside(@Nullable Expression expression) {
      return switch (expression) {
        case null -> null;
        case Expression.And e -> new Expression.And(all(e.operands()), e.position());
        case Expression.Or e -> new Expression.Or(all(e.operands()), e.position());
        case Expression.Not e -> new Expression.Not(kept(e.operand()), e.position());
        case Expression.OperatorCall e ->
            new Expression.OperatorCall(
                e.schema(),
                e.operator(),
                e.left() == null ? null : operand(e.left()),
                operand(e.right()),
                e.position());
        case Expression.Between e ->
            new Expression.Between(
                operand(e.operand()),
                operand(e.low()),
                operand(e.high()),
                e.symmetric(),
                e.negated(),
                e.position());
        case Expression.InList e ->
            new Expression.InList(
                operand(e.operand()),
                e.values().stream().map(this::operand).toList(),
                e.negated(),
                e.position());
        default -> expression;
      };
    }

    private List<Expression> all(List<Expression> conditions) {
      return conditions.stream().map(this::kept).toList();
    }

    private Expression kept(Expression expression) {
      Expression replaced = inside(expression);
      return replaced == null ? expression : replaced;
    }

    private Expression operand(Expression expression) {
      if (!(expression instanceof Expression.IntegerLiteral literal)) {
        return kept(expression);
      }
      int start = literal.position();
      int end = start + literal.digits().length();
      if (!sql.startsWith(literal.digits(), start)
          || literal.digits().length() > 10
          || Long.parseLong(literal.digits()) > Integer.MAX_VALUE) {
        return expression;
      }
      values.add(Integer.valueOf(literal.digits()));
      places.add(new Place(start, end));
      return new Expression.Parameter(values.size(), start);
    }
  }
}
