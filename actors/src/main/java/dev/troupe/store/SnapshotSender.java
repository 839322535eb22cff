package dev.troupe.store;

import dev.troupe.protocol.codec.DescriptorCodec;
import dev.troupe.protocol.model.KeySpan;
import dev.troupe.protocol.model.LogPosition;
import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.model.ReplicaId;
import dev.troupe.protocol.model.ReplicaKey;
import dev.troupe.protocol.spi.MonotonicClock;
import dev.troupe.protocol.spi.SnapshotStore;
import dev.troupe.range.AppliedState;
import dev.troupe.range.RangeReplica;
import dev.troupe.transport.PeerNetwork;
import java.time.Duration;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/**
 * Streams one snapshot to one replica: exports, announces, sends chunks as fast as the receiver
 * acknowledges them, and reports the end to the replica on whose behalf it works. Runs on a
 * dispatcher whose threads may block. A receiver that falls silent ends it; Raft asks again.
 */
final class SnapshotSender {
  /** Bytes of one chunk: an envelope holds it whole. */
  private static final int CHUNK_BYTES = 128 << 10;

  /** Sent and not yet acknowledged, at most. */
  private static final long WINDOW_BYTES_MAX = 2L << 20;

  private static final Duration SILENCE_MAX = Duration.ofSeconds(10);
  private static final Duration RETRY = Duration.ofMillis(20);

  /** How the store's local records are to be read. */
  static final SnapshotStore.RecordReader RECORDS =
      new SnapshotStore.RecordReader() {
        @Override
        public LogPosition applied(byte[] appliedRecord) {
          return AppliedState.decode(appliedRecord).position();
        }

        @Override
        public KeySpan span(byte[] descriptorRecord) {
          return DescriptorCodec.decodeDescriptor(descriptorRecord).span();
        }
      };

  sealed interface Command {}

  record Progress(PeerMessage.SnapshotProgress progress) implements Command {}

  private enum Export implements Command {
    INSTANCE
  }

  private enum SendMore implements Command {
    INSTANCE
  }

  private enum Silence implements Command {
    INSTANCE
  }

  /** What is sent, for whom. */
  record Task(
      long transfer,
      ReplicaKey from,
      ReplicaId to,
      NodeId node,
      long term,
      ActorRef<RangeReplica.Command> replyTo) {}

  private final ActorContext<Command> context;
  private final TimerScheduler<Command> timers;
  private final Task task;
  private final PeerNetwork peers;
  private final Pacing pacing;
  private final SnapshotStore.Outgoing outgoing;
  private boolean reported;
  private int file;
  private long offset;
  private long sent;
  private long acknowledged;

  private SnapshotSender(
      ActorContext<Command> context,
      TimerScheduler<Command> timers,
      Task task,
      PeerNetwork peers,
      Pacing pacing,
      SnapshotStore.Outgoing outgoing) {
    this.context = context;
    this.timers = timers;
    this.task = task;
    this.peers = peers;
    this.pacing = pacing;
    this.outgoing = outgoing;
  }

  /** How fast all senders of a node may be together, by its clock. */
  record Pacing(SnapshotPace pace, MonotonicClock clock) {
    /** Nanoseconds to wait before so many bytes may be sent. */
    long waitFor(int bytes) {
      return pace.take(bytes, clock.nanos());
    }
  }

  static Behavior<Command> create(
      Task task, SnapshotStore snapshots, PeerNetwork peers, Pacing pacing) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(
                timers -> {
                  context.setLoggerName(SnapshotSender.class);
                  context.getSelf().tell(Export.INSTANCE);
                  return Behaviors.receiveMessage(
                      message -> exporting(context, timers, task, snapshots, peers, pacing));
                }));
  }

  private static Behavior<Command> exporting(
      ActorContext<Command> context,
      TimerScheduler<Command> timers,
      Task task,
      SnapshotStore snapshots,
      PeerNetwork peers,
      Pacing pacing) {
    SnapshotStore.Outgoing outgoing;
    try {
      outgoing = snapshots.export(task.from().range(), RECORDS);
    } catch (RuntimeException failure) {
      context.getLog().error("snapshot of {} failed", task.from(), failure);
      task.replyTo().tell(new RangeReplica.SnapshotSent(task.to(), LogPosition.ZERO, false));
      return Behaviors.stopped();
    }
    SnapshotSender sender = new SnapshotSender(context, timers, task, peers, pacing, outgoing);
    sender.begin();
    return Behaviors.receive(Command.class)
        .onMessage(Command.class, sender::onCommand)
        .onSignal(PostStop.class, sender::onStop)
        .build();
  }

  private void begin() {
    var manifest = outgoing.manifest();
    context
        .getLog()
        .info(
            "sending {} at {} to {} on {}: {} bytes",
            task.from().range(),
            manifest.applied(),
            task.to(),
            task.node(),
            manifest.totalBytes());
    var begin =
        new PeerMessage.SnapshotBegin(
            task.transfer(),
            task.from().range(),
            task.from().replica(),
            task.to(),
            task.term(),
            manifest);
    timers.startSingleTimer(Silence.INSTANCE, SILENCE_MAX);
    if (peers.send(task.node(), begin)) {
      sendMore();
    }
  }

  private Behavior<Command> onCommand(Command command) {
    switch (command) {
      case Progress m -> {
        return onProgress(m.progress());
      }
      case SendMore m -> sendMore();
      case Silence m -> {
        context.getLog().warn("{} on {} fell silent during a snapshot", task.to(), task.node());
        return end(false);
      }
      case Export m -> throw new IllegalStateException("exported twice");
    }
    return Behaviors.same();
  }

  private Behavior<Command> onProgress(PeerMessage.SnapshotProgress progress) {
    switch (progress.phase()) {
      case RECEIVING -> {
        timers.startSingleTimer(Silence.INSTANCE, SILENCE_MAX);
        acknowledged = Math.max(acknowledged, progress.received());
        sendMore();
        return Behaviors.same();
      }
      case INSTALLED -> {
        return end(true);
      }
      case REFUSED -> {
        return end(false);
      }
    }
    throw new IllegalStateException("unknown phase");
  }

  private Behavior<Command> end(boolean success) {
    report(success);
    return Behaviors.stopped();
  }

  private void report(boolean success) {
    if (!reported) {
      reported = true;
      task.replyTo()
          .tell(new RangeReplica.SnapshotSent(task.to(), outgoing.manifest().applied(), success));
    }
  }

  private void sendMore() {
    var files = outgoing.manifest().files();
    while (file < files.size() && sent - acknowledged < WINDOW_BYTES_MAX) {
      long wait = pacing.waitFor(CHUNK_BYTES);
      if (wait > 0) {
        timers.startSingleTimer(SendMore.INSTANCE, Duration.ofNanos(wait));
        return;
      }
      byte[] bytes = outgoing.read(file, offset, CHUNK_BYTES);
      var chunk = new PeerMessage.SnapshotChunk(task.transfer(), file, offset, bytes);
      if (!peers.send(task.node(), chunk)) {
        // The link is full with more urgent things.
        timers.startSingleTimer(SendMore.INSTANCE, RETRY);
        return;
      }
      sent += bytes.length;
      offset += bytes.length;
      if (offset >= files.get(file).bytes()) {
        file++;
        offset = 0;
      }
    }
  }

  private Behavior<Command> onStop(PostStop signal) {
    outgoing.close();
    report(false);
    return Behaviors.same();
  }
}
