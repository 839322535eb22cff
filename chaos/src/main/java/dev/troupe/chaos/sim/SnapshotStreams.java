package dev.troupe.chaos.sim;

import dev.troupe.protocol.model.HardState;
import dev.troupe.protocol.model.LogPosition;
import dev.troupe.protocol.model.ReplicaId;
import dev.troupe.raft.Ready;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Snapshots on their way out and in, beside the core: chunks over the same bad network, a time
 * limit for the sender, and an installation that is durable as a whole.
 */
final class SnapshotStreams {
  private record Outgoing(long stream, StateImage image) {}

  private static final class Incoming {
    final Packet.SnapshotChunk first;
    int next = 1;

    Incoming(Packet.SnapshotChunk first) {
      this.first = first;
    }
  }

  private final SimReplica owner;
  private final SimNode node;
  private final SimGroup group;
  private final Coverage coverage;
  private final Map<ReplicaId, Outgoing> outgoing = new HashMap<>();
  private @Nullable Incoming incoming;
  private boolean installing;

  SnapshotStreams(SimReplica owner, SimNode node, SimGroup group) {
    this.owner = owner;
    this.node = node;
    this.group = group;
    this.coverage = group.world().coverage();
  }

  /** While it lasts the core is given nothing: its log is about to be replaced. */
  boolean installing() {
    return installing;
  }

  void start(Ready.SendSnapshot wanted) {
    StateImage image = owner.state().machine().image();
    long stream = group.nextStream();
    outgoing.put(wanted.peer(), new Outgoing(stream, image));
    int count = group.options().disk().snapshotChunks();
    long gap = gap();
    long term = owner.term();
    for (int i = 0; i < count; i++) {
      var chunk =
          new Packet.SnapshotChunk(owner.replica(), wanted.peer(), term, stream, i, count, image);
      node.after(gap * (i + 1), () -> group.send(node, chunk));
    }
    node.after(
        4 * group.options().raft().electionTimeoutNanos(),
        () -> finish(wanted.peer(), stream, false));
  }

  /** Slower than the network usually is: a stream keeps its order unless something is wrong. */
  private long gap() {
    return group.options().network().delayMaxNanos() + 1;
  }

  void ended(Packet.SnapshotEnd end) {
    finish(end.from(), end.stream(), end.installed());
  }

  private void finish(ReplicaId peer, long stream, boolean success) {
    Outgoing current = outgoing.get(peer);
    if (current != null && current.stream() == stream) {
      outgoing.remove(peer);
      LogPosition position = current.image().applied();
      owner.core().snapshotSent(peer, position, success, node.clockNanos());
    }
  }

  void receive(int from, Packet.SnapshotChunk chunk) {
    if (chunk.number() == 0) {
      if (!accepts(chunk)) {
        coverage.reached(Rare.SNAPSHOT_NOT_NEEDED);
        end(chunk, false);
        return;
      }
      incoming = new Incoming(chunk);
      long rest = gap() * chunk.count() + group.options().disk().syncNanos();
      node.amidSnapshot(rest);
    } else if (incoming == null || incoming.first.stream() != chunk.stream()) {
      return;
    } else if (chunk.number() > incoming.next) {
      coverage.reached(Rare.SNAPSHOT_STREAM_BROKEN);
      incoming = null;
      end(chunk, false);
      return;
    } else if (chunk.number() == incoming.next) {
      incoming.next++;
    }
    if (incoming.next == chunk.count()) {
      incoming = null;
      complete(chunk);
    }
  }

  private boolean accepts(Packet.SnapshotChunk chunk) {
    return owner
        .core()
        .acceptsSnapshot(chunk.from(), chunk.term(), chunk.image().applied(), node.clockNanos());
  }

  /** Asks again: much may have happened since the first chunk. */
  private void complete(Packet.SnapshotChunk chunk) {
    if (!accepts(chunk)) {
      coverage.reached(Rare.SNAPSHOT_NOT_NEEDED);
      end(chunk, false);
      return;
    }
    owner.pump();
    installing = true;
    StateImage image = chunk.image();
    HardState before = owner.handedOut();
    var hardState =
        new HardState(
            before.term(), before.vote(), Math.max(before.commit(), image.applied().index()));
    owner.setHardState(hardState);
    node.disk().install(image, hardState, node.guarded(() -> installed(chunk)));
  }

  private void installed(Packet.SnapshotChunk chunk) {
    installing = false;
    StateImage image = chunk.image();
    coverage.reached(Rare.SNAPSHOT_INSTALLED);
    group.world().trace().add(node.number(), "installed", image, image.checksum());
    owner.log().reset(image);
    owner.state().replace(image);
    owner.core().snapshotInstalled(image.applied(), image.membership(), node.clockNanos());
    group.checks().installed(owner, image.applied());
    end(chunk, true);
  }

  private void end(Packet.SnapshotChunk chunk, boolean success) {
    group.send(
        node, new Packet.SnapshotEnd(owner.replica(), chunk.from(), chunk.stream(), success));
  }

  void crashed() {
    if (installing || incoming != null) {
      coverage.reached(Rare.SNAPSHOT_INTERRUPTED_BY_CRASH);
    }
  }
}
