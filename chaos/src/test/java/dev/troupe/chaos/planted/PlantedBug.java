package dev.troupe.chaos.planted;

import java.util.List;

/**
 * A bug as a change of source text, so that the product itself needs no switches.
 *
 * @param name what is broken, in a few words
 * @param edits all of them together make the bug
 */
record PlantedBug(String name, List<Edit> edits) {
  /**
   * Replaces one piece of a source file.
   *
   * @param type simple name of the top-level class, in the Raft core or in the simulation's shell
   * @param snippet must occur exactly once
   */
  record Edit(String type, String snippet, String replacement) {
    String applyTo(String source) {
      int at = source.indexOf(snippet);
      if (at < 0 || source.indexOf(snippet, at + 1) >= 0) {
        throw new IllegalStateException(
            "%s has changed: this must occur exactly once to be broken on purpose:%n%s"
                .formatted(type, snippet));
      }
      return source.substring(0, at) + replacement + source.substring(at + snippet.length());
    }
  }

  static PlantedBug of(String name, String type, String snippet, String replacement) {
    return new PlantedBug(name, List.of(new Edit(type, snippet, replacement)));
  }

  PlantedBug and(String type, String snippet, String replacement) {
    var all = new java.util.ArrayList<>(edits);
    all.add(new Edit(type, snippet, replacement));
    return new PlantedBug(name, List.copyOf(all));
  }

  @Override
  public String toString() {
    return name;
  }
}
