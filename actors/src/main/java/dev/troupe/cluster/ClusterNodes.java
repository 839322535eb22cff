package dev.troupe.cluster;

import dev.troupe.placement.PlacementNode.Standing;
import dev.troupe.protocol.model.NodeId;
import dev.troupe.range.Placement;
import dev.troupe.store.PeerMessage;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.pekko.actor.Address;
import org.apache.pekko.cluster.UniqueAddress;

/**
 * Which nodes are believed to be up and what they say of themselves. Fed by cluster membership and
 * by the nodes' own summaries; a hint throughout. Any thread.
 */
final class ClusterNodes implements Placement {
  /** A member as seen from here: one life of a node. */
  record Seen(UniqueAddress life, boolean reachable) {
    Address address() {
      return life.address();
    }
  }

  private final NodeId self;
  private final Map<NodeId, Seen> members = new ConcurrentHashMap<>();
  private final Map<NodeId, PeerMessage.StoreSummary> summaries = new ConcurrentHashMap<>();
  private final Map<NodeId, Standing> standings = new ConcurrentHashMap<>();
  private final AtomicLong changes = new AtomicLong();
  private volatile boolean draining;
  private volatile Runnable ownStanding = () -> {};

  ClusterNodes(NodeId self) {
    this.self = self;
  }

  void up(NodeId node, UniqueAddress life) {
    var seen = new Seen(life, true);
    changed(!seen.equals(members.put(node, seen)));
  }

  /**
   * Takes note of what became of one life of a node.
   *
   * @return false when the node lives again already: news of its former life come after that
   */
  boolean reachable(NodeId node, UniqueAddress life, boolean now) {
    Seen before = members.get(node);
    Seen after =
        members.computeIfPresent(
            node, (id, seen) -> seen.life().equals(life) ? new Seen(life, now) : seen);
    changed(after != null && !after.equals(before));
    return after == null || after.life().equals(life);
  }

  /** As {@link #reachable}: that life has ended. */
  boolean gone(NodeId node, UniqueAddress life) {
    Seen after =
        members.computeIfPresent(node, (id, seen) -> seen.life().equals(life) ? null : seen);
    if (after != null) {
      return false;
    }
    summaries.remove(node);
    changed(true);
    return true;
  }

  void summary(NodeId node, PeerMessage.StoreSummary summary) {
    PeerMessage.StoreSummary before = summaries.put(node, summary);
    changed(before == null ? summary.draining() : before.draining() != summary.draining());
  }

  void drain(boolean now) {
    boolean before = draining;
    draining = now;
    changed(before != now);
  }

  /** To be called when the change can be seen: whoever looks after that sees what is. */
  private void changed(boolean really) {
    if (really) {
      changes.incrementAndGet();
    }
  }

  /** What operators want of a node for good; a hint. */
  void standing(NodeId node, Standing standing) {
    Standing before = standings.put(node, standing);
    changed(standing != (before == null ? Standing.ACTIVE : before));
    if (node.equals(self) && standing != before) {
      ownStanding.run();
    }
  }

  /** Run when something else is wanted of this node, on any thread. */
  void onOwnStanding(Runnable look) {
    ownStanding = look;
  }

  Standing standing(NodeId node) {
    return standings.getOrDefault(node, Standing.ACTIVE);
  }

  Map<NodeId, Seen> members() {
    return Map.copyOf(members);
  }

  @Override
  public boolean isUp(NodeId node) {
    Seen seen = members.get(node);
    return node.equals(self) || (seen != null && seen.reachable());
  }

  boolean isDraining(NodeId node) {
    PeerMessage.StoreSummary summary = summaries.get(node);
    return node.equals(self) ? draining() : summary != null && summary.draining();
  }

  /** Other nodes that can be asked. */
  List<NodeId> others() {
    var others = new ArrayList<NodeId>();
    members.forEach(
        (node, seen) -> {
          if (seen.reachable() && !node.equals(self)) {
            others.add(node);
          }
        });
    others.sort(null);
    return others;
  }

  @Override
  public List<NodeId> candidates() {
    var candidates = new ArrayList<NodeId>();
    members.forEach(
        (node, seen) -> {
          if (seen.reachable() && !isDraining(node) && standing(node) == Standing.ACTIVE) {
            candidates.add(node);
          }
        });
    candidates.sort(
        Comparator.comparingInt(
                (NodeId node) -> {
                  PeerMessage.StoreSummary summary = summaries.get(node);
                  return summary == null ? 0 : summary.replicas();
                })
            .thenComparing(Comparator.naturalOrder()));
    return candidates;
  }

  @Override
  public boolean draining() {
    return draining || isLeaving();
  }

  @Override
  public long changes() {
    return changes.get();
  }

  /** Whether this node is to be emptied for good. */
  boolean isLeaving() {
    return standing(self) != Standing.ACTIVE;
  }

  /** What tells whoever plans that something has changed: who is up, and how much they hold. */
  int signature() {
    int held = 0;
    for (Map.Entry<NodeId, PeerMessage.StoreSummary> told : summaries.entrySet()) {
      PeerMessage.StoreSummary summary = told.getValue();
      held += Objects.hash(told.getKey(), summary.draining(), summary.replicas());
    }
    return Objects.hash(members, held, standings);
  }
}
