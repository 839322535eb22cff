package dev.troupe.sql.syntax.ast;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One of the named settings that many statements take: {@code WITH (fillfactor = 70)}, {@code
 * EXPLAIN (ANALYZE, FORMAT json)}, {@code CREATE ROLE r CONNECTION LIMIT 3}.
 *
 * @param name in lower case, words joined by a blank: {@code connection limit}
 * @param values numbers, words and strings alike as text; none when the name stood alone
 */
public record Option(String name, List<String> values, int position) {
  public Option {
    values = List.copyOf(values);
  }

  /** The only or first value; null when there is none. */
  public @Nullable String value() {
    return values.isEmpty() ? null : values.getFirst();
  }
}
