package dev.troupe.rocksdb.persistence;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.Props;
import org.apache.pekko.persistence.AbstractPersistentActor;
import org.apache.pekko.testkit.javadsl.TestKit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

/**
 * Each rule of Pekko's JournalPerfSpec: many events of one classic persistent actor arrive complete
 * and in order. Times are printed, not asserted.
 */
final class JournalPerfTckTest {
  private static final int EVENTS = 2000;
  private static final int ROUNDS = 2;
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir static Path directory;
  private static PluginSystem plugin;

  private String id;
  private TestKit probe;

  @BeforeAll
  static void start() {
    plugin = PluginSystem.start(directory);
  }

  @AfterAll
  static void stop() {
    plugin.close();
  }

  @BeforeEach
  void name(TestInfo test) {
    id = test.getDisplayName();
    probe = plugin.probe();
  }

  @Test
  void shouldPersistManyEventsAsynchronously() {
    measure("async");
  }

  @Test
  void shouldPersistManyEvents() {
    measure("sync");
  }

  @Test
  void shouldRecoverManyEvents() {
    feed(bench(), "sync");
    for (int round = 0; round < ROUNDS; round++) {
      long begin = System.nanoTime();
      bench();
      probe.expectMsg(PATIENCE, EVENTS);
      print("recovered", begin);
    }
  }

  private void measure(String mode) {
    ActorRef bench = bench();
    for (int round = 0; round < ROUNDS; round++) {
      long begin = System.nanoTime();
      feed(bench, mode);
      print("persisted " + mode, begin);
      bench.tell("reset", ActorRef.noSender());
    }
  }

  private void feed(ActorRef bench, String mode) {
    for (int i = 1; i <= EVENTS; i++) {
      bench.tell(new Numbered(mode, i), ActorRef.noSender());
    }
    probe.expectMsg(PATIENCE, EVENTS);
  }

  private ActorRef bench() {
    return plugin.system().actorOf(Props.create(Bench.class, id, probe.getRef()));
  }

  private static void print(String what, long begin) {
    double millis = (System.nanoTime() - begin) / 1e6;
    System.out.printf(Locale.ROOT, "%s %d events in %.0f ms%n", what, EVENTS, millis);
  }

  /** Counts what it persists and requires it to come in order. */
  static final class Bench extends AbstractPersistentActor {
    private final String id;
    private final ActorRef replyTo;
    private int counter;

    Bench(String id, ActorRef replyTo) {
      this.id = id;
      this.replyTo = replyTo;
    }

    @Override
    public String persistenceId() {
      return id;
    }

    @Override
    public Receive createReceiveRecover() {
      return receiveBuilder().match(Numbered.class, this::count).build();
    }

    @Override
    public Receive createReceive() {
      return receiveBuilder()
          .matchEquals("reset", message -> counter = 0)
          .match(Numbered.class, event -> event.name().equals("async"), this::persistLater)
          .match(Numbered.class, event -> persist(event, this::count))
          .build();
    }

    private void persistLater(Numbered event) {
      persistAsync(event, this::count);
    }

    private void count(Numbered event) {
      counter++;
      if (event.number() != counter) {
        throw new IllegalStateException("expected " + counter + ", got " + event);
      }
      if (counter == EVENTS) {
        replyTo.tell(counter, self());
      }
    }
  }
}
