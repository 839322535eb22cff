package dev.troupe.cluster;

import dev.troupe.placement.PlacementNode.Standing;
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

  private final NodeRecord own;
  private final KvClient kv;
  private final MonotonicClock clock;
  private final Consumer<String> copied;
  private final Standings standings;
  private final ClusterNodes nodes;
  private final Runnable decommissioned;
  private volatile boolean standingKnown;
  private volatile boolean announced;
  private volatile boolean reaching;
  private volatile String problem = "the system range has not been reached yet";

  /**
   * Starts silent.
   *
   * @param standings where it is written what is wanted of this node
   * @param nodes what is heard of that
   * @param copied told when the store turns out to be an older copy of this node's disk
   * @param decommissioned told when the node is out of the cluster for good
   */
  NodeAnnouncer(
      NodeRecord own,
      KvClient kv,
      MonotonicClock clock,
      Standings standings,
      ClusterNodes nodes,
      Consumer<String> copied,
      Runnable decommissioned) {
    this.own = own;
    this.kv = kv;
    this.clock = clock;
    this.copied = copied;
    this.standings = standings;
    this.nodes = nodes;
    this.decommissioned = decommissioned;
  }

  boolean ready() {
    return announced && reaching;
  }

  String problem() {
    return ready() ? "" : problem;
  }

  /**
   * Asks the system range for the own record, and writes it when it is not there. One look at a
   * time.
   *
   * @param looked run once it is known whether the node is ready, on any thread
   */
  void look(Runnable looked) {
    if (standingKnown && nodes.standing(own.id()) == Standing.ACTIVE) {
      lookAtRecord(looked);
      return;
    }
    standings
        .of(own.id())
        .whenComplete(
            (standing, failure) -> {
              if (failure != null) {
                reaching = false;
                problem = "the system range cannot be reached: " + failure.getMessage();
                looked.run();
              } else if (standing == Standing.DECOMMISSIONED) {
                decommissioned.run();
                looked.run();
              } else {
                standingKnown = true;
                nodes.standing(own.id(), standing);
                lookAtRecord(looked);
              }
            });
  }

  private void lookAtRecord(Runnable looked) {
    Key key = Keyspace.node(own.id());
    kv.send(
        new KvRequest.Get(key),
        clock.nanos() + DEADLINE_NANOS,
        response -> {
          if (response instanceof KvResponse.Value value) {
            reaching = true;
            onRecord(key, value.value(), looked);
          } else {
            reaching = false;
            problem = "the system range cannot be reached: " + reason(response);
            looked.run();
          }
        });
  }

  private void onRecord(Key key, byte @Nullable [] stored, Runnable looked) {
    if (announced) {
      looked.run();
      return;
    }
    if (stored != null) {
      NodeRecord known = NodeRecord.decode(stored);
      if (known.equals(own)) {
        announced = true;
        looked.run();
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
          looked.run();
        });
  }

  private static String reason(KvResponse response) {
    return response instanceof KvResponse.Failed failed ? failed.message() : response.toString();
  }
}
