package dev.troupe.cluster;

import dev.troupe.protocol.codec.Keyspace;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.spi.KvClient;
import dev.troupe.protocol.spi.KvRequest;
import dev.troupe.protocol.spi.KvResponse;
import dev.troupe.protocol.spi.MonotonicClock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Writes this node's record into the system range, and learns by that whether the system range can
 * be reached. Any thread.
 */
final class NodeAnnouncer {
  private static final long DEADLINE_NANOS = 2_000_000_000L;

  /** How often a node that is ready makes sure of it. */
  private static final long REASSURANCE_NANOS = 2_500_000_000L;

  private final NodeRecord own;
  private final KvClient kv;
  private final MonotonicClock clock;
  private final Consumer<String> copied;
  private volatile boolean announced;
  private volatile boolean reaching;
  private volatile boolean asking;
  private volatile long lookedAt;
  private volatile String problem = "the system range has not been reached yet";

  /**
   * Starts silent.
   *
   * @param copied told when the store turns out to be an older copy of this node's disk
   */
  NodeAnnouncer(NodeRecord own, KvClient kv, MonotonicClock clock, Consumer<String> copied) {
    this.own = own;
    this.kv = kv;
    this.clock = clock;
    this.copied = copied;
  }

  boolean ready() {
    return announced && reaching;
  }

  String problem() {
    return ready() ? "" : problem;
  }

  /** Asks the system range for the own record, less often once it is there. */
  void look() {
    long now = clock.nanos();
    if (asking || (ready() && now - lookedAt < REASSURANCE_NANOS)) {
      return;
    }
    lookedAt = now;
    asking = true;
    Key key = Keyspace.node(own.id());
    kv.send(
        new KvRequest.Get(key),
        clock.nanos() + DEADLINE_NANOS,
        response -> {
          asking = false;
          if (response instanceof KvResponse.Value value) {
            reaching = true;
            onRecord(key, value.value());
          } else {
            reaching = false;
            problem = "the system range cannot be reached: " + reason(response);
          }
        });
  }

  private void onRecord(Key key, byte @Nullable [] stored) {
    if (announced) {
      return;
    }
    if (stored != null) {
      NodeRecord known = NodeRecord.decode(stored);
      if (known.equals(own)) {
        announced = true;
        return;
      }
      if (known.storeId().equals(own.storeId()) && known.incarnation() > own.incarnation()) {
        copied.accept(
            "the data directory is an older copy: it was opened "
                + known.incarnation()
                + " times according to the cluster, "
                + own.incarnation()
                + " times according to itself; start with an empty directory instead");
        return;
      }
    }
    kv.send(
        new KvRequest.CompareAndSet(key, stored, own.encode()),
        clock.nanos() + DEADLINE_NANOS,
        response -> {
          if (response instanceof KvResponse.Compared compared && compared.swapped()) {
            announced = true;
          }
        });
  }

  private static String reason(KvResponse response) {
    return response instanceof KvResponse.Failed failed ? failed.message() : response.toString();
  }
}
