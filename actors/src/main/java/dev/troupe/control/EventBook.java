package dev.troupe.control;

import dev.troupe.protocol.codec.Keyspace;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.KeySpan;
import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.model.RangeId;
import dev.troupe.protocol.spi.ClusterEvents;
import dev.troupe.protocol.spi.KvRequest;
import dev.troupe.protocol.spi.WallClock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The cluster's events as records of the system range, and in the log of the node that writes them.
 *
 * <p>What waits to be written is kept in memory up to a bound, and goes in batches. The book keeps
 * the last {@link #KEPT_MAX} events of the last {@link #KEPT_MILLIS}: whoever writes looks now and
 * then whether there are more. Any thread.
 */
public final class EventBook implements ClusterEvents {
  private static final Logger LOG = LoggerFactory.getLogger(EventBook.class);

  /** So many events are kept, or a little more. */
  static final int KEPT_MAX = 10_000;

  /** Older ones are removed. */
  static final long KEPT_MILLIS = TimeUnit.DAYS.toMillis(30);

  private static final int WAITING_MAX = 1_000;
  private static final int BATCH_MAX = 64;
  private static final int TEXT_MAX = 16 << 10;
  private static final int WRITTEN_BETWEEN_LOOKS = 256;
  private static final long RETRY_NANOS_MIN = TimeUnit.SECONDS.toNanos(1);
  private static final long RETRY_NANOS_MAX = TimeUnit.SECONDS.toNanos(30);

  /** Runs something later. */
  @FunctionalInterface
  public interface Later {
    void run(long delayNanos, Runnable action);
  }

  private record Waiting(Key key, Event event) {}

  private final NodeId self;
  private final SystemRecords records;
  private final WallClock clock;
  private final Later later;
  private final int keptMax;
  private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();
  private boolean writing;
  private int number;
  // A process that starts looks soon.
  private int writtenSinceLook = WRITTEN_BETWEEN_LOOKS;
  private long retryNanos = RETRY_NANOS_MIN;

  public EventBook(NodeId self, SystemRecords records, WallClock clock, Later later) {
    this(self, records, clock, later, KEPT_MAX);
  }

  EventBook(NodeId self, SystemRecords records, WallClock clock, Later later, int keptMax) {
    this.self = self;
    this.keptMax = keptMax;
    this.records = records;
    this.clock = clock;
    this.later = later;
  }

  @Override
  public void append(
      String kind, @Nullable RangeId range, @Nullable NodeId node, String message, String details) {
    if (details.length() > TEXT_MAX || message.length() > TEXT_MAX) {
      throw new IllegalArgumentException("an event of more than " + TEXT_MAX + " characters");
    }
    LOG.info("{}: {} {}", kind, message, details);
    var event = new Event(clock.millis(), self, kind, range, node, message, details);
    synchronized (this) {
      if (waiting.size() == WAITING_MAX) {
        LOG.warn("the last event is in this log alone: {} others wait to be stored", WAITING_MAX);
        return;
      }
      waiting.add(new Waiting(Keyspace.event(event.atMillis(), self, ++number), event));
      if (writing) {
        return;
      }
      writing = true;
    }
    write();
  }

  private void write() {
    List<Waiting> batch;
    synchronized (this) {
      batch = waiting.stream().limit(BATCH_MAX).toList();
      if (batch.isEmpty()) {
        writing = false;
        return;
      }
    }
    List<KvRequest.Write> writes = new ArrayList<>(batch.size());
    batch.forEach(w -> writes.add(new KvRequest.Put(w.key(), EventCodec.encode(w.event()))));
    records
        .put(writes)
        .whenComplete(
            (done, failure) -> {
              if (failure == null) {
                written(batch.size());
              } else {
                later.run(nextRetry(), this::write);
              }
            });
  }

  private synchronized long nextRetry() {
    long now = retryNanos;
    retryNanos = Math.min(RETRY_NANOS_MAX, now * 2);
    return now;
  }

  private void written(int events) {
    boolean look;
    synchronized (this) {
      for (int i = 0; i < events; i++) {
        waiting.remove();
      }
      retryNanos = RETRY_NANOS_MIN;
      writtenSinceLook += events;
      look = writtenSinceLook >= WRITTEN_BETWEEN_LOOKS;
      if (look) {
        writtenSinceLook = 0;
      }
    }
    if (look) {
      forget()
          .whenComplete(
              (done, failure) -> {
                if (failure != null) {
                  LOG.info("old events could not be removed yet", failure);
                }
              });
    }
    write();
  }

  private CompletionStage<Void> forget() {
    long millis = Math.max(0, clock.millis() - KEPT_MILLIS);
    Key oldest = Keyspace.event(millis, new NodeId(1), 0);
    List<Key> kept = new ArrayList<>();
    return records
        .each(
            new KeySpan(oldest, Keyspace.EVENTS.end()),
            true,
            true,
            keptMax,
            row -> kept.add(row.key()))
        .thenCompose(
            done -> {
              Key first = kept.size() < keptMax ? oldest : kept.getLast();
              return records.delete(new KeySpan(Keyspace.EVENTS.start(), first));
            });
  }

  @Override
  public CompletionStage<List<Event>> newest(int max) {
    List<Event> events = new ArrayList<>();
    return records
        .each(Keyspace.EVENTS, true, false, max, row -> events.add(EventCodec.decode(row.value())))
        .thenApply(done -> events);
  }
}
