package dev.troupe.raft;

/** Arithmetic of majorities. */
final class Quorum {
  private Quorum() {}

  /** How many of {@code voters} make a majority. */
  static int size(int voters) {
    return voters / 2 + 1;
  }

  /**
   * The highest value that a majority of voters has reached.
   *
   * @param values one per voter in the first {@code voters} places; sorted by this call
   */
  static long reached(long[] values, int voters) {
    // Insertion sort: a handful of voters, and no allocation.
    for (int i = 1; i < voters; i++) {
      long value = values[i];
      int at = i - 1;
      while (at >= 0 && values[at] > value) {
        values[at + 1] = values[at];
        at--;
      }
      values[at + 1] = value;
    }
    return values[voters - size(voters)];
  }
}
