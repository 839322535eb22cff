package dev.troupe.loadgen.workload;

/**
 * Ranks drawn with probability proportional to 1/rank^theta, after Gray et al., "Quickly generating
 * billion-record synthetic databases", SIGMOD 1994, as YCSB does. Immutable.
 */
public final class Zipfian {
  public static final double YCSB_THETA = 0.99;

  private static final long FNV_OFFSET = 0xcbf29ce484222325L;
  private static final long FNV_PRIME = 1_099_511_628_211L;

  private final long items;
  private final double alpha;
  private final double zetaItems;
  private final double eta;
  private final double secondLimit;

  public Zipfian(long items, double theta) {
    if (items < 1 || theta <= 0 || theta >= 1) {
      throw new IllegalArgumentException("items " + items + ", theta " + theta);
    }
    this.items = items;
    this.alpha = 1 / (1 - theta);
    this.zetaItems = zeta(items, theta);
    this.eta = (1 - Math.pow(2.0 / items, 1 - theta)) / (1 - zeta(2, theta) / zetaItems);
    this.secondLimit = 1 + Math.pow(0.5, theta);
  }

  /**
   * @param uniform from 0 to less than 1
   * @return from 0, the most popular, to items - 1
   */
  public long rank(double uniform) {
    double scaled = uniform * zetaItems;
    if (scaled < 1 || items == 1) {
      return 0;
    }
    if (scaled < secondLimit) {
      return 1;
    }
    return Math.min(items - 1, (long) (items * Math.pow(eta * uniform - eta + 1, alpha)));
  }

  /** Maps ranks to indices so that neighbours in popularity are no neighbours in the key space. */
  public static long scatter(long rank, long existing) {
    long hash = FNV_OFFSET;
    for (int shift = 0; shift < Long.SIZE; shift += Byte.SIZE) {
      hash = (hash ^ ((rank >>> shift) & 0xFF)) * FNV_PRIME;
    }
    return Math.floorMod(hash, existing);
  }

  private static double zeta(long items, double theta) {
    double sum = 0;
    for (long i = 1; i <= items; i++) {
      sum += 1 / Math.pow((double) i, theta);
    }
    return sum;
  }
}
