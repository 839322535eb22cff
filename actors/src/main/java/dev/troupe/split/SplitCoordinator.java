package dev.troupe.split;

import dev.troupe.control.ReplicatedStorage;
import dev.troupe.load.RangeLoad;
import dev.troupe.protocol.model.RangeId;
import dev.troupe.protocol.spi.ClusterAdmin.SplitResult;
import dev.troupe.protocol.spi.ClusterEvents;
import dev.troupe.protocol.spi.MonotonicClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionException;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.SupervisorStrategy;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.apache.pekko.persistence.typed.PersistenceId;
import org.apache.pekko.persistence.typed.RecoveryCompleted;
import org.apache.pekko.persistence.typed.javadsl.CommandHandler;
import org.apache.pekko.persistence.typed.javadsl.Effect;
import org.apache.pekko.persistence.typed.javadsl.EventHandler;
import org.apache.pekko.persistence.typed.javadsl.EventSourcedBehavior;
import org.apache.pekko.persistence.typed.javadsl.RetentionCriteria;
import org.apache.pekko.persistence.typed.javadsl.SignalHandler;
import org.jspecify.annotations.Nullable;

/**
 * Has ranges split, in one place for the whole cluster: asks all leaders now and then, lets {@link
 * SplitPlanner} decide, writes down what it orders, and has it done.
 *
 * <p>Spawned by the singleton on the node that holds the lease. Its state is in the replicated
 * journal; how long something has been so is lost on a restart. It may run twice: an order names
 * the generation of the range that was looked at and is refused when somebody else was faster, and
 * of two journals' writers the one that is behind is restarted with what the other wrote.
 *
 * <p>Bounds: one survey at a time, {@link SplitPlanner#DECISIONS_MAX} orders.
 */
public final class SplitCoordinator
    extends EventSourcedBehavior<SplitCoordinator.Command, Remembered, SplitState> {
  /** What it is told: by itself only. */
  public sealed interface Command {}

  private enum Look implements Command {
    INSTANCE
  }

  private record Surveyed(List<RangeLoad> loads) implements Command {}

  /** An order has ended; failure is null when it was carried out. */
  private record Carried(
      Decision.Split order, @Nullable SplitResult result, @Nullable Throwable failure)
      implements Command {}

  /**
   * What it works with.
   *
   * @param clock on which the planner's times are
   */
  public record Parts(
      SplitWork work, ClusterEvents events, MonotonicClock clock, SplitSettings settings) {}

  private static final Duration RESTART_MIN = Duration.ofMillis(500);
  private static final Duration RESTART_MAX = Duration.ofSeconds(30);
  private static final int EVENTS_BETWEEN_SNAPSHOTS = 50;

  private final Parts parts;
  private final ActorContext<Command> context;
  private final TimerScheduler<Command> timers;
  private final SplitPlanner planner;
  private final SplitEffects effects;
  private final Set<RangeId> running = new HashSet<>();

  private SplitCoordinator(
      Parts parts, ActorContext<Command> context, TimerScheduler<Command> timers) {
    super(
        PersistenceId.ofUniqueId("split-coordinator"),
        SupervisorStrategy.restartWithBackoff(RESTART_MIN, RESTART_MAX, 0.2));
    this.parts = parts;
    this.context = context;
    this.timers = timers;
    this.planner = new SplitPlanner(parts.settings());
    this.effects = new SplitEffects(parts.events(), parts.settings().sustained());
  }

  public static Behavior<Command> create(Parts parts) {
    return Behaviors.setup(
        context -> Behaviors.withTimers(timers -> new SplitCoordinator(parts, context, timers)));
  }

  @Override
  public String journalPluginId() {
    return ReplicatedStorage.JOURNAL;
  }

  @Override
  public String snapshotPluginId() {
    return ReplicatedStorage.SNAPSHOTS;
  }

  @Override
  public RetentionCriteria retentionCriteria() {
    return RetentionCriteria.snapshotEvery(EVENTS_BETWEEN_SNAPSHOTS, 2)
        .withDeleteEventsOnSnapshot();
  }

  @Override
  public SplitState emptyState() {
    return SplitState.EMPTY;
  }

  @Override
  public SignalHandler<SplitState> signalHandler() {
    return newSignalHandlerBuilder()
        .onSignal(
            RecoveryCompleted.instance(),
            state -> {
              // After a restart, too: whatever was on its way then ends without being heard.
              running.clear();
              timers.startSingleTimer(Look.INSTANCE, parts.settings().period());
            })
        .build();
  }

  @Override
  public EventHandler<SplitState, Remembered> eventHandler() {
    return SplitState::with;
  }

  @Override
  public CommandHandler<Command, Remembered, SplitState> commandHandler() {
    return (state, command) ->
        switch (command) {
          case Look m -> onLook();
          case Surveyed m -> onSurveyed(state, m.loads());
          case Carried m -> onCarried(m);
        };
  }

  private Effect<Remembered, SplitState> onLook() {
    context.pipeToSelf(
        parts.work().survey(), (loads, failure) -> new Surveyed(loads == null ? List.of() : loads));
    return Effect().none();
  }

  private Effect<Remembered, SplitState> onSurveyed(SplitState state, List<RangeLoad> loads) {
    timers.startSingleTimer(Look.INSTANCE, parts.settings().period());
    long now = parts.clock().nanos();
    List<Decision> decisions = planner.look(loads, now, state.told());
    effects.look(planner, now);
    List<Remembered> events = new ArrayList<>();
    List<Decision> fresh = new ArrayList<>();
    // Orders of a predecessor, or of a former life, have ended by now or will be refused.
    List<RangeId> abandoned =
        state.open().keySet().stream().filter(range -> !running.contains(range)).toList();
    abandoned.forEach(range -> events.add(new Remembered.Ended(range, false)));
    for (Decision decision : decisions) {
      RangeId range = decision.range().id();
      switch (decision) {
        case Decision.Split split when !running.contains(range) -> {
          events.add(
              new Remembered.Ordered(
                  range, split.range().generation(), split.key(), split.strategy().word()));
          fresh.add(split);
        }
        case Decision.Tell tell -> {
          events.add(
              new Remembered.PeopleTold(new SplitPlanner.Told(range, tell.finding(), tell.key())));
          fresh.add(tell);
        }
        default -> {
          // It is being carried out.
        }
      }
    }
    return events.isEmpty()
        ? Effect().none()
        : Effect().persist(events).thenRun(() -> fresh.forEach(this::carryOut));
  }

  private void carryOut(Decision decision) {
    switch (decision) {
      case Decision.Split split -> {
        running.add(split.range().id());
        context.pipeToSelf(
            parts.work().split(split.range(), split.key()),
            (result, failure) -> new Carried(split, result, failure));
      }
      case Decision.Tell tell -> SplitWords.tell(parts.events(), tell);
      case Decision.Merge merge -> throw new IllegalStateException("merges are not ordered");
    }
  }

  private Effect<Remembered, SplitState> onCarried(Carried m) {
    RangeId range = m.order().range().id();
    running.remove(range);
    SplitResult result = m.result();
    if (result == null) {
      context
          .getLog()
          .info("{} was not split at {}: {}", range, m.order().key(), reason(m.failure()));
    } else {
      SplitWords.split(parts.events(), m.order(), result);
      effects.await(m.order(), result, parts.clock().nanos());
    }
    return Effect().persist(new Remembered.Ended(range, result != null));
  }

  private static String reason(@Nullable Throwable failure) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    return cause == null ? "no reason was given" : String.valueOf(cause.getMessage());
  }
}
