package dev.troupe.sql.syntax;

import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The tokens still to come, of which a few can be looked at ahead. */
final class Tokens {
  /** How many tokens can be seen at once; a power of two. */
  private static final int WINDOW = 8;

  /** How deep statements may nest, so that stacks of all that read their trees suffice. */
  static final int DEPTH_MAX = 300;

  /** What a token costs at most on average, as a part of a tree and then of a plan. */
  private static final int TOKEN_BYTES = 128;

  /**
   * How many tokens statements that come together may have: a list of millions of constants, which
   * fits into a message, must not take the memory of everybody else. A quarter of the heap suffices
   * for the trees.
   */
  static final long TOKENS_MAX = Runtime.getRuntime().maxMemory() / 4 / TOKEN_BYTES;

  private final String text;
  private final Lexer lexer;
  private final Token[] ring = new Token[WINDOW];
  private int head;
  private int available;
  private int lastEnd;
  private int depth;
  private int parameters;
  private long taken;

  Tokens(String text) {
    this.text = text;
    this.lexer = new Lexer(text);
  }

  /** The current token; it stays valid until {@link #WINDOW} more have been looked at. */
  Token current() {
    return ahead(0);
  }

  /** The token that is so many behind the current one. */
  Token ahead(int distance) {
    while (available <= distance) {
      int slot = (head + available) & (WINDOW - 1);
      Token token = ring[slot];
      if (token == null) {
        token = new Token();
        ring[slot] = token;
      }
      lexer.next(token);
      available++;
    }
    return ring[(head + distance) & (WINDOW - 1)];
  }

  void advance() {
    Token token = current();
    if (token.kind == TokenKind.BROKEN) {
      throw unexpected();
    }
    if (++taken > TOKENS_MAX) {
      throw tooLong();
    }
    lastEnd = token.end;
    head = (head + 1) & (WINDOW - 1);
    available--;
  }

  void skip(int tokens) {
    for (int i = 0; i < tokens; i++) {
      advance();
    }
  }

  int position() {
    return current().start;
  }

  /** Offset behind the token before the current one. */
  int lastEnd() {
    return lastEnd;
  }

  boolean at(TokenKind kind) {
    return current().kind == kind;
  }

  boolean at(Keyword keyword) {
    return current().keyword == keyword;
  }

  boolean at(Keyword keyword, Keyword next) {
    return at(keyword) && ahead(1).keyword == next;
  }

  boolean isNext(Keyword keyword) {
    return ahead(1).keyword == keyword;
  }

  boolean isNext(TokenKind kind) {
    return ahead(1).kind == kind;
  }

  /** Whether the current token is a word that is no keyword. */
  boolean atWord(String word) {
    return isWord(0, word);
  }

  /** Whether a token ahead is a word that is no keyword, written without quotes. */
  boolean isWord(int distance, String word) {
    Token token = ahead(distance);
    return token.kind == TokenKind.IDENTIFIER
        && token.text.equals(word)
        && text.charAt(token.start) != '"';
  }

  boolean accept(TokenKind kind) {
    if (!at(kind)) {
      return false;
    }
    advance();
    return true;
  }

  boolean accept(Keyword keyword) {
    if (!at(keyword)) {
      return false;
    }
    advance();
    return true;
  }

  /** Accepts both or none. */
  boolean accept(Keyword keyword, Keyword next) {
    if (!at(keyword, next)) {
      return false;
    }
    skip(2);
    return true;
  }

  boolean acceptWord(String word) {
    if (!atWord(word)) {
      return false;
    }
    advance();
    return true;
  }

  void expect(TokenKind kind) {
    if (!accept(kind)) {
      throw unexpected();
    }
  }

  void expect(Keyword keyword) {
    if (!accept(keyword)) {
      throw unexpected();
    }
  }

  void expect(Keyword first, Keyword second) {
    expect(first);
    expect(second);
  }

  void expectWord(String word) {
    if (!acceptWord(word)) {
      throw unexpected();
    }
  }

  /** The current token's text as it was written. */
  String raw() {
    Token token = current();
    return text.substring(token.start, token.end);
  }

  String text() {
    return text;
  }

  String textBetween(int start, int end) {
    return text.substring(start, end);
  }

  /** That the statement cannot go on with the current token. */
  SqlException unexpected() {
    Token token = current();
    SqlException broken = token.error;
    if (token.kind == TokenKind.BROKEN && broken != null) {
      return broken;
    }
    if (token.kind == TokenKind.END) {
      return new SqlException(SqlState.SYNTAX_ERROR, "syntax error at end of input")
          .at(token.start);
    }
    return Lexer.error("syntax error", text, token.start, token.end);
  }

  /** {@code IF EXISTS}. */
  boolean acceptIfExists() {
    return accept(Keyword.IF, Keyword.EXISTS);
  }

  /** {@code IF NOT EXISTS}. */
  boolean acceptIfNotExists() {
    if (at(Keyword.IF, Keyword.NOT) && ahead(2).keyword == Keyword.EXISTS) {
      skip(3);
      return true;
    }
    return false;
  }

  /** {@code CASCADE}, {@code RESTRICT} or nothing; whether it was the first. */
  boolean acceptCascade() {
    if (accept(Keyword.CASCADE)) {
      return true;
    }
    accept(Keyword.RESTRICT);
    return false;
  }

  /** The content of a string constant. */
  String expectString() {
    if (!at(TokenKind.STRING)) {
      throw unexpected();
    }
    String value = current().text;
    advance();
    return value;
  }

  @Nullable String acceptString() {
    return at(TokenKind.STRING) ? expectString() : null;
  }

  /** One or more elements with commas between them. */
  <T> List<T> list(Supplier<T> element) {
    T first = element.get();
    if (!at(TokenKind.COMMA)) {
      return List.of(first);
    }
    List<T> elements = new ArrayList<>();
    elements.add(first);
    while (accept(TokenKind.COMMA)) {
      elements.add(element.get());
    }
    return elements;
  }

  /** One or more elements in parentheses. */
  <T> List<T> parenthesized(Supplier<T> element) {
    expect(TokenKind.LEFT_PAREN);
    List<T> elements = list(element);
    expect(TokenKind.RIGHT_PAREN);
    return elements;
  }

  /** Called on the way down into what nests. */
  void enter() {
    if (++depth > DEPTH_MAX) {
      throw tooComplex();
    }
  }

  /** Called on the way back. An error needs no way back: it ends the parse. */
  void leave() {
    depth--;
  }

  private SqlException tooLong() {
    return SqlException.of(
            SqlState.PROGRAM_LIMIT_EXCEEDED, "statement has more than %d tokens", TOKENS_MAX)
        .withHint("Send it in parts, or load rows with COPY.")
        .at(position());
  }

  SqlException tooComplex() {
    return new SqlException(SqlState.STATEMENT_TOO_COMPLEX, "stack depth limit exceeded")
        .withHint("The statement nests too deeply; write it in smaller parts.")
        .at(position());
  }

  /** Remembers the highest number of a parameter. */
  void noteParameter(int number) {
    parameters = Math.max(parameters, number);
  }

  /** The highest number of a parameter since this was asked last. */
  int takeParameters() {
    int highest = parameters;
    parameters = 0;
    return highest;
  }
}
