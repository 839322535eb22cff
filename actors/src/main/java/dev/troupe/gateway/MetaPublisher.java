package dev.troupe.gateway;

import dev.troupe.protocol.codec.DescriptorCodec;
import dev.troupe.protocol.codec.Keyspace;
import dev.troupe.protocol.model.Key;
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
