package dev.troupe.chaos.history.check;

import dev.troupe.chaos.history.History;

/** Judges the histories of one workload. */
@FunctionalInterface
public interface HistoryChecker {
  /**
   * @throws UnfitHistoryException when the history is not one of this workload
   */
  CheckResult check(History history);
}
