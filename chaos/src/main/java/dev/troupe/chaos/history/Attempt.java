package dev.troupe.chaos.history;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An operation from its invocation to what its client learned of it.
 *
 * @param index place among all attempts of the history, in order of invocation; the first is 0
 * @param process numbered over all files: the same number in two files is two processes
 * @param function name of the operation within its workload
 * @param completedAt {@link #NEVER} when the outcome is unknown
 * @param ops as answered when it succeeded, otherwise as asked
 */
public record Attempt(
    int index,
    int process,
    @Nullable String function,
    Outcome outcome,
    long invokedAt,
    long completedAt,
    List<MicroOp> ops) {
  /** Later than every completion. */
  public static final long NEVER = Long.MAX_VALUE;

  /** The {@link #function} of reads made at the end, when nothing acknowledged may be missing. */
  public static final String FINAL_READ = "final-read";

  /** What the client knows in the end. */
  public enum Outcome {
    OK,
    /** Has not taken place and never will. */
    FAILED,
    /** May have taken place, may still do so, or never. */
    UNKNOWN
  }

  public boolean isOk() {
    return outcome == Outcome.OK;
  }

  /** Whether it was over before the other began. Of events at the same time neither is first. */
  public boolean precedes(Attempt other) {
    return completedAt < other.invokedAt;
  }

  public boolean isFinalRead() {
    return FINAL_READ.equals(function);
  }

  @Override
  public String toString() {
    return "T%d (process %d, %s, %d..%s) %s"
        .formatted(
            index,
            process,
            outcome,
            invokedAt,
            completedAt == NEVER ? "?" : Long.toString(completedAt),
            ops);
  }
}
