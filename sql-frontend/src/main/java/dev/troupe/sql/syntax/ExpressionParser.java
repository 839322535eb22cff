package dev.troupe.sql.syntax;

import dev.troupe.sql.syntax.ast.Expression;
import dev.troupe.sql.syntax.ast.QualifiedName;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Expressions, by precedence climbing: an operand, then operators as long as they bind at least as
 * tightly as was asked. The levels are those of PostgreSQL's grammar; see "Operator Precedence" in
 * its documentation.
 */
final class ExpressionParser {
  private static final int NONE = 0;
  private static final int OR = 1;
  private static final int AND = 2;
  private static final int NOT = 3;
  private static final int IS = 4;
  private static final int COMPARISON = 5;
  private static final int PATTERN = 6;
  private static final int OTHER = 7;
  private static final int SUM = 8;
  private static final int PRODUCT = 9;
  private static final int POWER = 10;
  private static final int AT_TIME_ZONE = 11;
  private static final int COLLATE = 12;
  private static final int SIGN = 13;
  private static final int CAST = 14;

  /** How many operators of one level may follow each other: each is a level of the tree. */
  static final int CHAIN_MAX = 3000;

  private final Grammar grammar;
  private final Tokens tokens;
  private final PrimaryParser primaries;
  private final PredicateParser predicates;

  ExpressionParser(Grammar grammar) {
    this.grammar = grammar;
    this.tokens = grammar.tokens;
    this.primaries = new PrimaryParser(grammar);
    this.predicates = new PredicateParser(grammar);
  }

  PrimaryParser primaries() {
    return primaries;
  }

  Expression expression() {
    return climb(OR, false);
  }

  List<Expression> expressions() {
    return tokens.list(this::expression);
  }

  /**
   * An expression without the operators that are words, for places where such a word can follow:
   * {@code DEFAULT 1 NOT NULL}.
   */
  Expression restricted() {
    return climb(OR, true);
  }

  /** An operand of what binds as LIKE and BETWEEN do. */
  Expression patternOperand() {
    return climb(PATTERN + 1, false);
  }

  /** The right side of IS DISTINCT FROM. */
  Expression distinctOperand(boolean restricted) {
    return climb(IS + 1, restricted);
  }

  /** What follows an operand that has been read already. */
  Expression continued(Expression operand) {
    return continued(operand, OR, false);
  }

  private Expression climb(int least, boolean restricted) {
    tokens.enter();
    Expression result = continued(prefix(restricted), least, restricted);
    tokens.leave();
    return result;
  }

  private Expression continued(Expression operand, int least, boolean restricted) {
    Expression left = operand;
    int barred = NONE;
    for (int links = 0; ; links++) {
      int level = level(restricted);
      if (level < least || level == NONE) {
        return left;
      }
      if (level == barred) {
        throw tokens.unexpected();
      }
      if (links > CHAIN_MAX) {
        throw tokens.tooComplex();
      }
      boolean complete = tokens.isNext(Keyword.ANY) || endsItself(level);
      left = infix(left, level, restricted);
      barred = complete ? NONE : barredAfter(level);
    }
  }

  /** Levels whose operators do not chain: {@code a < b < c} is an error. */
  private static int barredAfter(int level) {
    return level == COMPARISON || level == PATTERN || level == IS ? level : NONE;
  }

  /** Whether the operator at hand ends with a word or parenthesis of its own, not an operand. */
  private boolean endsItself(int level) {
    Keyword next = tokens.ahead(1).keyword;
    if (next == Keyword.SOME || next == Keyword.ALL) {
      return true;
    }
    if (level == IS) {
      Keyword last = next == Keyword.NOT ? tokens.ahead(2).keyword : next;
      return last != Keyword.DISTINCT;
    }
    return level == PATTERN
        && (tokens.at(Keyword.IN) || (tokens.at(Keyword.NOT) && next == Keyword.IN));
  }

  private int level(boolean restricted) {
    Token token = tokens.current();
    return switch (token.kind) {
      case KEYWORD -> restricted ? restrictedWord(token.keyword) : word(token.keyword);
      case LESS, GREATER, EQUALS, LESS_EQUALS, GREATER_EQUALS, NOT_EQUALS -> COMPARISON;
      case OPERATOR -> OTHER;
      case PLUS, MINUS -> SUM;
      case STAR, SLASH, PERCENT -> PRODUCT;
      case CARET -> POWER;
      case CAST -> CAST;
      default -> NONE;
    };
  }

  private int restrictedWord(@Nullable Keyword keyword) {
    if (keyword == Keyword.OPERATOR && tokens.isNext(TokenKind.LEFT_PAREN)) {
      return OTHER;
    }
    if (keyword == Keyword.IS) {
      int not = tokens.isNext(Keyword.NOT) ? 1 : 0;
      return tokens.ahead(1 + not).keyword == Keyword.DISTINCT ? IS : NONE;
    }
    return NONE;
  }

  private int word(@Nullable Keyword keyword) {
    if (keyword == null) {
      return NONE;
    }
    return switch (keyword) {
      case OR -> OR;
      case AND -> AND;
      case IS, ISNULL, NOTNULL -> IS;
      case BETWEEN, IN, LIKE, ILIKE -> PATTERN;
      case SIMILAR -> tokens.isNext(Keyword.TO) ? PATTERN : NONE;
      case NOT -> PredicateParser.isNegatable(tokens.ahead(1).keyword) ? PATTERN : NONE;
      case OVERLAPS ->
          tokens.isNext(TokenKind.LEFT_PAREN) || tokens.isNext(Keyword.ROW) ? PATTERN : NONE;
      case OPERATOR -> tokens.isNext(TokenKind.LEFT_PAREN) ? OTHER : NONE;
      case AT -> tokens.isNext(Keyword.TIME) ? AT_TIME_ZONE : NONE;
      case COLLATE -> COLLATE;
      default -> NONE;
    };
  }

  private Expression infix(Expression left, int level, boolean restricted) {
    int position = tokens.position();
    return switch (level) {
      case OR -> new Expression.Or(chain(left, OR), position);
      case AND -> new Expression.And(chain(left, AND), position);
      case IS -> predicates.is(left, restricted);
      case PATTERN -> predicates.pattern(left);
      case AT_TIME_ZONE -> {
        tokens.advance();
        tokens.expect(Keyword.TIME, Keyword.ZONE);
        Expression zone = climb(AT_TIME_ZONE + 1, false);
        yield new Expression.AtTimeZone(left, zone, position);
      }
      case COLLATE -> {
        tokens.advance();
        yield new Expression.Collate(left, grammar.names.qualified(), position);
      }
      case CAST -> {
        tokens.advance();
        yield new Expression.Cast(left, grammar.types.type(), position);
      }
      default -> binary(left, level, restricted);
    };
  }

  private List<Expression> chain(Expression left, int level) {
    Keyword keyword = level == OR ? Keyword.OR : Keyword.AND;
    List<Expression> operands = new ArrayList<>();
    if (level == OR && left instanceof Expression.Or or) {
      operands.addAll(or.operands());
    } else if (level == AND && left instanceof Expression.And and) {
      operands.addAll(and.operands());
    } else {
      operands.add(left);
    }
    while (tokens.accept(keyword)) {
      operands.add(climb(level + 1, false));
    }
    return operands;
  }

  private Expression binary(Expression left, int level, boolean restricted) {
    int position = tokens.position();
    QualifiedName operator = operator();
    if (predicates.atQuantifier()) {
      return predicates.quantified(left, operator);
    }
    Expression right = climb(level + 1, restricted);
    return new Expression.OperatorCall(
        operator.qualifier(), operator.last(), left, right, position);
  }

  /** An operator by its characters, or by {@code OPERATOR(schema.op)}. */
  QualifiedName operator() {
    int position = tokens.position();
    if (!tokens.accept(Keyword.OPERATOR)) {
      return QualifiedName.of(operatorCharacters(), position);
    }
    tokens.expect(TokenKind.LEFT_PAREN);
    List<String> parts = new ArrayList<>(2);
    while (NameParser.isColumnName(tokens.current())) {
      parts.add(grammar.names.name().text());
      tokens.expect(TokenKind.DOT);
    }
    parts.add(operatorCharacters());
    tokens.expect(TokenKind.RIGHT_PAREN);
    return new QualifiedName(parts, position);
  }

  private String operatorCharacters() {
    Token token = tokens.current();
    String operator =
        switch (token.kind) {
          case OPERATOR -> token.text;
          case PLUS -> "+";
          case MINUS -> "-";
          case STAR -> "*";
          case SLASH -> "/";
          case PERCENT -> "%";
          case CARET -> "^";
          case LESS -> "<";
          case GREATER -> ">";
          case EQUALS -> "=";
          case LESS_EQUALS -> "<=";
          case GREATER_EQUALS -> ">=";
          case NOT_EQUALS -> "<>";
          default -> throw tokens.unexpected();
        };
    tokens.advance();
    return operator;
  }

  private Expression prefix(boolean restricted) {
    Token token = tokens.current();
    int position = token.start;
    return switch (token.kind) {
      case PLUS, MINUS -> {
        String sign = operatorCharacters();
        yield signed(sign, climb(SIGN, restricted), position);
      }
      case OPERATOR -> prefixOperator(restricted);
      case KEYWORD -> {
        if (token.keyword == Keyword.NOT && !restricted) {
          tokens.advance();
          yield new Expression.Not(climb(NOT, false), position);
        }
        if (token.keyword == Keyword.OPERATOR && tokens.isNext(TokenKind.LEFT_PAREN)) {
          yield prefixOperator(restricted);
        }
        yield primaries.primary();
      }
      default -> primaries.primary();
    };
  }

  private Expression prefixOperator(boolean restricted) {
    int position = tokens.position();
    QualifiedName operator = operator();
    Expression operand = climb(OTHER + 1, restricted);
    return new Expression.OperatorCall(
        operator.qualifier(), operator.last(), null, operand, position);
  }

  /** A sign before a number is part of it: so the lowest integer can be written. */
  private static Expression signed(String sign, Expression operand, int position) {
    if (sign.equals("-") && operand instanceof Expression.IntegerLiteral literal) {
      return new Expression.IntegerLiteral(negate(literal.digits()), position);
    }
    if (sign.equals("-") && operand instanceof Expression.NumericLiteral literal) {
      return new Expression.NumericLiteral(negate(literal.text()), position);
    }
    return new Expression.OperatorCall(null, sign, null, operand, position);
  }

  private static String negate(String number) {
    return number.startsWith("-") ? number.substring(1) : "-" + number;
  }
}
