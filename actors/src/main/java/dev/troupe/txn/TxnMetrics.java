package dev.troupe.txn;

import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.protocol.spi.TxnResponse;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.ObjLongConsumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What has become of the transactions that a node coordinated. Reads of the past, and SQL that only
 * reads, need no coordinator and are not among them. Any thread.
 */
public final class TxnMetrics {
  private static final Set<ErrorCode> USUAL =
      EnumSet.of(
          ErrorCode.TXN_CONFLICT,
          ErrorCode.DEADLOCK,
          ErrorCode.TXN_EXPIRED,
          ErrorCode.AMBIGUOUS,
          ErrorCode.RANGE_UNAVAILABLE);

  private final LongAdder begun = new LongAdder();
  private final LongAdder oneRound = new LongAdder();
  private final LongAdder twoRounds = new LongAdder();
  private final LongAdder readOnly = new LongAdder();
  private final LongAdder attemptsAgain = new LongAdder();
  private final LongAdder rolledBack = new LongAdder();
  private final LongAdder deadlocks = new LongAdder();
  private final LongAdder[] aborts =
      Stream.generate(LongAdder::new).limit(ErrorCode.values().length).toArray(LongAdder[]::new);

  /** Transactions that clients have begun. */
  public long begun() {
    return begun.sum();
  }

  /** Commits by one log entry. */
  public long oneRound() {
    return oneRound.sum();
  }

  /** Commits that locked keys in several entries before. */
  public long twoRounds() {
    return twoRounds.sum();
  }

  /** Commits of what has written nothing. */
  public long readOnly() {
    return readOnly.sum();
  }

  /** Attempts after the first one of transactions that are run again here. */
  public long attemptsAgain() {
    return attemptsAgain.sum();
  }

  /** Transactions that their clients gave up. */
  public long rolledBack() {
    return rolledBack.sum();
  }

  /** Transactions that had to give way in a circle of waits. */
  public long deadlocks() {
    return deadlocks.sum();
  }

  /**
   * Tells of each reason for which transactions have failed, and of how many that were: of usual
   * ones always, so that a first case shows as a rise, of others when there were any.
   */
  public void aborts(ObjLongConsumer<ErrorCode> told) {
    for (ErrorCode code : ErrorCode.values()) {
      long count = aborts[code.ordinal()].sum();
      if (count > 0 || USUAL.contains(code)) {
        told.accept(code, count);
      }
    }
  }

  void onBegin() {
    begun.increment();
  }

  void onOneRound() {
    oneRound.increment();
  }

  void onCommit(@Nullable CommitRun run) {
    (run != null && run.hasLocked() ? twoRounds : oneRound).increment();
  }

  void onAttemptAgain() {
    attemptsAgain.increment();
  }

  void onRollback() {
    rolledBack.increment();
  }

  void onDeadlock() {
    deadlocks.increment();
  }

  /** A transaction without writes has ended well. */
  void onReadOnly() {
    readOnly.increment();
  }

  void onFailure(TxnResponse.Failed failure) {
    aborts[failure.code().ordinal()].increment();
  }
}
