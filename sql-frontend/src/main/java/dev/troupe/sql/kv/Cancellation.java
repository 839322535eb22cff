package dev.troupe.sql.kv;

import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Ends what a session's thread does or waits for, from outside: a client's cancel request, a
 * timeout. One thread waits; any thread may cancel.
 */
public final class Cancellation {
  private volatile @Nullable SqlException reason;
  private volatile @Nullable CompletableFuture<?> waitedFor;

  /** The present statement ends with this error, at once when it waits; the first one counts. */
  public void cancel(SqlException why) {
    if (reason == null) {
      reason = why;
    }
    CompletableFuture<?> future = waitedFor;
    if (future != null) {
      future.completeExceptionally(why);
    }
  }

  /** Before the next statement: what was meant for the last one does not end this one. */
  public void reset() {
    reason = null;
  }

  /** Whether the present statement is to end. */
  public boolean isRequested() {
    return reason != null;
  }

  /** To be called in loops that can go on for long. */
  public void check() {
    SqlException why = reason;
    if (why != null) {
      throw why;
    }
  }

  /**
   * Waits for an answer that whoever gives it has promised to give before its deadline.
   *
   * @throws SqlException when cancelled before
   */
  public <T> T await(CompletableFuture<T> answer) {
    // Either this thread sees the reason, or whoever sets it sees the future.
    waitedFor = answer;
    try {
      check();
      return answer.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SqlException(
          SqlState.ADMIN_SHUTDOWN, "terminating connection due to administrator command");
    } catch (ExecutionException e) {
      if (e.getCause() instanceof SqlException why) {
        throw why;
      }
      throw new IllegalStateException("an answer failed without a code", e.getCause());
    } finally {
      waitedFor = null;
    }
  }
}
