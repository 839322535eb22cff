package dev.troupe.sql.function.text;

import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.eval.EvalContext;
import dev.troupe.sql.function.define.Definitions;
import dev.troupe.sql.type.Bytes;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/** LIKE and ILIKE. Patterns are matched as they stand; their escape is a backslash. */
public final class LikePattern {
  private LikePattern() {}

  public static void define(Definitions to) {
    for (String left : List.of("text", "bpchar", "name")) {
      String types = "(" + left + ", text) bool";
      to.addAsking("~~" + types, (String s, String p, EvalContext c) -> matches(s, p, c));
      to.addAsking("!~~" + types, (String s, String p, EvalContext c) -> !matches(s, p, c));
      to.addAsking("~~*" + types, (String s, String p, EvalContext c) -> matchesFolded(s, p, c));
      to.addAsking("!~~*" + types, (String s, String p, EvalContext c) -> !matchesFolded(s, p, c));
    }
    to.addAsking("~~(bytea, bytea) bool", (Bytes s, Bytes p, EvalContext c) -> matches(s, p, c));
    to.addAsking("!~~(bytea, bytea) bool", (Bytes s, Bytes p, EvalContext c) -> !matches(s, p, c));
    to.addAsking("like(text, text) bool", (String s, String p, EvalContext c) -> matches(s, p, c));
    to.addAsking(
        "notlike(text, text) bool", (String s, String p, EvalContext c) -> !matches(s, p, c));
    to.add("like_escape(text, text) text", (String p, String e) -> withEscape(p, e));
  }

  private static boolean matchesFolded(String text, String pattern, EvalContext context) {
    return matches(text.toLowerCase(Locale.ROOT), pattern.toLowerCase(Locale.ROOT), context);
  }

  /** Bytes are matched as characters of one byte. */
  private static boolean matches(Bytes bytes, Bytes pattern, EvalContext context) {
    return matches(
        new String(bytes.shared(), StandardCharsets.ISO_8859_1),
        new String(pattern.shared(), StandardCharsets.ISO_8859_1),
        context);
  }

  /**
   * Goes back to the last percent sign alone: an earlier one cannot help where the last one does
   * not.
   */
  public static boolean matches(String text, String pattern, EvalContext context) {
    int t = 0;
    int p = 0;
    int afterPercent = -1;
    int retry = 0;
    while (t < text.length()) {
      if (p < pattern.length() && pattern.charAt(p) == '%') {
        p++;
        afterPercent = p;
        retry = t;
      } else if (fits(text, t, pattern, p)) {
        t += pattern.charAt(p) == '_' ? Character.charCount(text.codePointAt(t)) : 1;
        p += pattern.charAt(p) == '\\' ? 2 : 1;
      } else if (afterPercent >= 0) {
        context.checkCancelled();
        retry += Character.charCount(text.codePointAt(retry));
        t = retry;
        p = afterPercent;
      } else {
        return false;
      }
    }
    while (p < pattern.length() && pattern.charAt(p) == '%') {
      p++;
    }
    return p == pattern.length();
  }

  private static boolean fits(String text, int t, String pattern, int p) {
    if (p >= pattern.length()) {
      return false;
    }
    char wanted = pattern.charAt(p);
    if (wanted == '\\') {
      if (p + 1 == pattern.length()) {
        throw new SqlException(
            SqlState.INVALID_ESCAPE_SEQUENCE, "LIKE pattern must not end with escape character");
      }
      wanted = pattern.charAt(p + 1);
    } else if (wanted == '_') {
      return true;
    }
    return text.charAt(t) == wanted;
  }

  /** The same pattern with a backslash as its escape. */
  static String withEscape(String pattern, String escape) {
    requireEscape(escape);
    StringBuilder out = new StringBuilder(pattern.length());
    int i = 0;
    while (i < pattern.length()) {
      if (!escape.isEmpty() && pattern.startsWith(escape, i)) {
        i += escape.length();
        if (i == pattern.length()) {
          out.append('\\');
        } else {
          out.append('\\').append(pattern.charAt(i));
          i++;
        }
      } else {
        char c = pattern.charAt(i);
        out.append(c == '\\' ? "\\\\" : String.valueOf(c));
        i++;
      }
    }
    return out.toString();
  }

  static void requireEscape(String escape) {
    if (escape.codePointCount(0, escape.length()) > 1) {
      throw new SqlException(SqlState.INVALID_ESCAPE_SEQUENCE, "invalid escape string")
          .withHint("Escape string must be empty or one character.");
    }
  }
}
