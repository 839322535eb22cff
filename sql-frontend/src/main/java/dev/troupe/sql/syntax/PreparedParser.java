package dev.troupe.sql.syntax;

import dev.troupe.sql.syntax.ast.Expression;
import dev.troupe.sql.syntax.ast.Name;
import dev.troupe.sql.syntax.ast.SessionStatement;
import dev.troupe.sql.syntax.ast.SessionStatement.Direction;
import dev.troupe.sql.syntax.ast.SessionStatement.DirectionKind;
import dev.troupe.sql.syntax.ast.Statement;
import dev.troupe.sql.syntax.ast.TypeName;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Prepared statements and cursors. */
final class PreparedParser {
  private final Grammar grammar;
  private final Tokens tokens;

  PreparedParser(Grammar grammar) {
    this.grammar = grammar;
    this.tokens = grammar.tokens;
  }

  Statement statement() {
    int position = tokens.position();
    if (tokens.accept(Keyword.PREPARE)) {
      return prepare(position);
    }
    if (tokens.accept(Keyword.EXECUTE)) {
      return execute(position);
    }
    if (tokens.accept(Keyword.DEALLOCATE)) {
      tokens.accept(Keyword.PREPARE);
      Name name = tokens.accept(Keyword.ALL) ? null : grammar.names.name();
      return new SessionStatement.Deallocate(name, position);
    }
    if (tokens.accept(Keyword.DECLARE)) {
      return declare(position);
    }
    if (tokens.accept(Keyword.CLOSE)) {
      Name cursor = tokens.accept(Keyword.ALL) ? null : grammar.names.name();
      return new SessionStatement.CloseCursor(cursor, position);
    }
    boolean move = tokens.at(Keyword.MOVE);
    tokens.advance();
    return fetch(move, position);
  }

  private Statement prepare(int position) {
    Name name = grammar.names.name();
    List<TypeName> types =
        tokens.at(TokenKind.LEFT_PAREN) ? tokens.parenthesized(grammar.types::type) : List.of();
    tokens.expect(Keyword.AS);
    Statement statement = grammar.statements().preparable();
    return new SessionStatement.Prepare(name, types, statement, position);
  }

  private Statement execute(int position) {
    Name name = grammar.names.name();
    List<Expression> arguments =
        tokens.at(TokenKind.LEFT_PAREN)
            ? tokens.parenthesized(grammar.expressions::expression)
            : List.of();
    return new SessionStatement.Execute(name, arguments, position);
  }

  private Statement declare(int position) {
    Name name = grammar.names.name();
    boolean binary = false;
    boolean insensitive = false;
    Boolean scroll = null;
    while (!tokens.at(Keyword.CURSOR)) {
      if (tokens.accept(Keyword.BINARY)) {
        binary = true;
      } else if (tokens.accept(Keyword.INSENSITIVE)) {
        insensitive = true;
      } else if (tokens.accept(Keyword.SCROLL)) {
        scroll = true;
      } else if (tokens.accept(Keyword.NO)) {
        tokens.expect(Keyword.SCROLL);
        scroll = false;
      } else {
        tokens.expect(Keyword.ASENSITIVE);
      }
    }
    tokens.expect(Keyword.CURSOR);
    boolean hold = tokens.accept(Keyword.WITH);
    if (hold || tokens.accept(Keyword.WITHOUT)) {
      tokens.expect(Keyword.HOLD);
    }
    tokens.expect(Keyword.FOR);
    return new SessionStatement.DeclareCursor(
        name, binary, scroll, insensitive, hold, grammar.queries.query(), position);
  }

  private Statement fetch(boolean move, int position) {
    Direction direction = direction();
    if (!tokens.accept(Keyword.FROM)) {
      tokens.accept(Keyword.IN);
    }
    return new SessionStatement.Fetch(grammar.names.name(), move, direction, position);
  }

  /** A direction; a bare cursor name means the next row. */
  private Direction direction() {
    Keyword keyword = tokens.current().keyword;
    if (atNumber()) {
      return new Direction(DirectionKind.FORWARD, count());
    }
    if (keyword == null) {
      return new Direction(DirectionKind.FORWARD, 1L);
    }
    return switch (keyword) {
      case NEXT -> one(DirectionKind.FORWARD, 1L);
      case PRIOR -> one(DirectionKind.BACKWARD, 1L);
      case FIRST -> one(DirectionKind.ABSOLUTE, 1L);
      case LAST -> one(DirectionKind.ABSOLUTE, -1L);
      case ALL -> one(DirectionKind.FORWARD, null);
      case ABSOLUTE -> {
        tokens.advance();
        yield new Direction(DirectionKind.ABSOLUTE, count());
      }
      case RELATIVE -> {
        tokens.advance();
        yield new Direction(DirectionKind.RELATIVE, count());
      }
      case FORWARD -> counted(DirectionKind.FORWARD);
      case BACKWARD -> counted(DirectionKind.BACKWARD);
      default -> new Direction(DirectionKind.FORWARD, 1L);
    };
  }

  private Direction one(DirectionKind kind, @Nullable Long count) {
    tokens.advance();
    return new Direction(kind, count);
  }

  private Direction counted(DirectionKind kind) {
    tokens.advance();
    if (tokens.accept(Keyword.ALL)) {
      return new Direction(kind, null);
    }
    return new Direction(kind, atNumber() ? count() : 1L);
  }

  private boolean atNumber() {
    return tokens.at(TokenKind.INTEGER) || tokens.at(TokenKind.MINUS) || tokens.at(TokenKind.PLUS);
  }

  private Long count() {
    boolean negative = tokens.accept(TokenKind.MINUS);
    if (!negative) {
      tokens.accept(TokenKind.PLUS);
    }
    long count = grammar.names.integer();
    return negative ? -count : count;
  }
}
