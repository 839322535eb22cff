package dev.troupe.sql.syntax;

/**
 * What statements have in common that differ in constants, blanks, comments or the case of words:
 * their text with parameters in place of constants. Several constants in a row count as one, and so
 * do several rows of them, so that statements over lists of any length are of one shape. Meant for
 * people, and for counting; no plan may be found by it. Any thread.
 */
public final class StatementShape {
  /** Longer shapes are cut. */
  static final int SHAPE_CHARS_MAX = 2_000;

  /** So much of a text is looked at. */
  private static final int TEXT_CHARS_MAX = 64 << 10;

  private static final String MORE = " /*, ... */";
  private static final String CUT = " ...";
  private static final int NONE = -1;

  private final String text;
  private final Lexer lexer;
  private final Token token = new Token();
  private final StringBuilder shape;
  // Where the last token ended in the text.
  private int seenTo;
  private int parameters;

  // The constants in the text since the last other token than a comma.
  private int run;
  // Whether they are followed by a comma, which is not written yet.
  private boolean comma;
  // Of a pair of parentheses with nothing but constants: where it began, where the last one ended.
  private int opened = NONE;
  private int lastGroupEnd = NONE;
  private boolean lastGroupHasMore;
  private int parametersAtGroup;
  // Whether nothing but a comma came since the last such pair.
  private boolean nextInLine;

  private StatementShape(String sql) {
    text = sql.length() > TEXT_CHARS_MAX ? sql.substring(0, TEXT_CHARS_MAX) : sql;
    lexer = new Lexer(text);
    shape = new StringBuilder(Math.min(text.length(), SHAPE_CHARS_MAX) + 16);
    parameters = text.indexOf('$') < 0 ? 0 : highestParameter(text);
  }

  /** The shape of a text, whether or not it is a statement; empty when nothing is in it. */
  public static String of(String sql) {
    var shaping = new StatementShape(sql);
    boolean complete = shaping.write() && sql.length() <= TEXT_CHARS_MAX;
    return complete ? shaping.ended() : shaping.shape.append(CUT).toString();
  }

  /** What ends a statement is no part of it. */
  private String ended() {
    int end = shape.length();
    while (end > 0 && (shape.charAt(end - 1) == ';' || shape.charAt(end - 1) == ' ')) {
      end--;
    }
    shape.setLength(end);
    return shape.toString();
  }

  private static int highestParameter(String sql) {
    var lexer = new Lexer(sql);
    var token = new Token();
    int highest = 0;
    for (lexer.next(token); token.kind != TokenKind.END; lexer.next(token)) {
      if (token.kind == TokenKind.PARAMETER && token.text.length() < 6) {
        highest = Math.max(highest, Integer.parseInt(token.text));
      }
    }
    return highest;
  }

  /** Returns whether all of the text could be read and has room. */
  private boolean write() {
    for (lexer.next(token); token.kind != TokenKind.END; lexer.next(token)) {
      if (token.kind == TokenKind.BROKEN || shape.length() > SHAPE_CHARS_MAX) {
        return false;
      }
      if (isConstant(token.kind)) {
        constant();
      } else if (token.kind == TokenKind.COMMA && run > 0 && !comma) {
        comma = true;
      } else {
        other();
      }
      seenTo = token.end;
    }
    endRun();
    return true;
  }

  private static boolean isConstant(TokenKind kind) {
    return switch (kind) {
      case INTEGER, NUMERIC, STRING, BIT_STRING, HEX_STRING -> true;
      default -> false;
    };
  }

  private void constant() {
    run++;
    if (run == 1) {
      blank();
      nextInLine = false;
      shape.append('$').append(++parameters);
    } else if (run == 2) {
      shape.append(MORE);
    }
    comma = false;
  }

  /** A comma behind constants that no constant follows is one between them and something else. */
  private void endRun() {
    if (comma) {
      shape.append(',');
      opened = NONE;
      comma = false;
    }
    run = 0;
  }

  private void other() {
    boolean pure = run > 0 && !comma && opened != NONE;
    endRun();
    switch (token.kind) {
      case LEFT_PAREN -> {
        blank();
        shape.append('(');
        opened = shape.length() - 1;
        if (!nextInLine) {
          lastGroupEnd = NONE;
          parametersAtGroup = parameters;
        }
      }
      case RIGHT_PAREN -> {
        shape.append(')');
        endGroup(pure);
        opened = NONE;
      }
      case COMMA -> {
        shape.append(',');
        nextInLine = lastGroupEnd == shape.length() - 1;
        opened = NONE;
      }
      default -> {
        blank();
        word();
        nextInLine = false;
        opened = NONE;
      }
    }
  }

  /** Rows of constants behind the first are left out. */
  private void endGroup(boolean pure) {
    if (!pure) {
      lastGroupEnd = NONE;
      return;
    }
    if (lastGroupEnd == NONE) {
      lastGroupHasMore = false;
    } else {
      shape.setLength(lastGroupEnd);
      parameters = parametersAtGroup + 1;
      if (!lastGroupHasMore) {
        shape.append(MORE);
        lastGroupHasMore = true;
      }
    }
    lastGroupEnd = shape.length();
    nextInLine = false;
  }

  private void blank() {
    if (token.start > seenTo && !shape.isEmpty()) {
      shape.append(' ');
    }
  }

  private void word() {
    boolean plain =
        token.kind == TokenKind.KEYWORD
            || (token.kind == TokenKind.IDENTIFIER && text.charAt(token.start) != '"');
    if (plain) {
      shape.append(token.text);
    } else {
      shape.append(text, token.start, token.end);
    }
  }
}
