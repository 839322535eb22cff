package dev.troupe.sql.syntax;

/**
 * What statements have in common that differ in their constants: keywords and names folded, blanks
 * and comments gone, and constants replaced by one mark. One pass over the text; nothing is parsed,
 * so that also a statement with an error has a shape.
 */
public final class StatementShape {
  private static final String CONSTANT = "?";

  private final StringBuilder shape = new StringBuilder();
  private final Token token = new Token();
  private TokenKind before = TokenKind.END;

  private StatementShape() {}

  /** The shape of a text. */
  public static String of(String text) {
    return new StatementShape().read(text);
  }

  private String read(String text) {
    Lexer lexer = new Lexer(text);
    lexer.next(token);
    while (token.kind != TokenKind.END && token.kind != TokenKind.BROKEN) {
      if (isConstant(token.kind)) {
        constant();
      } else {
        separate();
        shape.append(spelling(text));
        before = token.kind;
      }
      lexer.next(token);
    }
    if (token.kind == TokenKind.BROKEN) {
      separate();
      shape.append("...");
    }
    return shape.toString();
  }

  private static boolean isConstant(TokenKind kind) {
    return switch (kind) {
      case INTEGER, NUMERIC, STRING, BIT_STRING, HEX_STRING -> true;
      default -> false;
    };
  }

  /** Of a list of constants only one is kept, so that its length makes no difference. */
  private void constant() {
    if (before == TokenKind.COMMA && endsWith(CONSTANT + ",")) {
      shape.setLength(shape.length() - 1);
    } else {
      separate();
      shape.append(CONSTANT);
    }
    before = TokenKind.INTEGER;
  }

  private boolean endsWith(String suffix) {
    int start = shape.length() - suffix.length();
    return start >= 0 && shape.indexOf(suffix, start) == start;
  }

  private void separate() {
    boolean closeLeft =
        before == TokenKind.LEFT_PAREN
            || before == TokenKind.LEFT_BRACKET
            || before == TokenKind.DOT
            || before == TokenKind.CAST;
    boolean closeRight =
        switch (token.kind) {
          case COMMA, SEMICOLON, RIGHT_PAREN, RIGHT_BRACKET, DOT, CAST -> true;
          case LEFT_PAREN, LEFT_BRACKET -> before == TokenKind.IDENTIFIER;
          default -> false;
        };
    if (before != TokenKind.END && !closeLeft && !closeRight) {
      shape.append(' ');
    }
  }

  private String spelling(String text) {
    return switch (token.kind) {
      case IDENTIFIER -> Identifiers.quote(token.text);
      case KEYWORD -> token.text;
      case NOT_EQUALS -> "<>";
      default -> text.substring(token.start, token.end);
    };
  }
}
