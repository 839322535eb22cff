package dev.troupe.sql.session;

import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.syntax.ast.Expression;

/** Reads the value of a setting off the expression by which SET gives it: a literal or a word. */
final class SettingValues {
  private SettingValues() {}

  static String text(Expression value) {
    return switch (value) {
      case Expression.StringLiteral literal -> literal.value();
      case Expression.IntegerLiteral literal -> literal.digits();
      case Expression.NumericLiteral literal -> literal.text();
      case Expression.BooleanLiteral literal -> Boolean.toString(literal.value());
      // Of SET TIME ZONE INTERVAL.
      case Expression.TypedLiteral interval -> ZoneSetting.ofInterval(interval.value());
      case Expression.ColumnReference word -> word.name().toString();
      case Expression.OperatorCall sign
          when sign.left() == null && "+-".contains(sign.operator()) ->
          (sign.operator().equals("-") ? "-" : "") + text(sign.right());
      case Expression.Cast cast -> text(cast.operand());
      default ->
          throw new SqlException(SqlState.SYNTAX_ERROR, "SET takes literals and words only")
              .at(value.position());
    };
  }
}
