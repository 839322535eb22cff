package dev.troupe.chaos.history.check;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/** Collects what a checker finds; of many anomalies of one name it keeps the first. One thread. */
final class Findings {
  private static final int KEPT_MAX = 10;

  private final List<Anomaly> anomalies = new ArrayList<>();
  private final TreeMap<String, Integer> counts = new TreeMap<>();
  private final List<String> undecided = new ArrayList<>();

  void add(String name, String format, Object... arguments) {
    if (counts.merge(name, 1, Integer::sum) <= KEPT_MAX) {
      anomalies.add(new Anomaly(name, format.formatted(arguments)));
    }
  }

  void undecided(String why) {
    if (undecided.size() < KEPT_MAX) {
      undecided.add(why);
    }
  }

  CheckResult result() {
    return new CheckResult(anomalies, counts, undecided);
  }
}
