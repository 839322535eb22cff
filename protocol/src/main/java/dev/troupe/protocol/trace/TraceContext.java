package dev.troupe.protocol.trace;

import dev.troupe.protocol.codec.ByteReader;
import dev.troupe.protocol.codec.ByteWriter;

/**
 * What travels with a request that is traced: its trace, and the span under which the receiver
 * records. Immutable.
 *
 * @param traceHigh first half of the trace's id
 * @param traceLow second half; an id is never zero as a whole
 * @param span id of the span, never zero
 */
public record TraceContext(long traceHigh, long traceLow, long span) {
  /** Bytes of one context on the wire. */
  public static final int BYTES = 24;

  /** Refuses ids that W3C Trace Context calls invalid. */
  public TraceContext {
    if ((traceHigh | traceLow) == 0 || span == 0) {
      throw new IllegalArgumentException("ids of traces and spans are not zero");
    }
  }

  /** The trace's id as W3C Trace Context writes it: 32 hexadecimal digits. */
  public String traceId() {
    return hex(traceHigh) + hex(traceLow);
  }

  /** The span's id: 16 hexadecimal digits. */
  public String spanId() {
    return hex(span);
  }

  /** An id of a span as 16 hexadecimal digits. */
  public static String hex(long id) {
    String digits = Long.toHexString(id);
    return "0".repeat(16 - digits.length()) + digits;
  }

  /** As a header {@code traceparent} that says that the request is sampled. */
  public String traceParent() {
    return "00-" + traceId() + "-" + spanId() + "-01";
  }

  /** Appends the {@link #BYTES} of this context. */
  public void write(ByteWriter out) {
    out.putLong(traceHigh).putLong(traceLow).putLong(span);
  }

  /**
   * Reads what {@link #write} wrote.
   *
   * @throws ByteReader.MalformedBytes when there are too few bytes, or an id is zero
   */
  public static TraceContext read(ByteReader in) {
    long high = in.readLong();
    long low = in.readLong();
    long span = in.readLong();
    if ((high | low) == 0 || span == 0) {
      throw new ByteReader.MalformedBytes("ids of traces and spans are not zero");
    }
    return new TraceContext(high, low, span);
  }
}
