package dev.troupe.protocol.trace;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A span as it is at some moment. Immutable.
 *
 * @param parent id of the span above it, 0 for the first of a trace
 * @param parentElsewhere whether the parent was recorded by another node, or by a client
 * @param startMicros since 1970 in UTC, by the clock of the node that recorded it
 * @param durationNanos on that node's monotonic clock; -1 when the span has not ended
 * @param attributes texts and {@code Long}s by their names, in the order in which they were set
 * @param problem why it failed; null when it did not
 */
public record SpanRecord(
    TraceContext context,
    long parent,
    boolean parentElsewhere,
    String name,
    long startMicros,
    long durationNanos,
    Map<String, Object> attributes,
    @Nullable String problem) {
  /** Whether it has ended. */
  public boolean hasEnded() {
    return durationNanos >= 0;
  }

  /** Whether nothing is above it: the request as its door saw it, without a client's own trace. */
  public boolean isFirst() {
    return parent == 0;
  }
}
