package dev.troupe.gc;

import dev.troupe.protocol.spi.KvClient;
import dev.troupe.protocol.spi.MonotonicClock;
import dev.troupe.protocol.spi.StateStore;
import dev.troupe.protocol.spi.TimestampSource;
import dev.troupe.range.ReplicaDirectory;
import java.time.Duration;
import java.util.concurrent.Executor;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/** Gives a node's collection its time: one slice after the other, with pauses. One per node. */
public final class Collector {
  /** Everything that the collector can be told. */
  public sealed interface Command {}

  private enum Look implements Command {
    INSTANCE
  }

  private enum Slice implements Command {
    INSTANCE
  }

  private record Sliced(long pauseNanos) implements Command {}

  private record SliceFailed(RuntimeException failure) implements Command {}

  /**
   * What the collector works with.
   *
   * @param disk runs slices, on threads that may block
   */
  public record Parts(
      CollectionSettings settings,
      KvClient kv,
      TimestampSource timestamps,
      ReplicaDirectory directory,
      StateStore state,
      Executor disk,
      MonotonicClock clock,
      CollectionCounts counts) {}

  private final ActorContext<Command> context;
  private final TimerScheduler<Command> timers;
  private final Executor disk;
  private final HorizonKeeper keeper;
  private final VersionSweeper sweeper;
  private boolean sweeping;

  private Collector(ActorContext<Command> context, TimerScheduler<Command> timers, Parts parts) {
    this.context = context;
    this.timers = timers;
    this.disk = parts.disk();
    this.keeper =
        new HorizonKeeper(
            parts.settings(),
            parts.kv(),
            parts.timestamps(),
            parts.directory(),
            parts.clock(),
            parts.counts());
    this.sweeper =
        new VersionSweeper(
            parts.state(), parts.directory(), parts.clock(), parts.counts(), parts.settings());
    timers.startTimerWithFixedDelay(Look.INSTANCE, parts.settings().look());
  }

  /** The only way to make one. */
  public static Behavior<Command> create(Parts parts) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(
                timers -> {
                  context.setLoggerName(Collector.class);
                  Collector collector = new Collector(context, timers, parts);
                  return Behaviors.receiveMessage(collector::onCommand);
                }));
  }

  private Behavior<Command> onCommand(Command command) {
    switch (command) {
      case Look m -> {
        keeper.look();
        if (!sweeping) {
          sweeping = true;
          slice();
        }
      }
      case Slice m -> slice();
      case Sliced m -> onSliced(m.pauseNanos());
      case SliceFailed m -> {
        context.getLog().error("old versions could not be removed", m.failure());
        sweeping = false;
      }
    }
    return Behaviors.same();
  }

  private void slice() {
    var self = context.getSelf();
    disk.execute(
        () -> {
          try {
            self.tell(new Sliced(sweeper.slice()));
          } catch (RuntimeException failure) {
            self.tell(new SliceFailed(failure));
          }
        });
  }

  private void onSliced(long pauseNanos) {
    if (pauseNanos < 0) {
      sweeping = false;
    } else if (pauseNanos == 0) {
      slice();
    } else {
      timers.startSingleTimer(Slice.INSTANCE, Duration.ofNanos(pauseNanos));
    }
  }
}
