package dev.troupe.sql.session;

import dev.troupe.protocol.trace.Span;
import dev.troupe.protocol.trace.TraceParent;
import org.jspecify.annotations.Nullable;

/** Decides which statements are traced. Any thread; must not block. */
@FunctionalInterface
public interface StatementTraces {
  /**
   * Begins the span of a statement.
   *
   * @param parent what the client says of its own trace; null when it says nothing
   * @return null for a statement that is not traced
   */
  @Nullable Span begin(@Nullable TraceParent parent);
}
