package dev.troupe.rocksdb.persistence;

import java.util.Set;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.persistence.typed.PersistenceId;
import org.apache.pekko.persistence.typed.javadsl.CommandHandler;
import org.apache.pekko.persistence.typed.javadsl.EventHandler;
import org.apache.pekko.persistence.typed.javadsl.EventSourcedBehavior;
import org.apache.pekko.persistence.typed.javadsl.RetentionCriteria;

/** An event-sourced counter as an application would write it. */
final class Account extends EventSourcedBehavior<Account.Command, Numbered, Numbered> {
  /** What can be asked of it. */
  sealed interface Command {}

  /** Answers with the new total once it is persisted. */
  record Add(int amount, ActorRef<Integer> replyTo) implements Command {}

  /** Answers with the total. */
  record Total(ActorRef<Integer> replyTo) implements Command {}

  /** Ends the actor. */
  enum Stop implements Command {
    INSTANCE
  }

  private final int snapshotEvery;

  private Account(String id, int snapshotEvery) {
    super(PersistenceId.of("Account", id));
    this.snapshotEvery = snapshotEvery;
  }

  /**
   * @param snapshotEvery number of events; 0 for never
   */
  static Behavior<Command> create(String id, int snapshotEvery) {
    return Behaviors.setup(context -> new Account(id, snapshotEvery));
  }

  @Override
  public Numbered emptyState() {
    return new Numbered("total", 0);
  }

  @Override
  public Set<String> tagsFor(Numbered event) {
    return Set.of("account", event.number() % 2 == 0 ? "even" : "odd");
  }

  @Override
  public RetentionCriteria retentionCriteria() {
    return snapshotEvery == 0
        ? RetentionCriteria.disabled()
        : RetentionCriteria.snapshotEvery(snapshotEvery, 2).withDeleteEventsOnSnapshot();
  }

  @Override
  public CommandHandler<Command, Numbered, Numbered> commandHandler() {
    return newCommandHandlerBuilder()
        .forAnyState()
        .onCommand(
            Add.class,
            (state, add) ->
                Effect()
                    .persist(new Numbered("added", add.amount()))
                    .thenReply(add.replyTo(), Numbered::number))
        .onCommand(Total.class, (state, total) -> Effect().reply(total.replyTo(), state.number()))
        .onCommand(Stop.class, (state, stop) -> Effect().stop())
        .build();
  }

  @Override
  public EventHandler<Numbered, Numbered> eventHandler() {
    return newEventHandlerBuilder()
        .forAnyState()
        .onAnyEvent((state, event) -> new Numbered("total", state.number() + event.number()));
  }
}
