package dev.troupe.rocksdb.persistence;

import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.persistence.typed.PersistenceId;
import org.apache.pekko.persistence.typed.state.javadsl.CommandHandler;
import org.apache.pekko.persistence.typed.state.javadsl.DurableStateBehavior;

/** A durable state as an application would write it. */
final class Profile extends DurableStateBehavior<Profile.Command, Numbered> {
  /** What can be asked of it. */
  sealed interface Command {}

  /** Answers with the new name once it is persisted. */
  record Rename(String name, ActorRef<String> replyTo) implements Command {}

  /** Answers with name and number of changes. */
  record Describe(ActorRef<String> replyTo) implements Command {}

  private Profile(String id) {
    super(PersistenceId.of("Profile", id));
  }

  static Behavior<Command> create(String id) {
    return Behaviors.setup(context -> new Profile(id));
  }

  @Override
  public Numbered emptyState() {
    return new Numbered("nobody", 0);
  }

  @Override
  public String tag() {
    return "profile";
  }

  @Override
  public CommandHandler<Command, Numbered> commandHandler() {
    return newCommandHandlerBuilder()
        .forAnyState()
        .onCommand(
            Rename.class,
            (state, rename) ->
                Effect()
                    .persist(new Numbered(rename.name(), state.number() + 1))
                    .thenReply(rename.replyTo(), Numbered::name))
        .onCommand(
            Describe.class,
            (state, describe) ->
                Effect().reply(describe.replyTo(), state.name() + " " + state.number()))
        .build();
  }
}
