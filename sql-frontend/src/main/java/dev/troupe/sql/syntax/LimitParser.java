package dev.troupe.sql.syntax;

import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.syntax.ast.Expression;
import dev.troupe.sql.syntax.ast.OrderItem;
import dev.troupe.sql.syntax.ast.Query.Limit;
import dev.troupe.sql.syntax.ast.Query.Locking;
import dev.troupe.sql.syntax.ast.Query.WaitPolicy;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** LIMIT, OFFSET and FETCH FIRST, in whatever order. */
final class LimitParser {
  private final Grammar grammar;
  private final Tokens tokens;

  LimitParser(Grammar grammar) {
    this.grammar = grammar;
    this.tokens = grammar.tokens;
  }

  /** The limit that was known before, with what is said here. */
  @Nullable Limit acceptLimit(@Nullable Limit before) {
    Expression count = before == null ? null : before.count();
    Expression offset = before == null ? null : before.offset();
    boolean ties = before != null && before.withTies();
    boolean limited = count != null;
    boolean changed = false;
    while (tokens.at(Keyword.LIMIT) || tokens.at(Keyword.OFFSET) || tokens.at(Keyword.FETCH)) {
      changed = true;
      int position = tokens.position();
      if (tokens.accept(Keyword.OFFSET)) {
        checkOnce("OFFSET", offset != null);
        offset = offset();
        continue;
      }
      boolean said = tokens.accept(Keyword.LIMIT);
      if (!said) {
        tokens.advance();
      }
      checkOnce("LIMIT", limited);
      limited = true;
      if (said) {
        count = count(position);
      } else {
        count = fetched();
        ties = ties();
      }
    }
    if (!changed) {
      return before;
    }
    return count == null && offset == null ? null : new Limit(count, offset, ties);
  }

  private void checkOnce(String clause, boolean again) {
    if (again) {
      throw SqlException.of(SqlState.SYNTAX_ERROR, "multiple %s clauses not allowed", clause)
          .at(tokens.position());
    }
  }

  private Expression offset() {
    Expression offset = grammar.expressions.expression();
    if (!tokens.accept(Keyword.ROW)) {
      tokens.accept(Keyword.ROWS);
    }
    return offset;
  }

  private @Nullable Expression count(int position) {
    if (tokens.accept(Keyword.ALL)) {
      return null;
    }
    Expression count = grammar.expressions.expression();
    if (tokens.at(TokenKind.COMMA)) {
      throw new SqlException(SqlState.SYNTAX_ERROR, "LIMIT #,# syntax is not supported")
          .withHint("Use separate LIMIT and OFFSET clauses.")
          .at(position);
    }
    return count;
  }

  /** {@code FIRST 3 ROWS}; one when there is no number. */
  private Expression fetched() {
    if (!tokens.accept(Keyword.FIRST)) {
      tokens.expect(Keyword.NEXT);
    }
    int position = tokens.position();
    Expression count =
        atRows() ? new Expression.IntegerLiteral("1", position) : grammar.expressions.expression();
    if (!atRows()) {
      throw tokens.unexpected();
    }
    tokens.advance();
    return count;
  }

  private boolean atRows() {
    return tokens.at(Keyword.ROW) || tokens.at(Keyword.ROWS);
  }

  private boolean ties() {
    if (tokens.accept(Keyword.ONLY)) {
      return false;
    }
    tokens.expect(Keyword.WITH, Keyword.TIES);
    return true;
  }

  static void checkTies(@Nullable Limit limit, List<OrderItem> orderBy, List<Locking> locking) {
    if (limit == null || !limit.withTies()) {
      return;
    }
    if (orderBy.isEmpty()) {
      throw new SqlException(
          SqlState.SYNTAX_ERROR, "WITH TIES cannot be specified without ORDER BY clause");
    }
    if (locking.stream().anyMatch(lock -> lock.waiting() == WaitPolicy.SKIP_LOCKED)) {
      throw new SqlException(
          SqlState.SYNTAX_ERROR, "SKIP LOCKED and WITH TIES options cannot be used together");
    }
  }
}
