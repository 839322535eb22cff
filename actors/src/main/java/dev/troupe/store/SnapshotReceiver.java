package dev.troupe.store;

import dev.troupe.protocol.codec.DescriptorCodec;
import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.model.ReplicaKey;
import dev.troupe.protocol.spi.SnapshotStore;
import dev.troupe.range.LocalReplica;
import dev.troupe.range.RangeReplica;
import dev.troupe.range.ReplicaDirectory;
import dev.troupe.range.ReplicaServices;
import dev.troupe.transport.PeerNetwork;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.jspecify.annotations.Nullable;

/**
 * Takes one snapshot in, chunk by chunk in order, and hands it to its replica when it is whole.
 * Runs on a dispatcher whose threads may block. A missing chunk or a silent sender ends it; the
 * sender starts again.
 */
final class SnapshotReceiver {
  private static final Duration SILENCE_MAX = Duration.ofSeconds(10);

  /** How often a sender is told that the installation goes on. */
  private static final Duration REASSURE = Duration.ofSeconds(2);

  /** Bytes after which the sender is told how far it came. */
  private static final long ACKNOWLEDGE_BYTES = 512 << 10;

  sealed interface Command {}

  record Chunk(PeerMessage.SnapshotChunk chunk) implements Command {}

  private enum Silence implements Command {
    INSTANCE
  }

  private enum StillInstalling implements Command {
    INSTANCE
  }

  private record Installed(boolean success) implements Command {}

  private final ActorContext<Command> context;
  private final TimerScheduler<Command> timers;
  private final NodeId sender;
  private final PeerMessage.SnapshotBegin begin;
  private final PeerNetwork peers;
  private final ReplicaDirectory directory;
  private SnapshotStore.@Nullable Incoming incoming;
  private int file;
  private long offset;
  private long received;
  private long acknowledged;

  private SnapshotReceiver(
      ActorContext<Command> context,
      TimerScheduler<Command> timers,
      NodeId sender,
      PeerMessage.SnapshotBegin begin,
      SnapshotStore snapshots,
      PeerNetwork peers,
      ReplicaDirectory directory) {
    this.context = context;
    this.timers = timers;
    this.sender = sender;
    this.begin = begin;
    this.peers = peers;
    this.directory = directory;
    this.incoming = snapshots.receive(new ReplicaKey(begin.range(), begin.to()), begin.manifest());
  }

  static Behavior<Command> create(
      NodeId sender,
      PeerMessage.SnapshotBegin begin,
      SnapshotStore snapshots,
      PeerNetwork peers,
      ReplicaServices services) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(
                timers -> {
                  context.setLoggerName(SnapshotReceiver.class);
                  if (isPremature(begin, services)) {
                    context.getLog().info("{} is not wanted yet: its keys are held", begin.range());
                    peers.send(sender, refusal(begin));
                    return Behaviors.stopped();
                  }
                  var receiver =
                      new SnapshotReceiver(
                          context, timers, sender, begin, snapshots, peers, services.directory());
                  timers.startSingleTimer(Silence.INSTANCE, SILENCE_MAX);
                  if (begin.manifest().files().isEmpty()) {
                    receiver.complete();
                  }
                  return Behaviors.receive(Command.class)
                      .onMessage(Command.class, receiver::onCommand)
                      .onSignal(PostStop.class, receiver::onStop)
                      .build();
                }));
  }

  /** Whether it would be refused in the end: better before its files have come. */
  private static boolean isPremature(PeerMessage.SnapshotBegin begin, ReplicaServices services) {
    return services
        .directory()
        .claims()
        .holder(
            DescriptorCodec.decodeDescriptor(begin.manifest().descriptorRecord()),
            services.log(),
            services.state())
        .isPresent();
  }

  private static PeerMessage.SnapshotProgress refusal(PeerMessage.SnapshotBegin begin) {
    return new PeerMessage.SnapshotProgress(
        begin.transfer(), 0, PeerMessage.SnapshotProgress.Phase.REFUSED);
  }

  private Behavior<Command> onCommand(Command command) {
    return switch (command) {
      case Chunk m -> onChunk(m.chunk());
      case Installed m -> {
        tell(
            m.success()
                ? PeerMessage.SnapshotProgress.Phase.INSTALLED
                : PeerMessage.SnapshotProgress.Phase.REFUSED);
        yield Behaviors.stopped();
      }
      case StillInstalling m -> {
        tell(PeerMessage.SnapshotProgress.Phase.RECEIVING);
        yield Behaviors.same();
      }
      case Silence m -> {
        context.getLog().warn("{} fell silent while it sent {}", sender, begin.range());
        yield Behaviors.stopped();
      }
    };
  }

  private Behavior<Command> onChunk(PeerMessage.SnapshotChunk chunk) {
    SnapshotStore.Incoming target = incoming;
    if (target == null) {
      return Behaviors.same();
    }
    if (chunk.file() != file || chunk.offset() != offset) {
      context
          .getLog()
          .warn("a chunk of the snapshot of {} from {} is missing", begin.range(), sender);
      tell(PeerMessage.SnapshotProgress.Phase.REFUSED);
      return Behaviors.stopped();
    }
    timers.startSingleTimer(Silence.INSTANCE, SILENCE_MAX);
    target.append(file, offset, ByteBuffer.wrap(chunk.bytes()));
    received += chunk.bytes().length;
    offset += chunk.bytes().length;
    if (offset >= begin.manifest().files().get(file).bytes()) {
      file++;
      offset = 0;
    }
    if (file == begin.manifest().files().size()) {
      return complete();
    }
    if (received - acknowledged >= ACKNOWLEDGE_BYTES) {
      acknowledged = received;
      tell(PeerMessage.SnapshotProgress.Phase.RECEIVING);
    }
    return Behaviors.same();
  }

  /** Hands the whole snapshot over; from here on the replica owns it and may take its time. */
  private Behavior<Command> complete() {
    timers.cancel(Silence.INSTANCE);
    LocalReplica replica = directory.find(begin.range());
    SnapshotStore.Incoming target = incoming;
    if (target == null || replica == null || !replica.key().replica().equals(begin.to())) {
      tell(PeerMessage.SnapshotProgress.Phase.REFUSED);
      return Behaviors.stopped();
    }
    incoming = null;
    timers.startTimerAtFixedRate(StillInstalling.INSTANCE, REASSURE);
    var self = context.getSelf();
    replica
        .actor()
        .tell(
            new RangeReplica.SnapshotReceived(
                begin.from(),
                begin.term(),
                begin.manifest(),
                target,
                success -> self.tell(new Installed(success))));
    return Behaviors.same();
  }

  private void tell(PeerMessage.SnapshotProgress.Phase phase) {
    peers.send(sender, new PeerMessage.SnapshotProgress(begin.transfer(), received, phase));
  }

  private Behavior<Command> onStop(PostStop signal) {
    if (incoming != null) {
      incoming.close();
      incoming = null;
    }
    return Behaviors.same();
  }
}
