package dev.troupe.sql.exec;

import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;

/** How much memory one statement may hold at once. Used by one thread. */
public final class MemoryBudget {
  public static final long DEFAULT_BYTES = 64L << 20;

  private final long limit;
  private final MemoryUse node;
  private long used;
  private long highest;

  public MemoryBudget(long limitBytes) {
    this(limitBytes, new MemoryUse());
  }

  /**
   * Limits one statement of a node.
   *
   * @param node where everything is added up
   */
  public MemoryBudget(long limitBytes, MemoryUse node) {
    limit = limitBytes;
    this.node = node;
  }

  /**
   * Takes note that so much more is held.
   *
   * @throws SqlException OUT_OF_MEMORY when that is too much
   */
  void take(long bytes) {
    if (!tryTake(bytes)) {
      throw new SqlException(SqlState.OUT_OF_MEMORY, "out of memory")
          .withDetail("The statement needs more than " + (limit >> 10) + " kB of memory.")
          .withHint("Let it handle fewer rows at once, or raise the setting \"work_mem\".");
    }
  }

  /** Takes note unless it is too much; for those who know another way. */
  boolean tryTake(long bytes) {
    if (used + bytes > limit) {
      return false;
    }
    used += bytes;
    node.taken(bytes);
    highest = Math.max(highest, used);
    return true;
  }

  void give(long bytes) {
    used -= bytes;
    node.taken(-bytes);
  }

  /** So much was written to a temporary file instead of being held. */
  void spilled(long bytes) {
    node.spilled(bytes);
  }

  long limit() {
    return limit;
  }

  public long used() {
    return used;
  }

  /** The most that was held at once. */
  public long highest() {
    return highest;
  }
}
