package dev.troupe.sql.function.format;

import java.util.ArrayList;
import java.util.List;

/** A pattern of dates and times, such as {@code FMDay, DD HH24:MI}: documentation, table 9.28. */
record TimePattern(List<Item> items) {
  /** Longer words come before those that they begin with. */
  private static final List<String> WORDS =
      List.of(
          "SSSSS", "Y,YYY", "A.D.", "B.C.", "A.M.", "P.M.", "a.d.", "b.c.", "a.m.", "p.m.", "HH24",
          "HH12", "hh24", "hh12", "SSSS", "MONTH", "Month", "month", "YYYY", "yyyy", "IYYY", "iyyy",
          "IDDD", "iddd", "TZH", "TZM", "tzh", "tzm", "FF1", "FF2", "FF3", "FF4", "FF5", "FF6",
          "ff1", "ff2", "ff3", "ff4", "ff5", "ff6", "YYY", "yyy", "IYY", "iyy", "MON", "Mon", "mon",
          "DAY", "Day", "day", "DDD", "ddd", "HH", "hh", "MI", "mi", "SS", "ss", "MS", "ms", "US",
          "us", "AM", "PM", "am", "pm", "YY", "yy", "IY", "iy", "BC", "AD", "bc", "ad", "MM", "mm",
          "DY", "Dy", "dy", "DD", "dd", "ID", "id", "WW", "ww", "IW", "iw", "CC", "cc", "RM", "rm",
          "TZ", "tz", "OF", "Y", "y", "I", "D", "d", "W", "w", "J", "j", "Q", "q");

  /**
   * @param word empty for a text that stands for itself
   * @param fill no blanks and zeros to fill it up (FM)
   * @param ordinal th or TH behind a number, or empty
   */
  record Item(String word, String text, boolean fill, String ordinal) {
    boolean isText() {
      return word.isEmpty();
    }
  }

  TimePattern {
    items = List.copyOf(items);
  }

  static TimePattern parse(String pattern) {
    List<Item> items = new ArrayList<>();
    int at = 0;
    while (at < pattern.length()) {
      boolean fill = false;
      while (isModifier(pattern, at)) {
        fill |= pattern.startsWith("FM", at) || pattern.startsWith("fm", at);
        at += 2;
      }
      String word = word(pattern, at);
      if (!word.isEmpty()) {
        at += word.length();
        String ordinal =
            pattern.startsWith("TH", at) || pattern.startsWith("th", at)
                ? pattern.substring(at, at + 2)
                : "";
        at += ordinal.length();
        items.add(new Item(word, "", fill, ordinal));
      } else if (at < pattern.length()) {
        at = text(pattern, at, items);
      }
    }
    return new TimePattern(items);
  }

  private static boolean isModifier(String pattern, int at) {
    for (String modifier : new String[] {"FM", "fm", "FX", "fx", "TM"}) {
      if (pattern.startsWith(modifier, at)) {
        return true;
      }
    }
    return false;
  }

  private static String word(String pattern, int at) {
    for (String word : WORDS) {
      if (pattern.startsWith(word, at)) {
        return word;
      }
    }
    return "";
  }

  private static int text(String pattern, int start, List<Item> items) {
    int at = start;
    if (pattern.charAt(at) == '"') {
      StringBuilder quoted = new StringBuilder();
      at++;
      while (at < pattern.length() && pattern.charAt(at) != '"') {
        at += pattern.charAt(at) == '\\' && at + 1 < pattern.length() ? 1 : 0;
        quoted.append(pattern.charAt(at));
        at++;
      }
      items.add(new Item("", quoted.toString(), false, ""));
      return at + 1;
    }
    if (pattern.startsWith("\\\"", at)) {
      at++;
    }
    items.add(new Item("", pattern.substring(at, at + 1), false, ""));
    return at + 1;
  }
}
