package dev.troupe.sql.syntax;

import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.syntax.ast.Expression;
import dev.troupe.sql.syntax.ast.Expression.LikeKind;
import dev.troupe.sql.syntax.ast.Expression.Truth;
import dev.troupe.sql.syntax.ast.QualifiedName;
import dev.troupe.sql.syntax.ast.Query;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Operators that are words: IS, BETWEEN, IN, LIKE, and comparisons with ANY and ALL. */
final class PredicateParser {
  private final Grammar grammar;
  private final Tokens tokens;

  PredicateParser(Grammar grammar) {
    this.grammar = grammar;
    this.tokens = grammar.tokens;
  }

  /** Whether a NOT before the word belongs to it. */
  static boolean isNegatable(@Nullable Keyword word) {
    return word == Keyword.BETWEEN
        || word == Keyword.IN
        || word == Keyword.LIKE
        || word == Keyword.ILIKE
        || word == Keyword.SIMILAR;
  }

  Expression is(Expression operand, boolean restricted) {
    int position = tokens.position();
    if (tokens.accept(Keyword.ISNULL)) {
      return new Expression.Is(operand, Truth.NULL, false, position);
    }
    if (tokens.accept(Keyword.NOTNULL)) {
      return new Expression.Is(operand, Truth.NULL, true, position);
    }
    tokens.expect(Keyword.IS);
    boolean negated = tokens.accept(Keyword.NOT);
    if (tokens.accept(Keyword.DISTINCT)) {
      tokens.expect(Keyword.FROM);
      Expression right = grammar.expressions.distinctOperand(restricted);
      return new Expression.IsDistinctFrom(operand, right, negated, position);
    }
    Truth truth = acceptTruth();
    if (truth == null) {
      return isNormalized(operand, negated, position);
    }
    return new Expression.Is(operand, truth, negated, position);
  }

  private @Nullable Truth acceptTruth() {
    Keyword keyword = tokens.current().keyword;
    if (keyword == null) {
      return null;
    }
    Truth truth =
        switch (keyword) {
          case NULL -> Truth.NULL;
          case TRUE -> Truth.TRUE;
          case FALSE -> Truth.FALSE;
          case UNKNOWN -> Truth.UNKNOWN;
          default -> null;
        };
    if (truth != null) {
      tokens.advance();
    }
    return truth;
  }

  /** {@code IS [NFC] NORMALIZED}. */
  private Expression isNormalized(Expression operand, boolean negated, int position) {
    Expression form = primaries().acceptNormalForm();
    tokens.expect(Keyword.NORMALIZED);
    List<Expression> arguments = form == null ? List.of(operand) : List.of(operand, form);
    QualifiedName name = QualifiedName.builtIn("is_normalized", position);
    Expression call = Expression.FunctionCall.plain(name, arguments);
    return negated ? new Expression.Not(call, position) : call;
  }

  private PrimaryParser primaries() {
    return grammar.expressions.primaries();
  }

  /** BETWEEN, IN, LIKE, ILIKE, SIMILAR TO, OVERLAPS. */
  Expression pattern(Expression operand) {
    int position = tokens.position();
    boolean negated = tokens.accept(Keyword.NOT);
    if (tokens.accept(Keyword.BETWEEN)) {
      return between(operand, negated, position);
    }
    if (tokens.accept(Keyword.IN)) {
      return in(operand, negated, position);
    }
    if (tokens.accept(Keyword.OVERLAPS)) {
      return overlaps(operand, position);
    }
    LikeKind kind = likeKind();
    if (kind != LikeKind.SIMILAR && atQuantifier()) {
      String operator = (negated ? "!~~" : "~~") + (kind == LikeKind.ILIKE ? "*" : "");
      return quantified(operand, QualifiedName.of(operator, position));
    }
    Expression pattern = grammar.expressions.patternOperand();
    Expression escape = tokens.accept(Keyword.ESCAPE) ? grammar.expressions.patternOperand() : null;
    return new Expression.Like(kind, operand, pattern, escape, negated, position);
  }

  private LikeKind likeKind() {
    if (tokens.accept(Keyword.LIKE)) {
      return LikeKind.LIKE;
    }
    if (tokens.accept(Keyword.ILIKE)) {
      return LikeKind.ILIKE;
    }
    tokens.expect(Keyword.SIMILAR, Keyword.TO);
    return LikeKind.SIMILAR;
  }

  private Expression between(Expression operand, boolean negated, int position) {
    boolean symmetric = tokens.accept(Keyword.SYMMETRIC);
    if (!symmetric) {
      tokens.accept(Keyword.ASYMMETRIC);
    }
    Expression low = grammar.expressions.restricted();
    tokens.expect(Keyword.AND);
    Expression high = grammar.expressions.patternOperand();
    return new Expression.Between(operand, low, high, symmetric, negated, position);
  }

  private Expression in(Expression operand, boolean negated, int position) {
    ParenthesisParser.Content content = primaries().parentheses().content();
    Query query = content.query();
    return query == null
        ? new Expression.InList(operand, content.values(), negated, position)
        : new Expression.InQuery(operand, query, negated, position);
  }

  private Expression overlaps(Expression left, int position) {
    if (!(left instanceof Expression.RowConstructor first)) {
      throw Lexer.error("syntax error", tokens.text(), position, tokens.lastEnd());
    }
    List<Expression> second = overlapping();
    checkPeriod(first.fields(), "left", position);
    checkPeriod(second, "right", position);
    List<Expression> arguments = new ArrayList<>(first.fields());
    arguments.addAll(second);
    return Expression.FunctionCall.plain(QualifiedName.builtIn("overlaps", position), arguments);
  }

  /** The row on the right side of OVERLAPS. */
  private List<Expression> overlapping() {
    boolean explicit = tokens.accept(Keyword.ROW);
    tokens.expect(TokenKind.LEFT_PAREN);
    List<Expression> fields = grammar.expressions.expressions();
    if (!explicit && fields.size() == 1) {
      throw tokens.unexpected();
    }
    tokens.expect(TokenKind.RIGHT_PAREN);
    return fields;
  }

  private static void checkPeriod(List<Expression> fields, String side, int position) {
    if (fields.size() != 2) {
      throw SqlException.of(
              SqlState.SYNTAX_ERROR,
              "wrong number of parameters on %s side of OVERLAPS expression",
              side)
          .at(position);
    }
  }

  boolean atQuantifier() {
    return (tokens.at(Keyword.ANY) || tokens.at(Keyword.SOME) || tokens.at(Keyword.ALL))
        && tokens.isNext(TokenKind.LEFT_PAREN);
  }

  /** ANY, SOME or ALL behind an operator, with what is compared. */
  Expression quantified(Expression left, QualifiedName operator) {
    boolean all = tokens.at(Keyword.ALL);
    tokens.advance();
    ParenthesisParser.Content content = primaries().parentheses().content();
    String schema = operator.qualifier();
    String name = operator.last();
    int position = operator.position();
    Query query = content.query();
    if (query != null) {
      return new Expression.QueryComparison(schema, name, left, all, query, position);
    }
    Expression array =
        content.values().size() == 1
            ? content.values().getFirst()
            : new Expression.RowConstructor(content.values(), false, position);
    return new Expression.ArrayComparison(schema, name, left, all, array, position);
  }
}
