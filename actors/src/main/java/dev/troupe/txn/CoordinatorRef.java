package dev.troupe.txn;

import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;

/** One coordinator, which can be told things before it has been started. Any thread. */
final class CoordinatorRef {
  private final ActorRef<Coordinators.Command> parent;
  private final long deadline;
  private final long begunNanos;
  // When its client was answered, while it still turns locks into versions; MAX until then.
  private volatile long answeredNanos = Long.MAX_VALUE;
  private volatile @Nullable ActorRef<TransactionCoordinator.Command> started;

  CoordinatorRef(ActorRef<Coordinators.Command> parent, long begunNanos, long deadline) {
    this.parent = parent;
    this.begunNanos = begunNanos;
    this.deadline = deadline;
  }

  /** When its transaction was begun. */
  long begunNanos() {
    return begunNanos;
  }

  /** When its transaction should be over. */
  long deadline() {
    return deadline;
  }

  /** What is left to be done is the clean-up. Called by the coordinator. */
  void answered(long now) {
    answeredNanos = now;
  }

  /** Whether it has been cleaning up for longer than so many nanoseconds. */
  boolean cleansLongerThan(long nanos, long now) {
    long since = answeredNanos;
    return since != Long.MAX_VALUE && now - since > nanos;
  }

  void tell(TransactionCoordinator.Command command) {
    ActorRef<TransactionCoordinator.Command> actor = started;
    if (actor == null) {
      // Behind the message that starts it.
      parent.tell(new Coordinators.Pass(this, command));
    } else {
      actor.tell(command);
    }
  }

  /** Called by the parent, once. */
  void started(ActorRef<TransactionCoordinator.Command> actor) {
    started = actor;
  }
}
