package dev.troupe.chaos.sim;

import dev.troupe.protocol.spi.RandomSource;
import java.util.List;

/** Seeded randomness (SplitMix64): the same numbers on every machine and JDK. One thread. */
public final class SimRandom implements RandomSource {
  private long state;

  public SimRandom(long seed) {
    this.state = seed;
  }

  private long next() {
    state += 0x9e3779b97f4a7c15L;
    long z = state;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }

  @Override
  public long nextLong(long bound) {
    return (next() >>> 1) % bound;
  }

  public int nextInt(int bound) {
    return (int) nextLong(bound);
  }

  /** A number between two bounds, both inclusive. */
  public long between(long low, long high) {
    return low + nextLong(high - low + 1);
  }

  public boolean chance(double probability) {
    return (next() >>> 11) * 0x1.0p-53 < probability;
  }

  public <T> T pick(List<T> from) {
    return from.get(nextInt(from.size()));
  }

  /** A source of its own, so that one more draw here does not change what is drawn there. */
  public SimRandom split() {
    return new SimRandom(next());
  }

  public void shuffle(List<?> list) {
    for (int i = list.size() - 1; i > 0; i--) {
      java.util.Collections.swap(list, i, nextInt(i + 1));
    }
  }
}
