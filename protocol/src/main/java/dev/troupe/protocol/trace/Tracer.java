package dev.troupe.protocol.trace;

import java.util.function.LongSupplier;

/**
 * Begins the spans of a node. Parts that have no tracer record nothing, and so does everything
 * about a request that has no span. Any thread.
 */
public final class Tracer {
  private final LongSupplier nanos;
  private final LongSupplier wallMicros;
  private final LongSupplier ids;
  private final SpanSink sink;

  /**
   * @param nanos the node's monotonic clock: for how long things take, and what callers give times
   *     on
   * @param wallMicros microseconds since 1970 in UTC: for when they began
   * @param ids random numbers from 0 to the largest
   */
  public Tracer(LongSupplier nanos, LongSupplier wallMicros, LongSupplier ids, SpanSink sink) {
    this.nanos = nanos;
    this.wallMicros = wallMicros;
    this.ids = ids;
    this.sink = sink;
  }

  /** Begins the first span of a new trace. */
  public Span first(String name) {
    var context = new TraceContext(newId(), newId(), newId());
    return begin(context, 0, false, name);
  }

  /** Begins a span under one of another node, or of a client. */
  public Span under(TraceContext parent, String name) {
    var context = new TraceContext(parent.traceHigh(), parent.traceLow(), newId());
    return begin(context, parent.span(), true, name);
  }

  private Span begin(TraceContext context, long parent, boolean parentElsewhere, String name) {
    long now = nanos.getAsLong();
    long offsetNanos = wallMicros.getAsLong() * 1_000L - now;
    return begin(new Span(this, context, parent, parentElsewhere, name, now, offsetNanos));
  }

  Span begin(Span span) {
    sink.started(span);
    return span;
  }

  void ended(Span span) {
    sink.ended(span);
  }

  long now() {
    return nanos.getAsLong();
  }

  /** Never zero. */
  long newId() {
    return Math.max(1, ids.getAsLong());
  }
}
