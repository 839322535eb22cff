package dev.troupe.sql.statistics;

/**
 * Estimates how many different values there were, in a few kilobytes: HyperLogLog with 4 096
 * registers, so within two percent mostly (Flajolet et al., 2007), and by linear counting while
 * there are few. Used by one thread.
 */
final class DistinctCounter {
  private static final int INDEX_BITS = 12;
  private static final int REGISTERS = 1 << INDEX_BITS;
  private static final double BIAS = 0.7213 / (1 + 1.079 / REGISTERS);

  private final byte[] registers = new byte[REGISTERS];

  /**
   * Takes a value.
   *
   * @param hash of the value; equal values have the same
   */
  void add(int hash) {
    long mixed = mix(hash);
    int index = (int) (mixed >>> (Long.SIZE - INDEX_BITS));
    // The bit behind the last one ends the run of zeros where there is no other.
    long rest = (mixed << INDEX_BITS) | (1L << (INDEX_BITS - 1));
    byte rank = (byte) (Long.numberOfLeadingZeros(rest) + 1);
    if (rank > registers[index]) {
      registers[index] = rank;
    }
  }

  /** The finalizer of SplitMix64: hashes of neighbours have to differ in all bits. */
  private static long mix(int hash) {
    long z = hash + 0x9E3779B97F4A7C15L;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }

  double estimate() {
    double sum = 0;
    int empty = 0;
    for (byte rank : registers) {
      sum += 1.0 / (1L << rank);
      empty += rank == 0 ? 1 : 0;
    }
    double raw = BIAS * REGISTERS * REGISTERS / sum;
    return raw <= 2.5 * REGISTERS && empty > 0
        ? REGISTERS * Math.log((double) REGISTERS / empty)
        : raw;
  }
}
