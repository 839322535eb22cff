package dev.troupe.cluster;

import dev.troupe.placement.NodeWatch;
import dev.troupe.placement.PlacementNode;
import dev.troupe.placement.PlacementNode.Standing;
import dev.troupe.placement.PlacementRange;
import dev.troupe.placement.PlacementView;
import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.model.RangeDescriptor;
import dev.troupe.protocol.model.RangeId;
import dev.troupe.protocol.model.ReplicaId;
import dev.troupe.protocol.model.Zones;
import dev.troupe.range.ReplicaDescription;
import dev.troupe.store.PeerMessage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Makes out of what nodes say what placement looks at, with rates that are smoothed over half a
 * minute. Not thread-safe.
 */
final class PlacementSight {
  private static final double SMOOTHING_NANOS = 30e9;

  /** What was told. */
  record Told(
      List<NodeRecord> records,
      Map<NodeId, Standing> standings,
      Map<NodeId, PeerMessage.StoreDescription> stores,
      Zones zones) {}

  private record Leader(NodeId node, ReplicaDescription replica) {}

  private record Rate(
      ReplicaId leader, long nanos, long requests, long foreign, double perSecond, double own) {}

  private final NodeWatch watch;
  private final Predicate<NodeId> heard;
  private Map<RangeId, Rate> rates = new HashMap<>();

  /**
   * Sees nothing yet.
   *
   * @param heard whether a node is a member that can be reached
   */
  PlacementSight(NodeWatch watch, Predicate<NodeId> heard) {
    this.watch = watch;
    this.heard = heard;
  }

  PlacementView see(Told told, long now) {
    var nodes = new ArrayList<PlacementNode>();
    for (NodeRecord record : told.records()) {
      NodeId id = record.id();
      nodes.add(
          new PlacementNode(
              id, record.locality(), standing(told, id), watch.look(id, heard.test(id), now), 0));
    }
    return new PlacementView(nodes, ranges(told, now));
  }

  private static Standing standing(Told told, NodeId node) {
    Standing lasting = told.standings().getOrDefault(node, Standing.ACTIVE);
    PeerMessage.StoreDescription store = told.stores().get(node);
    return lasting == Standing.ACTIVE && store != null && store.draining()
        ? Standing.DRAINING
        : lasting;
  }

  private List<PlacementRange> ranges(Told told, long now) {
    var newest = new TreeMap<RangeId, RangeDescriptor>();
    var leaders = new HashMap<RangeId, Leader>();
    told.stores()
        .forEach(
            (node, store) ->
                store
                    .replicas()
                    .forEach(
                        replica -> {
                          RangeDescriptor descriptor = replica.descriptor();
                          if (descriptor != null) {
                            newest.merge(
                                replica.range(),
                                descriptor,
                                (a, b) -> a.generation() >= b.generation() ? a : b);
                          }
                          if (replica.role().equals("leader")) {
                            leaders.merge(
                                replica.range(),
                                new Leader(node, replica),
                                (a, b) -> a.replica().term() >= b.replica().term() ? a : b);
                          }
                        }));
    var next = new HashMap<RangeId, Rate>();
    var ranges = new ArrayList<PlacementRange>();
    newest.forEach(
        (id, descriptor) -> {
          Leader leader = leaders.get(id);
          Rate rate = rate(id, leader, now);
          if (rate != null) {
            next.put(id, rate);
          }
          ranges.add(
              new PlacementRange(
                  descriptor,
                  leader == null ? null : leader.node(),
                  leader == null ? 0 : leader.replica().approximateBytes(),
                  rate == null ? 0 : rate.perSecond(),
                  rate == null ? 0 : rate.own(),
                  told.zones().settings(descriptor.span())));
        });
    rates = next;
    return ranges;
  }

  private @Nullable Rate rate(RangeId range, @Nullable Leader leader, long now) {
    Rate before = rates.get(range);
    if (leader == null) {
      return before;
    }
    ReplicaDescription replica = leader.replica();
    long requests = replica.writes() + replica.reads();
    double perSecond = before == null ? 0 : before.perSecond();
    double own = before == null ? 0 : before.own();
    // Another leader has counted from another beginning.
    if (before != null
        && before.leader().equals(replica.replica())
        && requests >= before.requests()
        && now > before.nanos()) {
      double nanos = now - before.nanos();
      double more = requests - before.requests();
      double foreign = Math.max(0, replica.foreign() - before.foreign());
      double weight = 1 - Math.exp(-nanos / SMOOTHING_NANOS);
      perSecond += weight * (more * 1e9 / nanos - perSecond);
      own += weight * ((more == 0 ? 0 : Math.max(0, 1 - foreign / more)) - own);
    }
    return new Rate(replica.replica(), now, requests, replica.foreign(), perSecond, own);
  }
}
