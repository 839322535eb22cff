package dev.troupe.control;

import dev.troupe.control.SingletonLease.Tenure;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.Terminated;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.jspecify.annotations.Nullable;

/**
 * Takes a lease, runs an actor while it is held, and takes it again when it was lost or the actor
 * has ended. Run by Cluster Singleton, on one node or, in a partition, on several: the lease lets
 * one of them work. Keeps nothing over a restart but what is in the lease's record.
 */
public final class LeasedSingleton {
  private static final Duration LOOK_AGAIN = Duration.ofSeconds(2);

  /** What it is told. */
  public sealed interface Command {}

  /** Hands over: ends the work, gives the lease back, and stops. */
  public enum Stop implements Command {
    INSTANCE
  }

  private enum Take implements Command {
    INSTANCE
  }

  private enum Renew implements Command {
    INSTANCE
  }

  /** Tenure is null when somebody else holds the lease. */
  private record Tried(@Nullable Tenure tenure, @Nullable Throwable failure) implements Command {}

  /** Whether it was kept; failure: not known. */
  private record Renewed(Tenure tenure, boolean kept, @Nullable Throwable failure)
      implements Command {}

  private final SingletonLease lease;
  private final Function<Tenure, Behavior<?>> work;
  private final ActorContext<Command> context;
  private final TimerScheduler<Command> timers;
  private @Nullable Tenure tenure;
  private @Nullable ActorRef<?> worker;
  private boolean stopping;

  private LeasedSingleton(
      SingletonLease lease,
      Function<Tenure, Behavior<?>> work,
      ActorContext<Command> context,
      TimerScheduler<Command> timers) {
    this.lease = lease;
    this.work = work;
    this.context = context;
    this.timers = timers;
  }

  /**
   * The behavior.
   *
   * @param work what to run while the lease is held; it may run on for a moment after it was lost
   */
  public static Behavior<Command> create(SingletonLease lease, Function<Tenure, Behavior<?>> work) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(
                timers -> {
                  var singleton = new LeasedSingleton(lease, work, context, timers);
                  singleton.take();
                  return Behaviors.receive(Command.class)
                      .onAnyMessage(singleton::onCommand)
                      .onSignal(Terminated.class, singleton::onTerminated)
                      .build();
                }));
  }

  private Behavior<Command> onCommand(Command command) {
    return switch (command) {
      case Take m -> {
        take();
        yield Behaviors.same();
      }
      case Tried m -> onTried(m);
      case Renew m -> onRenew();
      case Renewed m -> onRenewed(m);
      case Stop m -> onStop();
    };
  }

  private void take() {
    answer(lease.take(), Tried::new);
  }

  private <T> void answer(CompletionStage<T> stage, BiFunction<T, Throwable, Command> message) {
    context.pipeToSelf(stage, message::apply);
  }

  private Behavior<Command> onTried(Tried m) {
    Tenure taken = m.tenure();
    if (taken == null) {
      if (m.failure() != null) {
        context.getLog().debug("the lease could not be looked at", m.failure());
      }
      return stopping ? Behaviors.stopped() : later();
    }
    if (stopping) {
      return release(taken);
    }
    context.getLog().info("works as {}, in tenure {}", taken.role(), taken.epoch());
    tenure = taken;
    ActorRef<?> started = context.spawn(work.apply(taken), "work-" + taken.epoch());
    context.watch(started);
    worker = started;
    timers.startTimerWithFixedDelay(Renew.INSTANCE, lease.settings().renewEvery());
    return Behaviors.same();
  }

  private Behavior<Command> later() {
    timers.startSingleTimer(Take.INSTANCE, LOOK_AGAIN);
    return Behaviors.same();
  }

  private Behavior<Command> onRenew() {
    Tenure held = tenure;
    if (held != null) {
      answer(
          lease.renew(held),
          (kept, failure) -> new Renewed(held, failure == null && kept, failure));
    }
    return Behaviors.same();
  }

  private Behavior<Command> onRenewed(Renewed m) {
    // What is not known stays: nobody is harmed by one who believes to hold it.
    if (m.kept() || m.failure() != null || !m.tenure().equals(tenure)) {
      return Behaviors.same();
    }
    context
        .getLog()
        .info("tenure {} as {} was ended by another", m.tenure().epoch(), m.tenure().role());
    return endWork();
  }

  /** Goes on when the worker has ended. */
  private Behavior<Command> endWork() {
    timers.cancel(Renew.INSTANCE);
    ActorRef<?> running = worker;
    if (running != null) {
      context.stop(running);
    }
    return Behaviors.same();
  }

  private Behavior<Command> onTerminated(Terminated signal) {
    Tenure ended = tenure;
    timers.cancel(Renew.INSTANCE);
    worker = null;
    tenure = null;
    if (stopping) {
      return ended == null ? Behaviors.stopped() : release(ended);
    }
    return later();
  }

  private Behavior<Command> onStop() {
    stopping = true;
    if (worker != null) {
      return endWork();
    }
    if (timers.isTimerActive(Take.INSTANCE)) {
      return Behaviors.stopped();
    }
    // An answer is on its way, and may bring a lease that has to be given back.
    return Behaviors.same();
  }

  /** Whoever comes next looks again soon: nobody waits here until it is written. */
  private Behavior<Command> release(Tenure held) {
    var log = context.getLog();
    lease
        .release(held)
        .whenComplete(
            (done, failure) -> {
              if (failure != null) {
                log.debug("a lease was not given back", failure);
              }
            });
    return Behaviors.stopped();
  }
}
