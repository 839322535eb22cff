package dev.troupe.rocksdb.persistence.query;

import java.util.List;

/** The position of one running query. One call at a time; calls block. */
@FunctionalInterface
public interface Pages<T> {
  /**
   * What follows.
   *
   * @param caughtUp nothing more is there at present
   * @param complete nothing more will ever be
   */
  record Page<T>(List<T> items, boolean caughtUp, boolean complete) {}

  /**
   * Reads on. May return nothing although more is there.
   *
   * @param max number of stored things to look at
   */
  Page<T> next(int max);
}
