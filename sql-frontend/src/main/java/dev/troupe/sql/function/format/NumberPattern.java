package dev.troupe.sql.function.format;

import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A pattern of numbers such as {@code FM999,990.00MI}: PostgreSQL's documentation, table 9.30.
 *
 * @param before digits before the decimal point
 * @param after digits after it
 * @param zeroFrom number (from 0) of the first digit that is a 0; -1 when there is none
 * @param shift digits behind V: the number is multiplied by so many powers of ten
 */
record NumberPattern(
    List<Item> items,
    int before,
    int after,
    int zeroFrom,
    int shift,
    boolean fill,
    boolean brackets,
    boolean exponent,
    Sign sign) {

  /** Where a sign is asked for. */
  enum Sign {
    /** Before the first digit: minus, or a blank. */
    PLAIN,
    /** S before the digits: plus or minus. */
    LEADING,
    /** S behind the digits. */
    TRAILING,
    /** MI or SG stand where the sign goes. */
    PLACED
  }

  /** A piece of the pattern. */
  enum Kind {
    DIGIT,
    POINT,
    GROUP,
    MINUS,
    PLUS,
    SIGN,
    S,
    PR,
    CURRENCY,
    ORDINAL,
    ROMAN,
    EXPONENT,
    SHIFT,
    TEXT
  }

  record Item(Kind kind, String text) {}

  NumberPattern {
    items = List.copyOf(items);
  }

  private record Word(String text, Kind kind) {}

  /** Longer words come before those that they begin with. */
  private static final List<Word> WORDS =
      List.of(
          new Word("EEEE", Kind.EXPONENT),
          new Word("MI", Kind.MINUS),
          new Word("PL", Kind.PLUS),
          new Word("PR", Kind.PR),
          new Word("RN", Kind.ROMAN),
          new Word("SG", Kind.SIGN),
          new Word("TH", Kind.ORDINAL),
          new Word("S", Kind.S),
          new Word("9", Kind.DIGIT),
          new Word("0", Kind.DIGIT),
          new Word(".", Kind.POINT),
          new Word("D", Kind.POINT),
          new Word(",", Kind.GROUP),
          new Word("G", Kind.GROUP),
          new Word("L", Kind.CURRENCY),
          new Word("V", Kind.SHIFT));

  static NumberPattern parse(String pattern) {
    return new Reading(pattern).read();
  }

  /** What was read of a pattern so far. */
  private static final class Reading {
    private final String pattern;
    private final List<Item> items = new ArrayList<>();
    private int at;
    private int before;
    private int after;
    private int zeroFrom = -1;
    private int shift;
    private boolean fill;
    private boolean brackets;
    private boolean exponent;
    private boolean pointSeen;
    private boolean shiftSeen;
    private Sign sign = Sign.PLAIN;

    Reading(String pattern) {
      this.pattern = pattern;
    }

    NumberPattern read() {
      while (at < pattern.length()) {
        next();
      }
      return new NumberPattern(
          items, before, after, zeroFrom, shift, fill, brackets, exponent, sign);
    }

    private void next() {
      String upper = pattern.substring(at).toUpperCase(Locale.ROOT);
      if (upper.startsWith("FM")) {
        fill = true;
        at += 2;
        return;
      }
      if (pattern.charAt(at) == '"') {
        quoted();
        return;
      }
      for (Word word : WORDS) {
        if (upper.startsWith(word.text())) {
          String written = pattern.substring(at, at + word.text().length());
          at += written.length();
          add(word.kind(), written);
          return;
        }
      }
      int escaped = pattern.startsWith("\\", at) && at + 1 < pattern.length() ? 1 : 0;
      items.add(new Item(Kind.TEXT, pattern.substring(at + escaped, at + escaped + 1)));
      at += escaped + 1;
    }

    private void quoted() {
      int end = pattern.indexOf('"', at + 1);
      end = end < 0 ? pattern.length() : end;
      items.add(new Item(Kind.TEXT, pattern.substring(at + 1, end)));
      at = end + 1;
    }

    private void add(Kind kind, String written) {
      switch (kind) {
        case DIGIT -> digit(written);
        case POINT -> point();
        case SHIFT -> shiftSeen = true;
        case PR -> brackets = true;
        case EXPONENT -> exponent = true;
        case S -> sign = before + after > 0 ? Sign.TRAILING : Sign.LEADING;
        case MINUS, SIGN -> sign = Sign.PLACED;
        case PLUS, GROUP, CURRENCY, ORDINAL, ROMAN, TEXT -> {}
      }
      items.add(new Item(kind, written));
    }

    private void digit(String written) {
      if (shiftSeen) {
        shift++;
      }
      if (pointSeen) {
        after++;
      } else {
        if (written.equals("0") && zeroFrom < 0) {
          zeroFrom = before;
        }
        before++;
      }
    }

    private void point() {
      if (pointSeen) {
        throw new SqlException(SqlState.SYNTAX_ERROR, "multiple decimal points");
      }
      pointSeen = true;
    }
  }
}
