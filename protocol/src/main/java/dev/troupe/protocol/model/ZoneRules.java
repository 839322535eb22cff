package dev.troupe.protocol.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What somebody has said about the replicas of a span of keys: parts of {@link ZoneSettings}. What
 * is null goes on as it is around the span.
 *
 * @param replicas see {@link ZoneSettings#replicas}
 * @param constraints see {@link ZoneSettings#constraints}; empty: none, whatever holds around
 * @param leaderPreferences see {@link ZoneSettings#leaderPreferences}; empty as well
 */
public record ZoneRules(
    @Nullable Integer replicas,
    @Nullable List<PlaceRule> constraints,
    @Nullable List<List<PlaceRule>> leaderPreferences) {
  public static final ZoneRules NONE = new ZoneRules(null, null, null);

  /** Rules, lists of preferences, and rules in such a list at most. */
  public static final int RULES_MAX = 32;

  /**
   * Checks it.
   *
   * @throws IllegalArgumentException with what is wrong
   */
  public ZoneRules {
    if (replicas != null) {
      ZoneSettings.requireReplicas(replicas);
    }
    constraints = constraints == null ? null : limited(constraints);
    leaderPreferences =
        leaderPreferences == null
            ? null
            : limited(leaderPreferences.stream().map(ZoneRules::limited).toList());
  }

  private static <T> List<T> limited(List<T> list) {
    if (list.size() > RULES_MAX) {
      throw new IllegalArgumentException("no more than " + RULES_MAX + " rules make a list");
    }
    return List.copyOf(list);
  }

  /** Whether nothing is said. */
  public boolean isEmpty() {
    return equals(NONE);
  }

  /** These rules, and others where these say nothing. */
  public ZoneRules or(ZoneRules others) {
    return new ZoneRules(
        replicas == null ? others.replicas : replicas,
        constraints == null ? others.constraints : constraints,
        leaderPreferences == null ? others.leaderPreferences : leaderPreferences);
  }

  /** What holds in the span, given what holds around it. */
  public ZoneSettings within(ZoneSettings around) {
    return new ZoneSettings(
        replicas == null ? around.replicas() : replicas,
        constraints == null ? around.constraints() : constraints,
        leaderPreferences == null ? around.leaderPreferences() : leaderPreferences);
  }
}
