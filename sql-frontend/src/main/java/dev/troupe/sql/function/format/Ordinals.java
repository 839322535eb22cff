package dev.troupe.sql.function.format;

/** The endings of 1st, 2nd, 3rd and 4th. */
final class Ordinals {
  private Ordinals() {}

  static String suffix(String digits) {
    char last = digits.charAt(digits.length() - 1);
    boolean teen = digits.length() > 1 && digits.charAt(digits.length() - 2) == '1';
    if (teen) {
      return "th";
    }
    return switch (last) {
      case '1' -> "st";
      case '2' -> "nd";
      case '3' -> "rd";
      default -> "th";
    };
  }
}
