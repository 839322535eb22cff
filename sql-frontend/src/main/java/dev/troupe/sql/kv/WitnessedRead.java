package dev.troupe.sql.kv;

import org.jspecify.annotations.Nullable;

/** A transaction that reads one key, once, and with it another key that vouches for it. */
public interface WitnessedRead extends KvTransaction {
  /**
   * The newest value of the other key at a moment not before that at which the first one was read.
   * Hence, a key that only ever rises and had this value before the first key was read had it when
   * that was read.
   */
  byte @Nullable [] witness();
}
