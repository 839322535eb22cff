package dev.troupe.node.metrics;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a node shows of itself, read from Prometheus' text format 0.0.4. */
public record Exposition(Map<String, Family> families) {
  private static final Pattern SAMPLE = Pattern.compile("([^{ ]+)(?:\\{(.*)})? (\\S+)(?: (\\S+))?");
  private static final Pattern LABEL =
      Pattern.compile("([a-zA-Z0-9_]+)=\"((?:[^\"\\\\]|\\\\.)*)\"");

  /** One line. */
  public record Sample(String name, Map<String, String> labels, double value) {}

  /** A metric with its series. */
  public record Family(String name, String type, String help, List<Sample> samples) {}

  /**
   * Reads.
   *
   * @throws IllegalArgumentException naming a line that is none
   */
  public static Exposition parse(String text) {
    Map<String, Family> families = new TreeMap<>();
    Map<String, String> help = new LinkedHashMap<>();
    Family current = null;
    for (String line : text.lines().toList()) {
      String[] words = line.split(" ", 4);
      if (line.startsWith("# HELP ")) {
        help.put(words[2], words.length > 3 ? words[3] : "");
      } else if (line.startsWith("# TYPE ")) {
        current =
            new Family(words[2], words[3], help.getOrDefault(words[2], ""), new ArrayList<>());
        if (families.put(words[2], current) != null) {
          throw new IllegalArgumentException(words[2] + " comes twice");
        }
      } else if (!line.startsWith("#") && !line.isEmpty()) {
        if (current == null) {
          throw new IllegalArgumentException("no TYPE before: " + line);
        }
        current.samples().add(sample(line));
      }
    }
    return new Exposition(families);
  }

  private static Sample sample(String line) {
    Matcher matched = SAMPLE.matcher(line);
    if (!matched.matches()) {
      throw new IllegalArgumentException("not a sample: " + line);
    }
    Map<String, String> labels = new TreeMap<>();
    if (matched.group(2) != null) {
      Matcher label = LABEL.matcher(matched.group(2));
      while (label.find()) {
        labels.put(label.group(1), label.group(2));
      }
    }
    String number = matched.group(3);
    double value = number.equals("+Inf") ? Double.POSITIVE_INFINITY : Double.parseDouble(number);
    return new Sample(matched.group(1), labels, value);
  }

  /** All lines. */
  public List<Sample> samples() {
    return families.values().stream().flatMap(family -> family.samples().stream()).toList();
  }

  /** The sum of all series of a name that have the labels, given as name, value, name, value. */
  public double sum(String name, String... labels) {
    return samples().stream()
        .filter(sample -> sample.name().equals(name))
        .filter(
            sample -> {
              for (int i = 0; i < labels.length; i += 2) {
                if (!labels[i + 1].equals(sample.labels().get(labels[i]))) {
                  return false;
                }
              }
              return true;
            })
        .mapToDouble(Sample::value)
        .sum();
  }
}
