package dev.troupe.raft;

import dev.troupe.protocol.error.Invariant;
import dev.troupe.protocol.model.LogPosition;
import java.util.Arrays;

/**
 * The term of every index of a log from some known position on, kept as runs of equal terms: a few
 * numbers for a log of any length, so that old entries may leave the memory.
 */
final class TermRuns {
  /** Answer for an index below the known part. */
  static final long UNKNOWN = -1;

  private long[] firstIndexes = new long[4];
  private long[] terms = new long[4];
  private int size;

  TermRuns(LogPosition base) {
    reset(base);
  }

  void reset(LogPosition base) {
    firstIndexes[0] = base.index();
    terms[0] = base.term();
    size = 1;
  }

  /** Lowest index whose term is known. */
  long knownFrom() {
    return firstIndexes[0];
  }

  /** Term at an index that is not above the log's end. */
  long termAt(long index) {
    for (int i = size - 1; i >= 0; i--) {
      if (firstIndexes[i] <= index) {
        return terms[i];
      }
    }
    return UNKNOWN;
  }

  void append(long index, long term) {
    long lastTerm = terms[size - 1];
    Invariant.check(
        term >= lastTerm, "term of entry %d is %d, below %d before it", index, term, lastTerm);
    if (term == lastTerm) {
      return;
    }
    if (size == terms.length) {
      firstIndexes = Arrays.copyOf(firstIndexes, size * 2);
      terms = Arrays.copyOf(terms, size * 2);
    }
    firstIndexes[size] = index;
    terms[size] = term;
    size++;
  }

  void truncateFrom(long index) {
    Invariant.check(
        index > firstIndexes[0], "cannot truncate at %d, base is %d", index, firstIndexes[0]);
    while (firstIndexes[size - 1] >= index) {
      size--;
    }
  }

  /** Forgets what lies below an index; that index itself stays known. */
  void compactTo(long index) {
    if (index <= firstIndexes[0]) {
      return;
    }
    int keep = size - 1;
    while (firstIndexes[keep] > index) {
      keep--;
    }
    System.arraycopy(firstIndexes, keep, firstIndexes, 0, size - keep);
    System.arraycopy(terms, keep, terms, 0, size - keep);
    size -= keep;
    firstIndexes[0] = index;
  }

  /**
   * The highest known index at or below {@code index} whose term is at most {@code term}; {@link
   * #UNKNOWN} when there is none in the known part.
   */
  long lastWithTermAtMost(long index, long term) {
    long upper = index;
    for (int i = size - 1; i >= 0; i--) {
      if (firstIndexes[i] <= upper && terms[i] <= term) {
        return upper;
      }
      upper = Math.min(upper, firstIndexes[i] - 1);
    }
    return UNKNOWN;
  }
}
