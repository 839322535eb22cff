package dev.troupe.node.metrics;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * What {@code promtool check metrics} would say, and our own rules for names: {@code
 * troupe_<area>_<what>_<unit>} in base units, few series for each.
 */
final class MetricsLint {
  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9]*(_[a-z0-9]+)*");
  private static final Set<String> NOT_BASE_UNITS =
      Set.of(
          "ms",
          "us",
          "ns",
          "sec",
          "secs",
          "millis",
          "milliseconds",
          "micros",
          "microseconds",
          "nanos",
          "nanoseconds",
          "minutes",
          "hours",
          "days",
          "kb",
          "mb",
          "gb",
          "kilobytes",
          "megabytes",
          "gigabytes",
          "bits",
          "percent");
  private static final Set<String> UNITS = Set.of("seconds", "bytes", "ratio");
  private static final Set<String> TYPE_WORDS =
      Set.of("counter", "gauge", "histogram", "summary", "metric");

  /** So many series one metric may have: all of a node's are read every few seconds. */
  static final int SERIES_MAX = 300;

  private MetricsLint() {}

  static List<String> problems(Exposition shown) {
    var problems = new ArrayList<String>();
    shown.families().values().forEach(family -> of(family, problems));
    return problems;
  }

  private static void of(Exposition.Family family, List<String> problems) {
    String name = family.name();
    if (family.help().isBlank() && name.startsWith("troupe_")) {
      problems.add(name + ": no help");
    }
    if (family.samples().isEmpty()) {
      problems.add(name + ": no samples");
    }
    if (family.samples().size() > SERIES_MAX) {
      problems.add(name + ": " + family.samples().size() + " series");
    }
    unique(family, problems);
    if (family.type().equals("histogram")) {
      buckets(family, problems);
    }
    if (name.startsWith("troupe_")) {
      names(family, problems);
    }
  }

  private static void names(Exposition.Family family, List<String> problems) {
    String name = family.name();
    if (!NAME.matcher(name).matches()) {
      problems.add(name + ": not in lower case words");
    }
    List<String> words = new ArrayList<>(List.of(name.split("_")));
    boolean counter = family.type().equals("counter");
    if (counter != name.endsWith("_total")) {
      problems.add(name + ": counters and nothing else end in _total");
    }
    words.remove("total");
    if (words.size() < 3) {
      problems.add(name + ": is not troupe_<area>_<what>");
    }
    for (String word : words) {
      if (NOT_BASE_UNITS.contains(word)) {
        problems.add(name + ": " + word + " is no base unit");
      }
      if (TYPE_WORDS.contains(word)) {
        problems.add(name + ": a name does not say its type");
      }
      if (UNITS.contains(word) && !word.equals(words.getLast())) {
        problems.add(name + ": the unit comes last");
      }
    }
    for (Exposition.Sample sample : family.samples()) {
      for (String label : sample.labels().keySet()) {
        if (!NAME.matcher(label).matches() || label.equals("range") || label.equals("key")) {
          problems.add(name + ": a label " + label);
        }
      }
      if (counter && (sample.value() < 0 || Double.isNaN(sample.value()))) {
        problems.add(name + ": a counter of " + sample.value());
      }
    }
  }

  private static void unique(Exposition.Family family, List<String> problems) {
    Set<String> seen = new HashSet<>();
    for (Exposition.Sample sample : family.samples()) {
      if (!seen.add(sample.name() + sample.labels())) {
        problems.add(family.name() + ": twice the series " + sample.labels());
      }
    }
  }

  /** Rising, with one of all values, which is what the count says. */
  private static void buckets(Exposition.Family family, List<String> problems) {
    Map<Map<String, String>, Double> last = new HashMap<>();
    Map<Map<String, String>, Double> all = new HashMap<>();
    for (Exposition.Sample sample : family.samples()) {
      Map<String, String> labels = new TreeMap<>(sample.labels());
      String bound = labels.remove("le");
      if (sample.name().endsWith("_bucket")) {
        if (sample.value() < last.getOrDefault(labels, 0.0)) {
          problems.add(
              family.name() + labels + ": the bucket " + bound + " is below the one before");
        }
        last.put(labels, sample.value());
        if ("+Inf".equals(bound)) {
          all.put(labels, sample.value());
        }
      } else if (sample.name().endsWith("_count")
          && !Double.valueOf(sample.value()).equals(all.get(labels))) {
        problems.add(family.name() + labels + ": the count is not that of all buckets");
      }
    }
  }
}
