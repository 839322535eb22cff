package dev.troupe.rocksdb.persistence;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.stream.KillSwitches;
import org.apache.pekko.stream.UniqueKillSwitch;
import org.apache.pekko.stream.javadsl.Keep;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;

/** A running query of a test. */
final class Streamed<T> implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 20;

  private final BlockingQueue<T> received = new LinkedBlockingQueue<>();
  private final UniqueKillSwitch killSwitch;

  private Streamed(Source<T, ?> source, ActorSystem system) {
    this.killSwitch =
        source
            .viaMat(KillSwitches.single(), Keep.right())
            .to(Sink.foreach(received::add))
            .run(system);
  }

  static <T> Streamed<T> start(Source<T, ?> source, ActorSystem system) {
    return new Streamed<>(source, system);
  }

  /** Everything of a source that ends. */
  static <T> List<T> all(Source<T, ?> source, ActorSystem system) {
    return source
        .runWith(Sink.seq(), system)
        .toCompletableFuture()
        .orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS)
        .join();
  }

  T next() {
    T item = poll(Duration.ofSeconds(PATIENCE_SECONDS));
    if (item == null) {
      throw new AssertionError("nothing came");
    }
    return item;
  }

  List<T> next(int count) {
    List<T> items = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      items.add(next());
    }
    return items;
  }

  /** Null when nothing comes in time. */
  T poll(Duration patience) {
    try {
      return received.poll(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() {
    killSwitch.shutdown();
  }
}
