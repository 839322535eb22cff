package dev.troupe.chaos.sqlload;

import dev.troupe.chaos.history.HistoryEvent;
import dev.troupe.chaos.history.HistoryWriter;
import dev.troupe.chaos.history.MicroOp;
import dev.troupe.protocol.spi.MonotonicClock;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Records what clients ask and learn, in order of time. Any thread. */
final class SqlHistory implements AutoCloseable {
  private final HistoryWriter out;
  private final MonotonicClock clock;
  private final long startNanos;
  private int processes;

  SqlHistory(OutputStream out, MonotonicClock clock) throws IOException {
    this.out = new HistoryWriter(out);
    this.clock = clock;
    this.startNanos = clock.nanos();
  }

  /** A number that no process has had before. */
  synchronized int newProcess() {
    return processes++;
  }

  /** Invocations are recorded before they are sent, completions after the answer. */
  synchronized void record(
      int process,
      HistoryEvent.Type type,
      String function,
      List<MicroOp> value,
      @Nullable String error) {
    try {
      // The time is taken under the lock, so that lines are in its order.
      out.write(
          new HistoryEvent(process, type, clock.nanos() - startNanos, function, value, error));
    } catch (IOException e) {
      throw new UncheckedIOException("the history cannot be written", e);
    }
  }

  @Override
  public synchronized void close() throws IOException {
    out.close();
  }
}
