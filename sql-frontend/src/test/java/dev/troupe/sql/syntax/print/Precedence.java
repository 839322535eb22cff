package dev.troupe.sql.syntax.print;

import dev.troupe.sql.syntax.ast.Expression;

/** How tightly expressions bind: what binds less tightly than its place needs parentheses. */
final class Precedence {
  static final int OR = 1;
  static final int AND = 2;
  static final int NOT = 3;
  static final int IS = 4;
  static final int COMPARISON = 5;
  static final int PATTERN = 6;
  static final int OTHER = 7;
  static final int SUM = 8;
  static final int PRODUCT = 9;
  static final int POWER = 10;
  static final int AT_TIME_ZONE = 11;
  static final int COLLATE = 12;
  static final int SIGN = 13;
  static final int CAST = 14;
  static final int PRIMARY = 15;

  private Precedence() {}

  static int of(Expression expression) {
    return switch (expression) {
      case Expression.Or or -> OR;
      case Expression.And and -> AND;
      case Expression.Not not -> NOT;
      case Expression.Is is -> IS;
      case Expression.IsDistinctFrom is -> IS;
      case Expression.Between between -> PATTERN;
      case Expression.InList in -> PATTERN;
      case Expression.InQuery in -> PATTERN;
      case Expression.Like like -> PATTERN;
      case Expression.ArrayComparison comparison ->
          infix(comparison.schema() == null ? comparison.operator() : "operator");
      case Expression.QueryComparison comparison ->
          infix(comparison.schema() == null ? comparison.operator() : "operator");
      case Expression.OperatorCall call -> of(call);
      case Expression.AtTimeZone at -> AT_TIME_ZONE;
      case Expression.Collate collate -> COLLATE;
      case Expression.Cast cast -> CAST;
      case Expression.IntegerLiteral literal -> ofNumber(literal.digits());
      case Expression.NumericLiteral literal -> ofNumber(literal.text());
      default -> PRIMARY;
    };
  }

  private static int ofNumber(String number) {
    return number.startsWith("-") ? SIGN : PRIMARY;
  }

  private static int of(Expression.OperatorCall call) {
    if (call.schema() != null) {
      return OTHER;
    }
    if (call.left() == null) {
      boolean sign = call.operator().equals("-") || call.operator().equals("+");
      return sign ? SIGN : OTHER;
    }
    return infix(call.operator());
  }

  static int infix(String operator) {
    return switch (operator) {
      case "<", ">", "=", "<=", ">=", "<>" -> COMPARISON;
      case "+", "-" -> SUM;
      case "*", "/", "%" -> PRODUCT;
      case "^" -> POWER;
      default -> OTHER;
    };
  }
}
