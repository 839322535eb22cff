package dev.troupe.store;

import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.model.RangeId;
import dev.troupe.protocol.model.ReplicaId;
import dev.troupe.protocol.model.ReplicaKey;
import dev.troupe.raft.RaftMessage;
import dev.troupe.range.AdminRequest;
import dev.troupe.range.CarriedTrace;
import dev.troupe.range.Leadership;
import dev.troupe.range.RangeReplica;
import dev.troupe.range.ReplicaOutbox;
import dev.troupe.transport.PeerNetwork;
import java.util.List;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;

/** Sends what replicas want sent, and passes on who leads. Any thread. */
public final class StoreOutbox implements ReplicaOutbox {
  private final PeerNetwork peers;
  private final Consumer<Leadership> listener;
  private final ReplicaCalls calls;
  private volatile @Nullable ActorRef<StoreActor.Command> store;

  /**
   * Makes an outbox that refuses snapshots until it is connected.
   *
   * @param listener hears about leaders, on replicas' threads; must not block
   */
  public StoreOutbox(PeerNetwork peers, ReplicaCalls calls, Consumer<Leadership> listener) {
    this.peers = peers;
    this.calls = calls;
    this.listener = listener;
  }

  /** Snapshots are refused until the store is known. */
  public void connect(ActorRef<StoreActor.Command> running) {
    store = running;
  }

  @Override
  public void raft(NodeId to, RangeId range, RaftMessage message) {
    raft(to, range, message, List.of());
  }

  @Override
  public void raft(NodeId to, RangeId range, RaftMessage message, List<CarriedTrace> traces) {
    peers.send(to, new PeerMessage.Raft(range, message, traces));
  }

  @Override
  public void tooOld(NodeId to, RangeId range, ReplicaId replica, long nextReplicaId) {
    peers.send(to, new PeerMessage.ReplicaTooOld(range, replica, nextReplicaId));
  }

  @Override
  public void sendSnapshot(ReplicaKey from, ReplicaId to, NodeId node, long term) {
    ActorRef<StoreActor.Command> running = store;
    if (running != null) {
      running.tell(new StoreActor.SendSnapshot(from, to, node, term));
    }
  }

  @Override
  public void born(ReplicaKey replica) {
    ActorRef<StoreActor.Command> running = store;
    if (running != null) {
      running.tell(new StoreActor.Born(replica));
    }
  }

  @Override
  public void leadership(Leadership now) {
    listener.accept(now);
  }

  @Override
  public void administer(
      NodeId node,
      AdminRequest.OfMerge step,
      long patienceNanos,
      Consumer<RangeReplica.AdminOutcome> answer) {
    calls.ask(node, step, calls.clock().nanos() + patienceNanos, answer);
  }
}
