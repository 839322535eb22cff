package dev.troupe.protocol.trace;

/** Who keeps what is recorded. Called on any thread, so it must be quick and must not block. */
public interface SpanSink {
  /** A span has begun; it may never end. */
  void started(Span span);

  /** A span has ended, once. */
  void ended(Span span);
}
