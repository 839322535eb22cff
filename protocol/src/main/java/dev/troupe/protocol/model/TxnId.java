package dev.troupe.protocol.model;

import java.util.UUID;

/**
 * Names one transaction in the whole cluster, for ever. Chosen at random by whoever begins it, so
 * that a repeated request can be told from a new one.
 */
public record TxnId(long high, long low) implements Comparable<TxnId> {
  /** Bytes of an id on the wire and on disk. */
  public static final int BYTES = 16;

  public static TxnId of(UUID uuid) {
    return new TxnId(uuid.getMostSignificantBits(), uuid.getLeastSignificantBits());
  }

  public UUID toUuid() {
    return new UUID(high, low);
  }

  @Override
  public int compareTo(TxnId other) {
    int byHigh = Long.compareUnsigned(high, other.high);
    return byHigh != 0 ? byHigh : Long.compareUnsigned(low, other.low);
  }

  @Override
  public String toString() {
    return toUuid().toString();
  }
}
