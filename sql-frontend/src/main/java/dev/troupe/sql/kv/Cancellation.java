package dev.troupe.sql.kv;

import dev.troupe.protocol.trace.Span;
import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Ends what a session's thread does or waits for, from outside: a client's cancel request, a
 * timeout. One thread waits; any thread may cancel. Knows, too, what the statement that waits is
 * recorded under, when it is traced.
 */
public final class Cancellation {
  private volatile @Nullable SqlException reason;
  private volatile @Nullable CompletableFuture<?> waitedFor;
  private static final String LOCK_TIMEOUT = "canceling statement due to lock timeout";

  private long lockPatienceMillis;
  private volatile @Nullable Span trace;

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

  /** What is asked from now on is recorded under a span; null: not at all. */
  public void trace(@Nullable Span span) {
    trace = span;
  }

  /** What is asked now is recorded under it; null for almost all statements. */
  public @Nullable Span trace() {
    return trace;
  }

  /** Before the next statement: what was meant for the last one does not end this one. */
  public void reset() {
    reason = null;
  }

  /**
   * How long locks are waited for from now on. Of the session's thread.
   *
   * @param millis 0: as long as it takes
   */
  public void setLockPatience(long millis) {
    lockPatienceMillis = millis;
  }

  /**
   * Waits for an answer that comes when a lock is free.
   *
   * @throws SqlException when cancelled before, and LOCK_NOT_AVAILABLE when it takes too long
   */
  public <T> T awaitLock(CompletableFuture<T> answer) {
    long patience = lockPatienceMillis;
    if (patience <= 0 || answer.isDone()) {
      return await(answer);
    }
    // Of a copy: the wait ends, and the lock may still be got, for a transaction that has failed.
    return await(
        answer
            .copy()
            .orTimeout(patience, TimeUnit.MILLISECONDS)
            .exceptionallyCompose(
                why ->
                    CompletableFuture.failedFuture(
                        why instanceof TimeoutException
                            ? new SqlException(SqlState.LOCK_NOT_AVAILABLE, LOCK_TIMEOUT)
                            : why)));
  }

  /** Whether an error says that a lock was waited for too long, not that it was taken. */
  public static boolean isLockTimeout(SqlException e) {
    return e.state() == SqlState.LOCK_NOT_AVAILABLE && e.getMessage().equals(LOCK_TIMEOUT);
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

  /**
   * Waits for an answer that is worth waiting for also when cancelled, but not for ever.
   *
   * @param grace how long it is waited for once cancelled
   * @return empty when it was cancelled, and the answer did not come within the grace
   */
  public <T> Optional<T> awaitWithGrace(CompletableFuture<T> answer, Duration grace) {
    try {
      // Of a copy: what is cancelled is the wait, and the answer may still come.
      return Optional.of(await(answer.copy()));
    } catch (SqlException cancelled) {
      return awaitAtMost(answer, grace);
    }
  }

  private static <T> Optional<T> awaitAtMost(CompletableFuture<T> answer, Duration patience) {
    try {
      return Optional.of(answer.get(patience.toNanos(), TimeUnit.NANOSECONDS));
    } catch (TimeoutException e) {
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    } catch (ExecutionException e) {
      throw new IllegalStateException("an answer failed without a code", e.getCause());
    }
  }
}
