package dev.troupe.chaos.sqllogic;

import dev.troupe.chaos.sqllogic.SqlLogicRecord.Expectation;
import dev.troupe.chaos.sqllogic.SqlLogicRecord.Sorting;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A result as sqllogictest shows it: one text per value, sorted as the query wants it. */
record ShownResult(List<String> values) {

  ShownResult {
    values = List.copyOf(values);
  }

  /** Of rows whose values are shown already. */
  static ShownResult of(List<List<String>> rows, Sorting sorting) {
    List<List<String>> sorted = new ArrayList<>(rows);
    if (sorting == Sorting.ROWSORT) {
      sorted.sort(ShownResult::compareRows);
    }
    List<String> values = new ArrayList<>();
    sorted.forEach(values::addAll);
    if (sorting == Sorting.VALUESORT) {
      // All that is shown is ASCII: the order of chars is the order of bytes.
      values.sort(Comparator.naturalOrder());
    }
    return new ShownResult(values);
  }

  private static int compareRows(List<String> left, List<String> right) {
    for (int i = 0; i < left.size(); i++) {
      int order = left.get(i).compareTo(right.get(i));
      if (order != 0) {
        return order;
      }
    }
    return 0;
  }

  /**
   * A value by the type that the test wants to see.
   *
   * @param type I, R or T
   * @param text as the server writes it; null for NULL
   */
  static String show(char type, @Nullable String text) {
    if (text == null) {
      return "NULL";
    }
    return switch (type) {
      case 'I' -> integer(text);
      case 'R' -> String.format(Locale.ROOT, "%.3f", number(text).doubleValue());
      default -> printable(text);
    };
  }

  private static String integer(String text) {
    return number(text).setScale(0, RoundingMode.DOWN).toPlainString();
  }

  /** Truth values are numbers too; what is no number counts as zero. */
  private static BigDecimal number(String text) {
    if (text.equals("t") || text.equals("true")) {
      return BigDecimal.ONE;
    }
    try {
      return new BigDecimal(text);
    } catch (NumberFormatException e) {
      return BigDecimal.ZERO;
    }
  }

  private static String printable(String text) {
    if (text.isEmpty()) {
      return "(empty)";
    }
    StringBuilder shown = new StringBuilder(text.length());
    text.chars().forEach(c -> shown.append(c >= ' ' && c <= '~' ? (char) c : '@'));
    return shown.toString();
  }

  boolean meets(Expectation expectation) {
    return switch (expectation) {
      case Expectation.Values expected -> values.equals(expected.values());
      case Expectation.Hash expected ->
          values.size() == expected.values() && md5().equals(expected.md5());
    };
  }

  /** Over every value and a line end behind it. */
  String md5() {
    try {
      MessageDigest digest = MessageDigest.getInstance("MD5");
      for (String value : values) {
        digest.update(value.getBytes(StandardCharsets.UTF_8));
        digest.update((byte) '\n');
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has MD5", e);
    }
  }

  /** For a message; long results are cut. */
  @Override
  public String toString() {
    String start = String.join(" ", values.subList(0, Math.min(values.size(), 8)));
    return values.size() + " values (" + md5() + "): " + start + (values.size() > 8 ? " ..." : "");
  }
}
