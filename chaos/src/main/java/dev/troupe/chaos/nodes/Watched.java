package dev.troupe.chaos.nodes;

import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.BehaviorInterceptor;
import org.apache.pekko.actor.typed.ChildFailed;
import org.apache.pekko.actor.typed.Signal;
import org.apache.pekko.actor.typed.TypedActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/**
 * Reports what an actor throws, and what its watched children throw. In a node such an actor is
 * stopped with a line in the log; in a simulation the run has found something.
 */
final class Watched<T> extends BehaviorInterceptor<T, T> {
  private final Alarm alarm;

  private Watched(Class<T> messages, Alarm alarm) {
    super(messages);
    this.alarm = alarm;
  }

  static <T> Behavior<T> watch(Class<T> messages, Alarm alarm, Behavior<T> behavior) {
    return Behaviors.intercept(() -> new Watched<>(messages, alarm), behavior);
  }

  @Override
  public Behavior<T> aroundStart(TypedActorContext<T> context, PreStartTarget<T> target) {
    try {
      return target.start(context);
    } catch (RuntimeException | Error failure) {
      alarm.raise(failure);
      throw failure;
    }
  }

  @Override
  public Behavior<T> aroundReceive(
      TypedActorContext<T> context, T message, ReceiveTarget<T> target) {
    try {
      return target.apply(context, message);
    } catch (RuntimeException | Error failure) {
      alarm.raise(failure);
      throw failure;
    }
  }

  @Override
  public Behavior<T> aroundSignal(
      TypedActorContext<T> context, Signal signal, SignalTarget<T> target) {
    if (signal instanceof ChildFailed child) {
      alarm.raise(child.getCause());
    }
    try {
      return target.apply(context, signal);
    } catch (RuntimeException | Error failure) {
      alarm.raise(failure);
      throw failure;
    }
  }
}
