package dev.troupe.sql.function.json;

import org.jspecify.annotations.Nullable;

/** Steps of paths, which are texts even where they lead into arrays. */
final class JsonPaths {
  private JsonPaths() {}

  /** Null when the step is no number. */
  static @Nullable Integer index(String step) {
    String digits = step.startsWith("-") || step.startsWith("+") ? step.substring(1) : step;
    boolean number =
        !digits.isEmpty() && digits.length() <= 10 && digits.chars().allMatch(Character::isDigit);
    if (!number) {
      return null;
    }
    long value = Long.parseLong(step);
    return value == (int) value ? (Integer) (int) value : null;
  }
}
