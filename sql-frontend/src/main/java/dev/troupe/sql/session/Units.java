package dev.troupe.sql.session;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Units of settings. */
final class Units {
  private static final Map<String, Long> MILLIS =
      Map.of("ms", 1L, "s", 1_000L, "min", 60_000L, "h", 3_600_000L, "d", 86_400_000L);
  private static final Map<String, Long> KILOBYTES =
      Map.of("kB", 1L, "MB", 1L << 10, "GB", 1L << 20, "TB", 1L << 30);

  private Units() {}

  /** How many of the base unit one of the other unit is; null when it is none. */
  static @Nullable Long factor(String unit, @Nullable String base) {
    if ("ms".equals(base)) {
      return MILLIS.get(unit);
    }
    return "kB".equals(base) ? KILOBYTES.get(unit) : null;
  }

  static String ofMillis(String value) {
    long millis = Long.parseLong(value);
    if (millis <= 0) {
      return value;
    }
    for (String unit : new String[] {"d", "h", "min", "s"}) {
      long factor = MILLIS.getOrDefault(unit, 1L);
      if (millis % factor == 0) {
        return millis / factor + unit;
      }
    }
    return millis + "ms";
  }
}
