package dev.troupe.node.cli;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One property of the things in a listing.
 *
 * @param name as the JSON field; the table shows it with blanks instead of underscores
 * @param value a String, Number, Boolean, list of Numbers, or null for unknown
 * @param wide shown in JSON only
 */
record Column<T>(String name, Function<T, @Nullable Object> value, boolean wide) {
  static <T> Column<T> of(String name, Function<T, @Nullable Object> value) {
    return new Column<>(name, value, false);
  }

  /** A property that would make the table too wide. */
  static <T> Column<T> jsonOnly(String name, Function<T, @Nullable Object> value) {
    return new Column<>(name, value, true);
  }
}
