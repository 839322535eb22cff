package dev.troupe.cluster;

import dev.troupe.protocol.codec.Keyspace;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.KeySpan;
import dev.troupe.protocol.model.Member;
import dev.troupe.protocol.model.Membership;
import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.model.RangeDescriptor;
import dev.troupe.protocol.model.RangeId;
import dev.troupe.protocol.model.ReplicaId;
import dev.troupe.protocol.model.ReplicaKey;
import dev.troupe.protocol.model.Timestamp;
import dev.troupe.protocol.spi.RaftLogStore;
import dev.troupe.protocol.spi.StateStore;
import dev.troupe.range.RangeBirth;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;

/** Writes the first ranges of a new cluster onto its first node. Blocking; before actors run. */
public final class RangeBootstrap {
  private RangeBootstrap() {}

  /**
   * The ranges of a new cluster: one for the system, one for everything else up to the first split
   * point, and so on. They cover the whole key space.
   *
   * @param splits further borders, each above the system's keys
   */
  public static List<RangeDescriptor> firstRanges(NodeId node, List<Key> splits) {
    var borders = new TreeSet<Key>(splits);
    borders.add(Keyspace.KV.start());
    borders.add(Keyspace.TABLES.start());
    var ranges = new ArrayList<RangeDescriptor>();
    var members = Membership.of(new Member(new ReplicaId(1), node, Member.Role.VOTER));
    Key start = Key.MIN;
    long id = RangeId.SYSTEM.value();
    for (Key border : borders) {
      ranges.add(new RangeDescriptor(new RangeId(id++), new KeySpan(start, border), 1, members, 2));
      start = border;
    }
    ranges.add(new RangeDescriptor(new RangeId(id), new KeySpan(start, Key.MAX), 1, members, 2));
    return ranges;
  }

  /** Writes the ranges durably. May be repeated after a crash in between. */
  public static void write(RaftLogStore log, StateStore state, List<RangeDescriptor> ranges)
      throws InterruptedException {
    var durable = new CountDownLatch(ranges.size());
    for (RangeDescriptor range : ranges) {
      var key = new ReplicaKey(range.id(), new ReplicaId(1));
      log.write(RangeBirth.log(key), durable::countDown);
    }
    try (StateStore.Batch batch = state.newBatch()) {
      for (RangeDescriptor range : ranges) {
        RangeBirth.describe(range, Timestamp.MIN, Timestamp.MIN, batch);
      }
      batch.commit();
    }
    durable.await();
    state.flush();
  }
}
