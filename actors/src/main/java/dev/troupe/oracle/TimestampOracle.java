package dev.troupe.oracle;

import dev.troupe.gateway.KvGateway;
import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.model.RangeId;
import dev.troupe.protocol.model.Timestamp;
import dev.troupe.protocol.spi.KvClient;
import dev.troupe.protocol.spi.MonotonicClock;
import dev.troupe.protocol.spi.WallClock;
import dev.troupe.range.LocalReplica;
import dev.troupe.range.ReplicaDirectory;
import dev.troupe.store.PendingCalls;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.SupervisorStrategy;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.jspecify.annotations.Nullable;

/**
 * The oracle of one node: idle unless its node leads the system range. It carries out what {@link
 * OracleCore} wants. Nothing is remembered over a restart: office is taken anew, from the record.
 */
public final class TimestampOracle implements OracleCore.Outside {
  /** What the oracle is told. */
  sealed interface Command {}

  /** Whether this node leads the system range. */
  record Leading(boolean now) implements Command {}

  record Draw(int count, long deadlineNanos, OracleCore.WishReply reply) implements Command {}

  enum WindowLow implements Command {
    INSTANCE
  }

  // Answers carry who asked: after a restart of the actor they concern nobody.
  private record ReadHere(OracleCore asker, OracleCore.RecordRead read) implements Command {}

  private record ReadAnywhere(OracleCore asker, OracleCore.RecordRead read) implements Command {}

  private record Swapped(OracleCore asker, OracleCore.Swap swap) implements Command {}

  private record Retry(OracleCore asker) implements Command {}

  /**
   * What the oracle works with.
   *
   * @param kv for the record
   */
  public record Parts(
      NodeId self,
      KvClient kv,
      ReplicaDirectory directory,
      PendingCalls calls,
      MonotonicClock monotonic,
      WallClock wall,
      KvGateway.Later later) {}

  private final ActorContext<Command> context;
  private final KvGateway.Later later;
  private final RecordAccess record;
  private final TenureBoard board;
  private final OracleCore core;

  private TimestampOracle(
      ActorContext<Command> context, Parts parts, OracleClock clock, TenureBoard board) {
    this.context = context;
    this.board = board;
    later = parts.later();
    record = new RecordAccess(parts.kv(), parts.directory(), parts.calls(), parts.monotonic());
    core =
        new OracleCore(
            parts.self(),
            record::lease,
            clock,
            parts.monotonic(),
            () -> newestData(parts.directory()),
            this);
    board.show(null);
  }

  /** Starts the oracle of a node. */
  public static LocalOracle start(ActorSystem<?> system, Parts parts) {
    var clock =
        new OracleClock(
            parts.wall(),
            parts.monotonic(),
            jump ->
                system
                    .log()
                    .warn(
                        "the clock jumped by {} ms, which timestamps {}; {} jumps before it were"
                            + " not reported",
                        jump.millis(),
                        jump.followed() ? "follow if it is forward" : "do not follow",
                        jump.unreported()));
    var board = new TenureBoard();
    Behavior<Command> behavior =
        Behaviors.<Command>supervise(
                Behaviors.setup(
                    context -> {
                      var oracle = new TimestampOracle(context, parts, clock, board);
                      return Behaviors.receiveMessage(
                          command -> {
                            oracle.onCommand(command);
                            return Behaviors.same();
                          });
                    }))
            .onFailure(SupervisorStrategy.restart());
    ActorRef<Command> actor =
        system.systemActorOf(behavior, "troupe-timestamp-oracle", Props.empty());
    return new LocalOracle(board, clock, parts.monotonic(), actor::tell);
  }

  /** Versions of data are timestamps that were given out, or a range's own from before that. */
  private static Timestamp newestData(ReplicaDirectory directory) {
    Timestamp newest = Timestamp.MIN;
    for (LocalReplica replica : directory.all()) {
      // The system range counts by itself: the oracle depends on it, not the other way round.
      if (!replica.key().range().equals(RangeId.SYSTEM)) {
        newest = newest.max(replica.view().clock());
      }
    }
    return newest;
  }

  private void onCommand(Command command) {
    switch (command) {
      case Leading news -> core.onLeading(news.now());
      case Draw wish -> core.onWish(wish.count(), wish.deadlineNanos(), wish.reply());
      case WindowLow low -> core.onWindowLow();
      case ReadHere m -> {
        if (m.asker() == core) {
          core.onReadHere(m.read());
        }
      }
      case ReadAnywhere m -> {
        if (m.asker() == core) {
          core.onReadAnywhere(m.read());
        }
      }
      case Swapped m -> {
        if (m.asker() == core) {
          core.onSwapped(m.swap());
        }
      }
      case Retry m -> {
        if (m.asker() == core) {
          core.onRetry();
        }
      }
    }
  }

  @Override
  public void readHere() {
    ActorRef<Command> self = context.getSelf();
    record.readHere(read -> self.tell(new ReadHere(core, read)));
  }

  @Override
  public void readAnywhere() {
    ActorRef<Command> self = context.getSelf();
    record.readAnywhere(read -> self.tell(new ReadAnywhere(core, read)));
  }

  @Override
  public void swap(byte @Nullable [] expected, byte[] next) {
    board.metrics().window();
    ActorRef<Command> self = context.getSelf();
    record.swap(expected, next, swap -> self.tell(new Swapped(core, swap)));
  }

  @Override
  public void retryIn(long nanos) {
    ActorRef<Command> self = context.getSelf();
    later.run(nanos, () -> self.tell(new Retry(core)));
  }

  @Override
  public void publish(@Nullable Tenure tenure) {
    board.show(tenure);
    if (tenure != null) {
      context.getLog().info("gives out timestamps, in tenure {}", tenure.number());
    }
  }

  @Override
  public void recordIsBehind(Timestamp highWater, Timestamp data) {
    context
        .getLog()
        .error(
            "the record of timestamps ends at {}, and there is data of {}: the system range comes"
                + " from an old copy; timestamps go on above the data of this node",
            highWater,
            data);
  }

  @Override
  public void recordIsMalformed(String why) {
    context.getLog().error("the record of timestamps cannot be read, none are given out: {}", why);
  }
}
