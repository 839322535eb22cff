package dev.troupe.node.trace;

import dev.troupe.protocol.trace.TraceContext;
import org.jspecify.annotations.Nullable;

/** Name of a trace, the same on all nodes. Immutable. */
public record TraceId(long high, long low) {
  private static final int DIGITS = 32;

  static TraceId of(TraceContext context) {
    return new TraceId(context.traceHigh(), context.traceLow());
  }

  /** Reads 32 hexadecimal digits; null when it is anything else. */
  public static @Nullable TraceId parse(String text) {
    if (text.length() != DIGITS || !text.matches("[0-9a-f]+")) {
      return null;
    }
    return new TraceId(
        Long.parseUnsignedLong(text.substring(0, DIGITS / 2), 16),
        Long.parseUnsignedLong(text.substring(DIGITS / 2), 16));
  }

  @Override
  public String toString() {
    return TraceContext.hex(high) + TraceContext.hex(low);
  }
}
