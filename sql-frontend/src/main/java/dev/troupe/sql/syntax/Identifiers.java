package dev.troupe.sql.syntax;

import java.util.Arrays;
import java.util.List;

/** How names are written, and which words are no names. */
public final class Identifiers {
  private Identifiers() {}

  /** A name as it can be written in any statement: in quotes where it has to be. */
  public static String quote(String name) {
    return isPlain(name) ? name : '"' + name.replace("\"", "\"\"") + '"';
  }

  /** A name in a schema. */
  public static String quote(String schema, String name) {
    return quote(schema) + "." + quote(name);
  }

  private static boolean isPlain(String name) {
    if (name.isEmpty() || !startsPlain(name.charAt(0))) {
      return false;
    }
    for (int i = 1; i < name.length(); i++) {
      char c = name.charAt(i);
      if (!startsPlain(c) && !Characters.isDigit(c)) {
        return false;
      }
    }
    Keyword keyword = KeywordTable.find(name, 0, name.length());
    return keyword == null || keyword.use == KeywordUse.ANY_NAME;
  }

  private static boolean startsPlain(char c) {
    return (c >= 'a' && c <= 'z') || c == '_';
  }

  /** A text as a string constant, which is read the same whatever backslashes mean. */
  public static String literal(String text) {
    String doubled = text.replace("'", "''");
    return text.indexOf('\\') < 0
        ? "'" + doubled + "'"
        : "E'" + doubled.replace("\\", "\\\\") + "'";
  }

  /**
   * A keyword of the grammar.
   *
   * @param category as pg_get_keywords() has it: U, C, T or R
   */
  public record Word(String word, char category, boolean bareLabel) {}

  /** All keywords in alphabetical order. */
  public static List<Word> keywords() {
    return Arrays.stream(Keyword.values())
        .map(keyword -> new Word(keyword.word, category(keyword.use), keyword.bareLabel))
        .toList();
  }

  private static char category(KeywordUse use) {
    return switch (use) {
      case ANY_NAME -> 'U';
      case COLUMN_NAME -> 'C';
      case FUNCTION_NAME -> 'T';
      case NO_NAME -> 'R';
    };
  }
}
