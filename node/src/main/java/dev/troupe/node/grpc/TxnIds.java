package dev.troupe.node.grpc;

import dev.troupe.protocol.model.TxnId;
import dev.troupe.protocol.spi.RandomSource;

/** Draws names for transactions whose clients leave the choice to the server. Any thread. */
public final class TxnIds {
  private static final int HALF_BITS = 32;

  private final RandomSource random;

  public TxnIds(RandomSource random) {
    this.random = random;
  }

  public TxnId next() {
    return new TxnId(nextWord(), nextWord());
  }

  /** All 64 bits: the port only draws numbers below a bound. */
  private long nextWord() {
    return random.nextLong(1L << HALF_BITS) << HALF_BITS | random.nextLong(1L << HALF_BITS);
  }
}
