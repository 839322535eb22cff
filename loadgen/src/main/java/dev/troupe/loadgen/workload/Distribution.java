package dev.troupe.loadgen.workload;

import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;

/** How keys are drawn out of those that exist. */
public enum Distribution {
  UNIFORM,
  /** Few keys take most of the load; the popular ones are scattered over the key space. */
  ZIPFIAN,
  /** As zipfian, and the newest keys are the popular ones. */
  LATEST,
  /** One after another, shared by all users, from the start again when all have been drawn. */
  SEQUENTIAL;

  /** Draws indices of existing keys. One instance belongs to one user. */
  @FunctionalInterface
  public interface Chooser {
    /**
     * @param existing how many keys there are; at least one
     * @return from 0 to existing - 1
     */
    long next(long existing);
  }

  /** What the users of a run share: built once, since the constants take a pass over all keys. */
  public static final class Shared {
    private final Zipfian zipfian;
    private final AtomicLong sequence = new AtomicLong();

    public Shared(Distribution distribution, long keys) {
      boolean skewed = distribution == ZIPFIAN || distribution == LATEST;
      this.zipfian = new Zipfian(skewed ? keys : 1, Zipfian.YCSB_THETA);
    }
  }

  public Chooser chooser(Shared shared, SplittableRandom random) {
    return switch (this) {
      case UNIFORM -> existing -> random.nextLong(existing);
      case ZIPFIAN ->
          existing -> Zipfian.scatter(shared.zipfian.rank(random.nextDouble()), existing);
      case LATEST ->
          existing ->
              existing - 1 - Math.min(existing - 1, shared.zipfian.rank(random.nextDouble()));
      case SEQUENTIAL -> existing -> shared.sequence.getAndIncrement() % existing;
    };
  }
}
