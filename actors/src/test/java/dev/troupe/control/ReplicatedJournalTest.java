package dev.troupe.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.SupervisorStrategy;
import org.apache.pekko.persistence.typed.PersistenceId;
import org.apache.pekko.persistence.typed.javadsl.CommandHandler;
import org.apache.pekko.persistence.typed.javadsl.EventHandler;
import org.apache.pekko.persistence.typed.javadsl.EventSourcedBehavior;
import org.apache.pekko.persistence.typed.javadsl.RetentionCriteria;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Event-sourced actors of several actor systems over one system range. */
class ReplicatedJournalTest {
  /** A word to be added at the end, and who wants to hear what there is then. */
  record Add(String word, ActorRef<String> replyTo) {}

  /** Keeps words in a line, as events of the platform's strings. */
  private static final class Words extends EventSourcedBehavior<Add, String, String> {
    private final ActorRef<String> awake;

    private Words(ActorRef<String> awake) {
      super(
          PersistenceId.ofUniqueId("words"),
          SupervisorStrategy.restartWithBackoff(
              Duration.ofMillis(50), Duration.ofMillis(200), 0.1));
      this.awake = awake;
    }

    static Behavior<Add> create(ActorRef<String> awake) {
      return new Words(awake);
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
      return RetentionCriteria.snapshotEvery(10, 2).withDeleteEventsOnSnapshot();
    }

    @Override
    public String emptyState() {
      return "";
    }

    @Override
    public CommandHandler<Add, String, String> commandHandler() {
      return (state, add) -> Effect().persist(add.word()).thenReply(add.replyTo(), after -> after);
    }

    @Override
    public EventHandler<String, String> eventHandler() {
      return (state, word) -> state + " " + word;
    }

    @Override
    public org.apache.pekko.persistence.typed.javadsl.SignalHandler<String> signalHandler() {
      return newSignalHandlerBuilder()
          .onSignal(
              org.apache.pekko.persistence.typed.RecoveryCompleted.instance(),
              state -> awake.tell(state))
          .build();
    }
  }

  private final SystemRange range = new SystemRange();
  private final List<ActorTestKit> nodes = List.of(range.node("words"), range.node("words"));

  @AfterEach
  void stop() {
    nodes.forEach(ActorTestKit::shutdownTestKit);
  }

  @Test
  void shouldRecoverOnAnotherNodeFromASnapshotAndEvents() {
    TestProbe<String> awake = nodes.get(0).createTestProbe();
    TestProbe<String> answers = nodes.get(0).createTestProbe();
    ActorRef<Add> words = nodes.get(0).spawn(Words.create(awake.ref()));
    awake.expectMessage("");
    String all = "";
    for (int i = 0; i < 45; i++) {
      words.tell(new Add("w" + i, answers.ref()));
      all += " w" + i;
      answers.expectMessage(all);
    }
    nodes.get(0).stop(words);

    TestProbe<String> there = nodes.get(1).createTestProbe();
    nodes.get(1).spawn(Words.create(there.ref()));
    there.expectMessage(all);
    // Deleted behind snapshots: the head, two or three snapshots and the events since.
    org.awaitility.Awaitility.await().until(() -> range.size() < 30);
  }

  @Test
  void shouldLetTheOneThatWasOvertakenRecoverAndGoOn() {
    TestProbe<String> awakeHere = nodes.get(0).createTestProbe();
    TestProbe<String> awakeThere = nodes.get(1).createTestProbe();
    TestProbe<String> answersHere = nodes.get(0).createTestProbe();
    TestProbe<String> answersThere = nodes.get(1).createTestProbe();
    ActorRef<Add> here = nodes.get(0).spawn(Words.create(awakeHere.ref()));
    ActorRef<Add> there = nodes.get(1).spawn(Words.create(awakeThere.ref()));
    awakeHere.expectMessage("");
    awakeThere.expectMessage("");

    here.tell(new Add("a", answersHere.ref()));
    answersHere.expectMessage(" a");
    there.tell(new Add("lost", answersThere.ref()));
    awakeThere.expectMessage(" a");
    answersThere.expectNoMessage(Duration.ZERO);
    there.tell(new Add("b", answersThere.ref()));
    answersThere.expectMessage(" a b");
    here.tell(new Add("lost, too", answersHere.ref()));
    awakeHere.expectMessage(" a b");
    here.tell(new Add("c", answersHere.ref()));
    answersHere.expectMessage(" a b c");
    assertThat(range.requests()).isPositive();
  }
}
