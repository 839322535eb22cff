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
import java.util.NavigableMap;
import java.util.TreeMap;
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
  private static final int PAGE_MAX = 1_000;
  private static final int PAGE_BYTES_MAX = 1 << 20;

  /** From how many ranges on records are read in pages. */
  private static final int ONE_BY_ONE_MAX = 16;

  private static final long RETRY_NANOS = 1_000_000_000L;

  private final KvClient kv;
  private final MonotonicClock clock;
  private final KvGateway.Later later;
  private final Map<RangeId, RangeDescriptor> wanted = new ConcurrentHashMap<>();

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
  }

  /**
   * Looks at all records again: repairs what was lost or written by somebody who was late. Where
   * this node leads many ranges the records are read in pages, and not one by one.
   */
  public void reconcile() {
    if (wanted.size() <= ONE_BY_ONE_MAX) {
      wanted.values().forEach(this::publish);
      return;
    }
    NavigableMap<Key, RangeDescriptor> ours = new TreeMap<>();
    for (RangeDescriptor descriptor : wanted.values()) {
      ours.put(Keyspace.meta(descriptor.span().end()), descriptor);
    }
    compare(Keyspace.META.start(), ours);
  }

  /**
   * Goes through the records from a key on: removes what lies inside of our ranges, and publishes
   * those that are not on record.
   *
   * @param open our ranges by the keys of their records, without those that were passed
   */
  private void compare(Key from, NavigableMap<Key, RangeDescriptor> open) {
    kv.send(
        new KvRequest.Scan(
            new KeySpan(from, Keyspace.META.end()), PAGE_MAX, PAGE_BYTES_MAX, false, false, null),
        clock.nanos() + DEADLINE_NANOS,
        response -> {
          if (!(response instanceof KvResponse.Page page)) {
            // Asked anew at the next look; what is new meanwhile is published by itself.
            return;
          }
          page.rows().forEach(row -> compare(row, open));
          Key resume = page.resume();
          if (resume != null && resume.compareTo(Keyspace.META.end()) < 0) {
            compare(resume, open);
          } else {
            open.values().forEach(this::publishIfWanted);
          }
        });
  }

  private void compare(KvResponse.Row row, NavigableMap<Key, RangeDescriptor> open) {
    Map.Entry<Key, RangeDescriptor> entry = open.ceilingEntry(row.key());
    if (entry == null) {
      return;
    }
    RangeDescriptor ours = entry.getValue();
    if (entry.getKey().equals(row.key())) {
      if (!isOlder(row.value(), ours)) {
        open.remove(row.key());
      }
    } else if (row.key().compareTo(Keyspace.meta(ours.span().start())) > 0
        && isOlder(row.value(), ours)) {
      remove(row, ours);
    }
  }

  private void publishIfWanted(RangeDescriptor descriptor) {
    if (descriptor.equals(wanted.get(descriptor.id()))) {
      publish(descriptor);
    }
  }

  private void publish(RangeDescriptor descriptor) {
    cleanAndPublish(descriptor, Keyspace.meta(descriptor.span().start()).next());
  }

  /**
   * Removes what lies between a range's borders: records of ranges that are part of this one since
   * merges, or that somebody wrote late. Whoever looks for one of their keys would be sent to a
   * range that does not have it. The range's own record is behind them.
   */
  private void cleanAndPublish(RangeDescriptor descriptor, Key from) {
    Key own = Keyspace.meta(descriptor.span().end());
    Key end = own.next();
    kv.send(
        new KvRequest.Scan(new KeySpan(from, end), INNER_MAX, PAGE_BYTES_MAX, false, false, null),
        clock.nanos() + DEADLINE_NANOS,
        response -> {
          if (!(response instanceof KvResponse.Page page)) {
            again(descriptor);
            return;
          }
          byte[] current = null;
          for (KvResponse.Row row : page.rows()) {
            if (row.key().equals(own)) {
              current = row.value();
            } else if (isOlder(row.value(), descriptor)) {
              remove(row, descriptor);
            }
          }
          Key resume = page.resume();
          if (current == null && resume != null && resume.compareTo(end) < 0) {
            cleanAndPublish(descriptor, resume);
          } else {
            replaceOlder(own, current, descriptor);
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

  private void replaceOlder(Key key, byte @Nullable [] current, RangeDescriptor descriptor) {
    if (!isOlder(current, descriptor)) {
      return;
    }
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
    later.run(RETRY_NANOS, () -> publishIfWanted(descriptor));
  }

  private static boolean isOlder(byte @Nullable [] stored, RangeDescriptor descriptor) {
    return stored == null
        || DescriptorCodec.decodeDescriptor(stored).generation() < descriptor.generation();
  }
}
