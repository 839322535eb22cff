package dev.troupe.sql.session;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Keeps passwords that statements set from those who look at what sessions do. */
final class PasswordText {
  /** The option of CREATE and ALTER ROLE, up to where its text begins. */
  private static final Pattern OPTION =
      Pattern.compile(
          "\\bpassword(?:\\s|/\\*.*?\\*/|--[^\\n]*\\n)*(?=['$]|[eu]&?')",
          Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

  private PasswordText() {}

  /** The statement without its end when that may have a password in it. */
  static String hidden(String sql) {
    if (!mentions(sql)) {
      return sql;
    }
    Matcher option = OPTION.matcher(sql);
    return option.find() ? sql.substring(0, option.end()) + "<hidden>" : sql;
  }

  /** Cheap, because it is asked for each statement. */
  private static boolean mentions(String sql) {
    for (int i = 0; i + 8 <= sql.length(); i++) {
      if ((sql.charAt(i) | 0x20) == 'p' && sql.regionMatches(true, i, "password", 0, 8)) {
        return true;
      }
    }
    return false;
  }
}
