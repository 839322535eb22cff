package dev.troupe.sql.schema;

import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Reads names that are given as text, as in {@code 'public."My Table"'::regclass}. */
public final class NameText {
  private final String text;
  private int position;

  private NameText(String text) {
    this.text = text;
  }

  /**
   * The parts between the dots, folded to lower case unless they are quoted.
   *
   * @throws SqlException INVALID_NAME
   */
  public static List<String> parts(String text) {
    return new NameText(text).read();
  }

  private List<String> read() {
    List<String> parts = new ArrayList<>();
    do {
      skipBlanks();
      parts.add(part());
      skipBlanks();
    } while (skipDot());
    if (position < text.length()) {
      throw invalid();
    }
    return parts;
  }

  private void skipBlanks() {
    while (position < text.length() && Character.isWhitespace(text.charAt(position))) {
      position++;
    }
  }

  private boolean skipDot() {
    boolean dot = position < text.length() && text.charAt(position) == '.';
    position += dot ? 1 : 0;
    return dot;
  }

  private String part() {
    if (position < text.length() && text.charAt(position) == '"') {
      return quoted();
    }
    int start = position;
    while (position < text.length() && isPlain(text.charAt(position))) {
      position++;
    }
    if (start == position) {
      throw invalid();
    }
    return text.substring(start, position).toLowerCase(Locale.ROOT);
  }

  private String quoted() {
    StringBuilder part = new StringBuilder();
    for (position++; position < text.length(); position++) {
      char c = text.charAt(position);
      if (c != '"') {
        part.append(c);
      } else if (position + 1 < text.length() && text.charAt(position + 1) == '"') {
        part.append('"');
        position++;
      } else {
        position++;
        return part.toString();
      }
    }
    throw invalid();
  }

  private static boolean isPlain(char c) {
    return c != '.' && c != '"' && !Character.isWhitespace(c);
  }

  private static SqlException invalid() {
    return new SqlException(SqlState.INVALID_NAME, "invalid name syntax");
  }
}
