package dev.troupe.sql.syntax;

import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.syntax.ast.Expression;
import dev.troupe.sql.syntax.ast.Statement;
import dev.troupe.sql.syntax.ast.TypeName;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * From text to syntax trees. Errors are {@link SqlException}s with PostgreSQL's messages, states
 * and positions.
 */
public final class Parser {
  private Parser() {}

  /** All statements of a text, which semicolons separate; empty ones are left out. */
  public static List<ParsedStatement> parseAll(String text) {
    Grammar grammar = new Grammar(text);
    List<ParsedStatement> statements = new ArrayList<>();
    ParsedStatement statement = next(grammar);
    while (statement != null) {
      statements.add(statement);
      statement = next(grammar);
    }
    return statements;
  }

  /**
   * The only statement of a text; null when there is none.
   *
   * @throws SqlException also when there are several, as for a statement to be prepared
   */
  public static @Nullable ParsedStatement parseOne(String text) {
    Grammar grammar = new Grammar(text);
    ParsedStatement statement = next(grammar);
    if (statement != null && next(grammar) != null) {
      throw new SqlException(
          SqlState.SYNTAX_ERROR, "cannot insert multiple commands into a prepared statement");
    }
    return statement;
  }

  /** An expression by itself, such as a stored default or condition. */
  public static Expression parseExpression(String text) {
    return whole(text, grammar -> grammar.expressions.expression());
  }

  /** The name of a type by itself. */
  public static TypeName parseTypeName(String text) {
    return whole(text, grammar -> grammar.types.type());
  }

  private static <T> T whole(String text, Function<Grammar, T> parser) {
    Grammar grammar = new Grammar(text);
    T result = parser.apply(grammar);
    if (!grammar.tokens.at(TokenKind.END)) {
      throw grammar.tokens.unexpected();
    }
    return result;
  }

  private static @Nullable ParsedStatement next(Grammar grammar) {
    Tokens tokens = grammar.tokens;
    while (tokens.accept(TokenKind.SEMICOLON)) {
      // An empty statement.
    }
    if (tokens.at(TokenKind.END)) {
      return null;
    }
    int start = tokens.position();
    Statement statement = grammar.statements().statement();
    grammar.into.refuseAny();
    if (!tokens.at(TokenKind.END) && !tokens.at(TokenKind.SEMICOLON)) {
      throw tokens.unexpected();
    }
    return new ParsedStatement(statement, start, tokens.lastEnd(), tokens.takeParameters());
  }
}
