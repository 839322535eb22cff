package dev.troupe.sql.kv;

import dev.troupe.protocol.model.Timestamp;

/**
 * A promise that something does not change before a timestamp, so that a transaction that ends by
 * then need not read it. Whoever gave it may ask to have it back; until the holder has agreed, or
 * the timestamp has passed, nothing changes. Any thread.
 */
public interface Reliance {
  /** How long it lasts if nobody asks for it. */
  Timestamp until();

  /**
   * Whether it was not given back. What was read as of a timestamp drawn before this answers true,
   * and not later than {@link #until}, was read while the promise held.
   */
  boolean holds();

  /**
   * To be asked before a commit that relies on it: while one is under way it is not given back.
   *
   * @return whether it holds; if so {@link #left} has to follow
   */
  boolean enter();

  /**
   * The commit has ended.
   *
   * @param known whether its outcome is known: otherwise it may still be on its way
   */
  void left(boolean known);

  /**
   * Reads what was promised, after all.
   *
   * @throws dev.troupe.sql.error.SqlException 40001 when it is not what was promised
   */
  void confirm(KvTransaction transaction);
}
