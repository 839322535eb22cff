package dev.troupe.chaos.history.check;

import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;

/**
 * What a checker found.
 *
 * @param anomalies the first of each name
 * @param counts of all anomalies by name
 * @param undecided why something could not be decided, if anything
 */
public record CheckResult(
    List<Anomaly> anomalies, SequencedMap<String, Integer> counts, List<String> undecided) {
  /** The short answer. */
  public enum Verdict {
    VALID,
    INVALID,
    /** Nothing wrong was found, but not everything could be looked at. */
    UNDECIDED
  }

  public CheckResult {
    anomalies = List.copyOf(anomalies);
    counts = new TreeMap<>(Map.copyOf(counts));
    undecided = List.copyOf(undecided);
  }

  public Verdict verdict() {
    if (!anomalies.isEmpty()) {
      return Verdict.INVALID;
    }
    return undecided.isEmpty() ? Verdict.VALID : Verdict.UNDECIDED;
  }
}
