package dev.troupe.rocksdb.persistence.query;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import dev.troupe.rocksdb.persistence.query.Pages.Page;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.SinkQueueWithCancel;
import org.apache.pekko.stream.javadsl.Source;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Reads happen one by one, when the test runs them. */
final class PagedStageTest {
  private static final Duration NEVER = Duration.ofHours(1);
  private static ActorSystem system;

  private final BlockingQueue<Runnable> reads = new LinkedBlockingQueue<>();
  private final Queue<Page<String>> pages = new ArrayDeque<>();
  private final AtomicReference<Runnable> signal = new AtomicReference<>(() -> {});
  private Runnable duringRead = () -> {};

  @BeforeAll
  static void start() {
    system = ActorSystem.create("pages", ConfigFactory.parseString("pekko.loglevel=WARNING"));
  }

  @AfterAll
  static void stop() {
    system.terminate();
  }

  @Test
  void shouldReadAgainWhenASignalComesWhileAPageIsRead() throws Exception {
    SinkQueueWithCancel<String> sink = live(NEVER);
    var first = sink.pull().toCompletableFuture();
    pages.add(new Page<>(List.of(), true, false));
    pages.add(new Page<>(List.of("a"), true, false));
    // What the page is made of has been looked at; then something changes.
    duringRead = () -> signal.get().run();
    runRead();
    duringRead = () -> {};
    runRead();
    assertThat(first.get(20, TimeUnit.SECONDS)).contains("a");
  }

  @Test
  void shouldReadOnceForAnyNumberOfSignals() throws Exception {
    SinkQueueWithCancel<String> sink = live(NEVER);
    var first = sink.pull().toCompletableFuture();
    pages.add(new Page<>(List.of(), true, false));
    runRead();
    assertThat(reads.poll(50, TimeUnit.MILLISECONDS)).isNull();
    signal.get().run();
    Runnable begun = reads.poll(20, TimeUnit.SECONDS);
    for (int i = 0; i < 100; i++) {
      signal.get().run();
    }
    pages.add(new Page<>(List.of("a"), true, false));
    pages.add(new Page<>(List.of(), true, false));
    begun.run();
    runRead();
    assertThat(first.get(20, TimeUnit.SECONDS)).contains("a");
    assertThat(reads.poll(50, TimeUnit.MILLISECONDS)).isNull();
  }

  @Test
  void shouldLookByItselfWhenNoSignalComes() throws Exception {
    SinkQueueWithCancel<String> sink = live(Duration.ofMillis(20));
    var first = sink.pull().toCompletableFuture();
    pages.add(new Page<>(List.of(), true, false));
    pages.add(new Page<>(List.of("late"), true, false));
    runRead();
    runRead();
    assertThat(first.get(20, TimeUnit.SECONDS)).contains("late");
  }

  @Test
  void shouldNotReadAheadOfDemand() throws Exception {
    SinkQueueWithCancel<String> sink = live(NEVER);
    pages.add(new Page<>(List.of("a", "b"), false, false));
    runRead();
    assertThat(sink.pull().toCompletableFuture().get(20, TimeUnit.SECONDS)).contains("a");
    assertThat(reads.poll(50, TimeUnit.MILLISECONDS)).isNull();
  }

  @Test
  void shouldGoOnOverEmptyPagesAndEndWithTheLast() throws Exception {
    var all =
        Source.fromGraph(PagedStage.current(() -> this::page, settings(NEVER)))
            .runWith(Sink.seq(), system)
            .toCompletableFuture();
    pages.add(new Page<>(List.of(), false, false));
    pages.add(new Page<>(List.of("a", "b"), false, false));
    pages.add(new Page<>(List.of("c"), true, false));
    runRead();
    runRead();
    runRead();
    assertThat(all.get(20, TimeUnit.SECONDS)).containsExactly("a", "b", "c");
    assertThat(reads).isEmpty();
  }

  @Test
  void shouldFailWhenAReadFails() throws Exception {
    var all =
        Source.fromGraph(PagedStage.current(() -> this::page, settings(NEVER)))
            .runWith(Sink.seq(), system)
            .toCompletableFuture();
    duringRead =
        () -> {
          throw new IllegalStateException("broken page");
        };
    runRead();
    assertThat(all.handle((items, error) -> error).get(20, TimeUnit.SECONDS))
        .hasMessage("broken page");
  }

  private SinkQueueWithCancel<String> live(Duration refresh) {
    PagedStage.Watch watch =
        run -> {
          signal.set(run);
          return () -> signal.set(() -> {});
        };
    return Source.fromGraph(PagedStage.live(() -> this::page, watch, settings(refresh)))
        .runWith(
            Sink.<String>queue()
                .withAttributes(org.apache.pekko.stream.Attributes.inputBuffer(1, 1)),
            system);
  }

  private QuerySettings settings(Duration refresh) {
    return new QuerySettings(reads::add, 10, refresh);
  }

  private Page<String> page(int max) {
    duringRead.run();
    return pages.remove();
  }

  private void runRead() throws InterruptedException {
    Runnable read = reads.poll(20, TimeUnit.SECONDS);
    assertThat(read).as("a read").isNotNull();
    read.run();
  }
}
