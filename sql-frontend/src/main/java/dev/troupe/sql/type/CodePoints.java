package dev.troupe.sql.type;

/** Strings as sequences of code points, which is the order and the length of their UTF-8 bytes. */
public final class CodePoints {
  private CodePoints() {}

  /**
   * Compares by code points. Differs from {@link String#compareTo} where a surrogate meets a
   * character above the surrogates.
   */
  public static int compare(String left, String right) {
    int common = Math.min(left.length(), right.length());
    for (int i = 0; i < common; i++) {
      char a = left.charAt(i);
      char b = right.charAt(i);
      if (a != b) {
        return rank(a) - rank(b);
      }
    }
    return left.length() - right.length();
  }

  /** Puts surrogates, which stand for what is above U+FFFF, above all other characters. */
  private static int rank(char c) {
    if (c < Character.MIN_SURROGATE) {
      return c;
    }
    return c <= Character.MAX_SURROGATE ? c + 0x2000 : c - 0x800;
  }

  /** How many bytes the text takes in UTF-8. */
  public static int utf8Length(String text) {
    int bytes = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < 0x80) {
        bytes++;
      } else if (c < 0x800) {
        bytes += 2;
      } else {
        // A surrogate is half of a character that takes four bytes.
        bytes += Character.isSurrogate(c) ? 2 : 3;
      }
    }
    return bytes;
  }

  public static int length(String text) {
    return text.codePointCount(0, text.length());
  }

  /** The first so many characters, or the text itself when it has no more. */
  public static String prefix(String text, int characters) {
    if (text.length() <= characters || length(text) <= characters) {
      return text;
    }
    return text.substring(0, text.offsetByCodePoints(0, characters));
  }

  /** Without blanks at its end. */
  public static String withoutTrailingBlanks(String text) {
    int end = text.length();
    while (end > 0 && text.charAt(end - 1) == ' ') {
      end--;
    }
    return text.substring(0, end);
  }
}
