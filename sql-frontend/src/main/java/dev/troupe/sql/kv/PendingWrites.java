package dev.troupe.sql.kv;

import dev.troupe.protocol.spi.TxnResponse;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Writes of a transaction that were sent and not answered. Remembers the first failure. The
 * session's thread begins them, any thread answers.
 */
final class PendingWrites implements Consumer<TxnResponse> {
  /** Beyond so many the writer waits. */
  static final int IN_FLIGHT_MAX = 4096;

  private int inFlight;
  private TxnResponse.@Nullable Failed failure;
  private @Nullable CompletableFuture<Void> roomWanted;
  private @Nullable Consumer<TxnResponse.@Nullable Failed> doneWanted;

  /** Counts one more; when there are too many gives something to be waited for first. */
  synchronized @Nullable CompletableFuture<Void> begin() {
    inFlight++;
    if (inFlight <= IN_FLIGHT_MAX) {
      return null;
    }
    roomWanted = new CompletableFuture<>();
    return roomWanted;
  }

  /** One was answered. */
  @Override
  public void accept(TxnResponse response) {
    CompletableFuture<Void> room = null;
    Consumer<TxnResponse.@Nullable Failed> done = null;
    TxnResponse.Failed why;
    synchronized (this) {
      inFlight--;
      if (failure == null && response instanceof TxnResponse.Failed failed) {
        failure = failed;
      }
      why = failure;
      // Half of them, so that a writer does not wake up for each.
      if (roomWanted != null && inFlight <= IN_FLIGHT_MAX / 2) {
        room = roomWanted;
        roomWanted = null;
      }
      if (doneWanted != null && inFlight == 0) {
        done = doneWanted;
        doneWanted = null;
      }
    }
    if (room != null) {
      room.complete(null);
    }
    if (done != null) {
      done.accept(why);
    }
  }

  /** Calls back, at once or from whichever thread answers the last write. */
  void whenAllAreDone(Consumer<TxnResponse.@Nullable Failed> then) {
    TxnResponse.Failed why;
    synchronized (this) {
      if (inFlight > 0) {
        doneWanted = then;
        return;
      }
      why = failure;
    }
    then.accept(why);
  }

  /**
   * Reports a failure.
   *
   * @throws dev.troupe.sql.error.SqlException when a write is known to have failed
   */
  synchronized void check() {
    if (failure != null) {
      throw KvErrors.of(failure.code(), failure.message());
    }
  }
}
