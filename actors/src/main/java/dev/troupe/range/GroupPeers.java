package dev.troupe.range;

import dev.troupe.protocol.model.Member;
import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.model.RangeDescriptor;
import dev.troupe.protocol.model.ReplicaId;
import dev.troupe.protocol.model.ReplicaKey;
import dev.troupe.raft.RaftCore;
import dev.troupe.raft.RaftMessage;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The other replicas of a group, as one of them reaches and hears them. Owned by the replica. */
final class GroupPeers {
  private static final int STRANGERS_MAX = 16;

  private final ReplicaKey key;
  private final RaftCore core;
  private final ReplicaOutbox outbox;
  private final EntryTraces traces;

  // Where those live that speak to this replica and are not in the membership that it knows: a new
  // replica knows nobody at all.
  private final Map<ReplicaId, NodeId> strangers =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<ReplicaId, NodeId> eldest) {
          return size() > STRANGERS_MAX;
        }
      };

  GroupPeers(ReplicaKey key, RaftCore core, ReplicaOutbox outbox, EntryTraces traces) {
    this.key = key;
    this.core = core;
    this.outbox = outbox;
    this.traces = traces;
  }

  /** Whether a message is for this replica, and of somebody who may speak to it. */
  boolean accepts(RangeReplica.FromPeer m, @Nullable RangeDescriptor current) {
    RaftMessage message = m.message();
    if (!message.to().equals(key.replica())) {
      return false;
    }
    Optional<Member> sender = core.membership().find(message.from());
    if (sender.isPresent()) {
      // Otherwise an id that was handed out twice, once in a change that was rolled back.
      return sender.get().node().equals(m.node());
    }
    long lowest = current == null ? 0 : current.lowestReplicaOn(m.node());
    if (message.from().value() < lowest) {
      outbox.tooOld(m.node(), key.range(), message.from(), lowest);
      return false;
    }
    strangers.put(message.from(), m.node());
    return true;
  }

  /**
   * Tells those who have left. They would find out by themselves when they ask for votes, unless
   * the range has become part of another one meanwhile, and nobody is left who would answer.
   */
  void dismiss(RangeDescriptor before, RangeDescriptor now) {
    for (Member member : before.members().members()) {
      if (now.members().find(member.replica()).isEmpty()) {
        long lowest = now.lowestReplicaOn(member.node());
        if (member.replica().value() < lowest) {
          outbox.tooOld(member.node(), key.range(), member.replica(), lowest);
        }
      }
    }
  }

  void send(RaftMessage message) {
    NodeId node = nodeOf(message.to()).orElseGet(() -> strangers.get(message.to()));
    if (node != null) {
      outbox.raft(node, key.range(), message, traces.carriedBy(message, node));
    }
  }

  /** Where a member lives. */
  Optional<NodeId> nodeOf(ReplicaId member) {
    return core.membership().find(member).map(Member::node);
  }

  /** Where the leader lives, if one is known. */
  @Nullable NodeId leaderNode() {
    ReplicaId leader = core.leader();
    return leader == null ? null : nodeOf(leader).orElse(null);
  }
}
