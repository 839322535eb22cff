package dev.troupe.chaos.history.check;

/**
 * Something that no correct database would have answered.
 *
 * @param name stable, for tests and scripts, such as {@code G2-item}
 * @param detail what happened, in one or several lines
 */
public record Anomaly(String name, String detail) {
  @Override
  public String toString() {
    return name + ": " + detail;
  }
}
