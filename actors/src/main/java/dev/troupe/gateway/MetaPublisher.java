package dev.troupe.gateway;

import dev.troupe.protocol.codec.DescriptorCodec;
import dev.troupe.protocol.codec.Keyspace;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.KeySpan;
import dev.troupe.protocol.model.RangeDescriptor;
import dev.troupe.protocol.model.RangeId;
import dev.troupe.protocol.spi.KvClient;
import dev.troupe.protocol.spi.KvRequest;
import dev.troupe.protocol.spi.KvResponse;
import dev.troupe.protocol.spi.MonotonicClock;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the lookup records of the ranges that this node leads as new as the ranges' own
 * descriptors. A record is replaced only by one of a higher generation, so a late or second
 * publisher does no harm. Any thread.
 */
public final class MetaPublisher {
  private static final long DEADLINE_NANOS = 5_000_000_000L;
  private static final int INNER_MAX = 100;
  private static final int INNER_BYTES_MAX = 1 << 20;
  private static final long RETRY_NANOS = 1_000_000_000L;

  private final KvClient kv;
  private final MonotonicClock clock;
  private final KvGateway.Later later;
  private final Map<RangeId, RangeDescriptor> wanted = new ConcurrentHashMap<>();
  // At which generation it was seen that there is nothing between a range's borders.
  private final Map<RangeId, Long> cleaned = new ConcurrentHashMap<>();

  public MetaPublisher(KvClient kv, MonotonicClock clock, KvGateway.Later later) {
    this.kv = kv;
    this.clock = clock;
    this.later = later;
  }

  /** This node leads the range, which is now as described. */
  public void leads(RangeDescriptor descriptor) {
    wanted.put(descriptor.id(), descriptor);
    publish(descriptor);
  }

  /** This node does not lead the range any more: whoever does publishes it. */
  public void leadsNoMore(RangeId range) {
    wanted.remove(range);
    cleaned.remove(range);
  }

  /** Looks at all records again: repairs what was lost or written by somebody who was late. */
  public void reconcile() {
    wanted.values().forEach(this::publish);
  }

  private void publish(RangeDescriptor descriptor) {
    Key key = Keyspace.meta(descriptor.span().end());
    kv.send(
        new KvRequest.Get(key),
        clock.nanos() + DEADLINE_NANOS,
        response -> {
          if (!(response instanceof KvResponse.Value current)) {
            again(descriptor);
          } else if (isOlder(current.value(), descriptor)) {
            replace(key, current.value(), descriptor);
          }
        });
    Long before = cleaned.get(descriptor.id());
    if (before == null || before < descriptor.generation()) {
      removeInner(descriptor, Keyspace.meta(descriptor.span().start()).next());
    }
  }

  /**
   * Removes what was written of ranges that are part of this one since merges: whoever looks for
   * one of their keys would be sent to a range that is no more.
   */
  private void removeInner(RangeDescriptor descriptor, Key from) {
    Key end = Keyspace.meta(descriptor.span().end());
    if (from.compareTo(end) >= 0) {
      // A range of a single key: no border fits into it.
      cleaned.put(descriptor.id(), descriptor.generation());
      return;
    }
    kv.send(
        new KvRequest.Scan(new KeySpan(from, end), INNER_MAX, INNER_BYTES_MAX, false, false, null),
        clock.nanos() + DEADLINE_NANOS,
        response -> {
          if (!(response instanceof KvResponse.Page page)) {
            again(descriptor);
            return;
          }
          for (KvResponse.Row row : page.rows()) {
            if (isOlder(row.value(), descriptor)) {
              remove(row, descriptor);
            }
          }
          Key resume = page.resume();
          if (resume != null && resume.compareTo(end) < 0) {
            removeInner(descriptor, resume);
          } else {
            cleaned.put(descriptor.id(), descriptor.generation());
          }
        });
  }

  /** Unless somebody has written it anew: then there is a border again. */
  private void remove(KvResponse.Row row, RangeDescriptor descriptor) {
    kv.send(
        new KvRequest.CompareAndSet(row.key(), row.value(), null),
        clock.nanos() + DEADLINE_NANOS,
        response -> {
          if (!(response instanceof KvResponse.Compared)) {
            again(descriptor);
          }
        });
  }

  private void replace(Key key, byte @Nullable [] current, RangeDescriptor descriptor) {
    kv.send(
        new KvRequest.CompareAndSet(key, current, DescriptorCodec.encode(descriptor)),
        clock.nanos() + DEADLINE_NANOS,
        response -> {
          if (!(response instanceof KvResponse.Compared compared && compared.swapped())) {
            again(descriptor);
          }
        });
  }

  private void again(RangeDescriptor descriptor) {
    later.run(
        RETRY_NANOS,
        () -> {
          if (descriptor.equals(wanted.get(descriptor.id()))) {
            publish(descriptor);
          }
        });
  }

  private static boolean isOlder(byte @Nullable [] stored, RangeDescriptor descriptor) {
    return stored == null
        || DescriptorCodec.decodeDescriptor(stored).generation() < descriptor.generation();
  }
}
