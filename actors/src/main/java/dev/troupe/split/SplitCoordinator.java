package dev.troupe.split;

import dev.troupe.control.ReplicatedStorage;
import dev.troupe.load.Survey;
import dev.troupe.protocol.model.RangeId;
import dev.troupe.protocol.spi.ClusterAdmin.MergeResult;
import dev.troupe.protocol.spi.ClusterAdmin.SplitResult;
import dev.troupe.protocol.spi.ClusterEvents;
import dev.troupe.protocol.spi.MonotonicClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
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
 * Has ranges split and merged, in one place for the whole cluster: asks all leaders now and then,
 * lets {@link SplitPlanner} decide, writes down what it orders, and has it done.
 *
 * <p>Spawned by the singleton on the node that holds the lease. Its state is in the replicated
 * journal; how long something has been so is lost on a restart. It may run twice: an order names
 * the generation of the range that was looked at and is refused when somebody else was faster, and
 * of two journals' writers the one that is behind is restarted with what the other wrote.
 *
 * <p>Bounds: one survey at a time, {@link SplitPlanner#DECISIONS_MAX} orders of splits in each, one
 * merge or one move of a replica for it at a time.
 */
public final class SplitCoordinator
    extends EventSourcedBehavior<SplitCoordinator.Command, Remembered, SplitState> {
  /** What it is told: by itself only. */
  public sealed interface Command {}

  private enum Look implements Command {
    INSTANCE
  }

  private record Surveyed(Survey survey) implements Command {}

  /** Ground is null when it could not be looked at. */
  private record Grounded(@Nullable Ground ground, @Nullable Throwable failure)
      implements Command {}

  /** An order has ended; failure is null when it was carried out. */
  private record Carried(
      Decision.Split order, @Nullable SplitResult result, @Nullable Throwable failure)
      implements Command {}

  /** As {@link Carried}. */
  private record Moved(Decision.Move order, @Nullable Throwable failure) implements Command {}

  /** As {@link Carried}. */
  private record Merged(
      Decision.Merge order, @Nullable MergeResult result, @Nullable Throwable failure)
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
  private boolean merging;

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
              merging = false;
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
          case Surveyed m -> onSurveyed(state, m.survey());
          case Grounded m -> onGrounded(m);
          case Carried m -> onCarried(m);
          case Moved m -> onMoved(m);
          case Merged m -> onMerged(state, m);
        };
  }

  private Effect<Remembered, SplitState> onLook() {
    context.pipeToSelf(
        parts.work().survey(),
        (survey, failure) ->
            new Surveyed(survey == null ? new Survey(List.of(), Map.of()) : survey));
    return Effect().none();
  }

  private Effect<Remembered, SplitState> onSurveyed(SplitState state, Survey survey) {
    long now = parts.clock().nanos();
    List<Decision> decisions = planner.look(survey, now, state.told());
    effects.look(planner, now);
    List<Remembered> events = new ArrayList<>();
    // Orders of a predecessor, or of a former life, have ended by now or will be refused.
    List<RangeId> abandoned =
        state.open().keySet().stream().filter(range -> !running.contains(range)).toList();
    abandoned.forEach(range -> events.add(new Remembered.Ended(range, false)));
    Effect<Remembered, SplitState> effect = order(decisions, events);
    if (!merging && planner.needsGround(running)) {
      context.pipeToSelf(parts.work().ground(), Grounded::new);
    } else {
      lookLater();
    }
    return effect;
  }

  private void lookLater() {
    timers.startSingleTimer(Look.INSTANCE, parts.settings().period());
  }

  private Effect<Remembered, SplitState> onGrounded(Grounded m) {
    lookLater();
    Ground ground = m.ground();
    if (ground == null) {
      context.getLog().debug("it is not known which borders are kept: {}", reason(m.failure()));
      return Effect().none();
    }
    return order(planner.merge(ground), new ArrayList<>());
  }

  /**
   * Writes down what is decided, and then has it done.
   *
   * @param events what is to be written down besides
   */
  private Effect<Remembered, SplitState> order(List<Decision> decisions, List<Remembered> events) {
    List<Decision> fresh =
        decisions.stream().filter(decision -> !running.contains(decision.range().id())).toList();
    fresh.forEach(
        decision -> {
          events.add(remembered(decision));
          begin(decision);
        });
    return events.isEmpty()
        ? Effect().none()
        : Effect().persist(events).thenRun(() -> fresh.forEach(this::carryOut));
  }

  private static Remembered remembered(Decision decision) {
    RangeId range = decision.range().id();
    long generation = decision.range().generation();
    return switch (decision) {
      case Decision.Split split ->
          new Remembered.Ordered(range, generation, split.key(), split.strategy().word());
      case Decision.Tell tell ->
          new Remembered.PeopleTold(new SplitPlanner.Told(range, tell.finding(), tell.key()));
      case Decision.Move move ->
          new Remembered.MoveOrdered(
              range, generation, move.from(), move.to(), move.neighbour().id());
      case Decision.Merge merge ->
          new Remembered.MergeOrdered(
              range,
              generation,
              merge.right().id(),
              merge.right().generation(),
              merge.right().span().start(),
              merge.inputs().bytes(),
              merge.inputs().requestsPerSecond());
    };
  }

  /** From here on nothing else is done to the ranges. */
  private void begin(Decision decision) {
    switch (decision) {
      case Decision.Split split -> running.add(split.range().id());
      case Decision.Tell tell -> {}
      case Decision.Move move -> beginMerging(move.range().id(), move.neighbour().id());
      case Decision.Merge merge -> beginMerging(merge.range().id(), merge.right().id());
    }
  }

  private void beginMerging(RangeId one, RangeId other) {
    merging = true;
    running.add(one);
    running.add(other);
  }

  private void endMerging(RangeId one, RangeId other) {
    merging = false;
    running.remove(one);
    running.remove(other);
    planner.merged();
  }

  private void carryOut(Decision decision) {
    switch (decision) {
      case Decision.Split split ->
          context.pipeToSelf(
              parts.work().split(split.range(), split.key()),
              (result, failure) -> new Carried(split, result, failure));
      case Decision.Tell tell -> SplitWords.tell(parts.events(), tell);
      case Decision.Move move -> {
        SplitWords.moved(parts.events(), move);
        context.pipeToSelf(
            parts.work().move(move.range(), move.from(), move.to()),
            (done, failure) -> new Moved(move, failure));
      }
      case Decision.Merge merge ->
          context.pipeToSelf(
              parts.work().merge(merge.range(), merge.right()),
              (result, failure) -> new Merged(merge, result, failure));
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

  private Effect<Remembered, SplitState> onMoved(Moved m) {
    RangeId range = m.order().range().id();
    endMerging(range, m.order().neighbour().id());
    if (m.failure() != null) {
      planner.postpone(range);
      context
          .getLog()
          .info(
              "no replica of {} was moved from {} to {}: {}",
              range,
              m.order().from(),
              m.order().to(),
              reason(m.failure()));
    }
    return Effect().persist(new Remembered.Ended(range, m.failure() == null));
  }

  private Effect<Remembered, SplitState> onMerged(SplitState state, Merged m) {
    RangeId left = m.order().range().id();
    RangeId right = m.order().right().id();
    endMerging(left, right);
    MergeResult result = m.result();
    List<Remembered> events = new ArrayList<>();
    events.add(new Remembered.Ended(left, result != null));
    if (result != null) {
      SplitWords.merged(parts.events(), m.order(), result.range());
    } else {
      planner.postpone(left);
      String reason = reason(m.failure());
      context.getLog().info("{} did not take over {}: {}", left, right, reason);
      var told =
          new SplitPlanner.Told(
              right, Decision.Finding.NOT_MERGED, m.order().right().span().start());
      if (!state.told().contains(told)) {
        events.add(new Remembered.PeopleTold(told));
        SplitWords.notMerged(parts.events(), m.order(), reason);
      }
    }
    return Effect().persist(events);
  }

  private static String reason(@Nullable Throwable failure) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    return cause == null ? "no reason was given" : String.valueOf(cause.getMessage());
  }
}
