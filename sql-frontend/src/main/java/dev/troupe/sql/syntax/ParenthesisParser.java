package dev.troupe.sql.syntax;

import dev.troupe.sql.syntax.ast.Expression;
import dev.troupe.sql.syntax.ast.Query;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What stands in parentheses: an expression, a row or a query. Which it is may show only behind
 * many parentheses that open in a row, so these are read in a loop and not by recursion; then they
 * may be as many as they like.
 */
final class ParenthesisParser {
  private final Grammar grammar;
  private final Tokens tokens;

  ParenthesisParser(Grammar grammar) {
    this.grammar = grammar;
    this.tokens = grammar.tokens;
  }

  /** A query, or else one or more values. */
  record Content(@Nullable Query query, List<Expression> values) {
    static Content of(Query query) {
      return new Content(query, List.of());
    }

    static Content of(List<Expression> values) {
      return new Content(null, values);
    }

    /** Whether both are the same: parentheses around parentheses add nothing. */
    boolean isSameAs(Content other) {
      if (query != null) {
        return query == other.query;
      }
      return values.size() == 1
          && other.values.size() == 1
          && values.getFirst() == other.values.getFirst();
    }

    /** What the parentheses, the first of them at the position, make of the content. */
    Expression asExpression(int position) {
      if (query != null) {
        return new Expression.ScalarQuery(query, position);
      }
      return values.size() == 1
          ? values.getFirst()
          : new Expression.RowConstructor(values, false, position);
    }
  }

  /** Reads from the opening parenthesis to the one that closes it. */
  Content content() {
    int[] opened = new int[4];
    int depth = 0;
    while (tokens.at(TokenKind.LEFT_PAREN)) {
      if (depth == opened.length) {
        opened = Arrays.copyOf(opened, depth * 2);
      }
      opened[depth++] = tokens.position();
      tokens.advance();
    }
    if (depth == 0) {
      throw tokens.unexpected();
    }
    Content content = innermost();
    tokens.expect(TokenKind.RIGHT_PAREN);
    int grown = 0;
    while (--depth > 0) {
      Content outer = outer(content, opened[depth]);
      if (!outer.isSameAs(content) && ++grown > ExpressionParser.CHAIN_MAX) {
        throw tokens.tooComplex();
      }
      content = outer;
      tokens.expect(TokenKind.RIGHT_PAREN);
    }
    return content;
  }

  private Content innermost() {
    return grammar.queries.startsQuery()
        ? Content.of(grammar.queries.query())
        : Content.of(grammar.expressions.expressions());
  }

  /** What stands in the next parentheses, of which the first thing is in parentheses itself. */
  private Content outer(Content inner, int position) {
    Query query = inner.query();
    if (query != null && grammar.queries.atEndOrContinuation()) {
      return Content.of(grammar.queries.continued(query, position));
    }
    PrimaryParser primaries = grammar.expressions.primaries();
    Expression operand = primaries.indirection(inner.asExpression(position));
    Expression first = grammar.expressions.continued(operand);
    if (!tokens.accept(TokenKind.COMMA)) {
      return Content.of(List.of(first));
    }
    List<Expression> values = new ArrayList<>();
    values.add(first);
    values.addAll(grammar.expressions.expressions());
    return Content.of(values);
  }
}
