package dev.troupe.sql.syntax;

/** Classes of characters as PostgreSQL's lexer knows them. Everything beyond ASCII is a letter. */
final class Characters {
  private static final int SPACE = 1;
  private static final int LETTER = 2;
  private static final int DIGIT = 4;
  private static final int OPERATOR = 8;
  private static final byte[] CLASSES = new byte[128];

  static {
    for (char c : " \t\n\r\f".toCharArray()) {
      CLASSES[c] = SPACE;
    }
    for (char c = 'a'; c <= 'z'; c++) {
      CLASSES[c] = LETTER;
      CLASSES[c - 'a' + 'A'] = LETTER;
    }
    CLASSES['_'] = LETTER;
    for (char c = '0'; c <= '9'; c++) {
      CLASSES[c] = DIGIT;
    }
    for (char c : "~!@#^&|`?+-*/%<>=".toCharArray()) {
      CLASSES[c] = OPERATOR;
    }
  }

  private Characters() {}

  static boolean isSpace(char c) {
    return c < 128 && CLASSES[c] == SPACE;
  }

  static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  static boolean isOperator(char c) {
    return c < 128 && CLASSES[c] == OPERATOR;
  }

  static boolean startsName(char c) {
    return c >= 128 || CLASSES[c] == LETTER;
  }

  static boolean continuesName(char c) {
    return c >= 128 || (CLASSES[c] & (LETTER | DIGIT)) != 0 || c == '$';
  }

  static boolean isHexDigit(char c) {
    return isDigit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
  }

  /** Folds ASCII only, whatever the locale is. */
  static char lower(char c) {
    return c >= 'A' && c <= 'Z' ? (char) (c + ('a' - 'A')) : c;
  }
}
