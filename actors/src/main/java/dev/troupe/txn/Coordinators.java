package dev.troupe.txn;

import java.util.function.UnaryOperator;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.jspecify.annotations.Nullable;

/**
 * The parent of a node's coordinators. It starts them on its own dispatcher, which they share with
 * the replicas: a transaction begins and ends without another thread being woken for it. Knows
 * nothing of them afterwards; one that fails is stopped, and answers its client as it stops.
 */
final class Coordinators {
  /** What the parent is told. */
  sealed interface Command {}

  /**
   * Starts a coordinator.
   *
   * @param first the first thing it is told, if anything
   */
  record Start(
      CoordinatorRef ref,
      Behavior<TransactionCoordinator.Command> coordinator,
      TransactionCoordinator.@Nullable Command first)
      implements Command {}

  /** Passes on what was said before the coordinator was there. */
  record Pass(CoordinatorRef to, TransactionCoordinator.Command command) implements Command {}

  private Coordinators() {}

  /**
   * @param wrapping around each coordinator, for those who want to hear of failures
   */
  static Behavior<Command> create(
      UnaryOperator<Behavior<TransactionCoordinator.Command>> wrapping) {
    return Behaviors.receive(
        (context, command) -> {
          switch (command) {
            case Start start -> {
              var actor =
                  context.spawnAnonymous(
                      wrapping.apply(start.coordinator()), DispatcherSelector.sameAsParent());
              if (start.first() != null) {
                actor.tell(start.first());
              }
              start.ref().started(actor);
            }
            case Pass pass -> pass.to().tell(pass.command());
          }
          return Behaviors.same();
        });
  }
}
