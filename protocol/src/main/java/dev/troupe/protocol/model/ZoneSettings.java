package dev.troupe.protocol.model;

import java.util.List;

/**
 * How many replicas ranges should have, and where.
 *
 * @param replicas voters of each range, as soon as there are nodes for them
 * @param constraints what every node with a replica has to satisfy
 * @param leaderPreferences nodes that satisfy the first list should lead; where there are none,
 *     those of the second, and so on
 */
public record ZoneSettings(
    int replicas, List<PlaceRule> constraints, List<List<PlaceRule>> leaderPreferences) {
  public static final int REPLICAS_MAX = 9;

  public ZoneSettings {
    requireReplicas(replicas);
    constraints = List.copyOf(constraints);
    leaderPreferences = leaderPreferences.stream().map(List::copyOf).toList();
  }

  static void requireReplicas(int replicas) {
    if (replicas < 1 || replicas > REPLICAS_MAX || replicas % 2 == 0) {
      throw new IllegalArgumentException(
          "a range has 1, 3, 5, 7 or 9 replicas, so that it knows majorities; not " + replicas);
    }
  }

  /** Nothing but a number. */
  public static ZoneSettings of(int replicas) {
    return new ZoneSettings(replicas, List.of(), List.of());
  }

  /** Whether a replica may be there. */
  public boolean allows(Locality locality) {
    return constraints.stream().allMatch(rule -> rule.allows(locality));
  }

  /** How well a node would lead: 0 is best; the number of preferences when none is satisfied. */
  public int leaderRank(Locality locality) {
    for (int i = 0; i < leaderPreferences.size(); i++) {
      if (leaderPreferences.get(i).stream().allMatch(rule -> rule.allows(locality))) {
        return i;
      }
    }
    return leaderPreferences.size();
  }
}
