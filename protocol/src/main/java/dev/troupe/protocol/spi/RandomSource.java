package dev.troupe.protocol.spi;

/** Randomness that a simulation can seed. Not for secrets. */
@FunctionalInterface
public interface RandomSource {
  /** A number from 0 (inclusive) to the bound (exclusive). */
  long nextLong(long bound);
}
