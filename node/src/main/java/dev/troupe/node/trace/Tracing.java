package dev.troupe.node.trace;

import dev.troupe.node.config.NodeSettings;
import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.spi.MonotonicClock;
import dev.troupe.protocol.spi.RandomSource;
import dev.troupe.protocol.spi.WallClock;
import dev.troupe.protocol.trace.Span;
import dev.troupe.protocol.trace.SpanSink;
import dev.troupe.protocol.trace.TraceParent;
import dev.troupe.protocol.trace.Tracer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The tracing of a node where it is switched on: decides at the doors which requests are recorded,
 * and keeps what is. Any thread.
 */
public final class Tracing implements AutoCloseable {
  /** Set on the span of a door: which one. It is the first of its trace on any node. */
  public static final String DOOR = "door";

  private static final long SCALE = 1L << 40;

  private final TraceBook book;
  private final @Nullable OtlpExport export;
  private final Tracer tracer;
  private final RandomSource random;
  private final long sampled;

  private Tracing(
      NodeSettings.Tracing settings,
      MonotonicClock clock,
      WallClock wall,
      RandomSource random,
      @Nullable OtlpExport export) {
    this.book = new TraceBook(settings);
    this.export = export;
    this.random = random;
    this.sampled = (long) (settings.sample() * SCALE);
    tracer = new Tracer(clock::nanos, wall::micros, () -> random.nextLong(Long.MAX_VALUE), sink());
  }

  /** The tracing of a node as it is set, without export; null where it is off. */
  public static @Nullable Tracing of(
      NodeSettings.Tracing settings, MonotonicClock clock, WallClock wall, RandomSource random) {
    return settings.enabled() ? new Tracing(settings, clock, wall, random, null) : null;
  }

  /**
   * The tracing of a node as it is set; null where it is off.
   *
   * @param version of the node, for a collector
   * @param self its number, known once it is in a cluster; for a collector
   */
  public static @Nullable Tracing of(
      NodeSettings.Tracing settings,
      MonotonicClock clock,
      WallClock wall,
      RandomSource random,
      String version,
      Supplier<@Nullable NodeId> self) {
    if (!settings.enabled() || settings.otlp() == null) {
      return of(settings, clock, wall, random);
    }
    return new Tracing(
        settings, clock, wall, random, new OtlpExport(settings.otlp(), version, self));
  }

  private SpanSink sink() {
    return new SpanSink() {
      @Override
      public void started(Span span) {
        book.started(span);
      }

      @Override
      public void ended(Span span) {
        if (export != null) {
          export.offer(span);
        }
      }
    };
  }

  /** What this node has recorded. */
  public TraceBook book() {
    return book;
  }

  public Tracer tracer() {
    return tracer;
  }

  /**
   * Begins the span of a request at a door, if the request is to be recorded: when its client says
   * so, or, of those who say nothing, by chance.
   *
   * @param parent what the client says; null when it says nothing
   * @return null for a request that is not recorded
   */
  public @Nullable Span begin(String name, String door, @Nullable TraceParent parent) {
    if (parent != null) {
      return parent.sampled() ? tracer.under(parent.context(), name).with(DOOR, door) : null;
    }
    return sampled > 0 && random.nextLong(SCALE) < sampled
        ? tracer.first(name).with(DOOR, door)
        : null;
  }

  /** Sends to the collector what is left for it. */
  @Override
  public void close() {
    if (export != null) {
      export.close();
    }
  }
}
