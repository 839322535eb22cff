package dev.troupe.protocol.model;

import java.util.Comparator;
import java.util.List;

/**
 * What was said about the replicas of all keys. Immutable.
 *
 * @param all of which any two lie within each other or apart
 * @param around what holds where nothing was said
 */
public record Zones(List<Zone> all, ZoneSettings around) {
  private static final Comparator<Zone> NARROWEST_FIRST =
      Comparator.<Zone, Key>comparing(zone -> zone.span().start())
          .reversed()
          .thenComparing(zone -> zone.span().end());

  /** A span of keys that something was said about. */
  public record Zone(KeySpan span, ZoneRules rules) {}

  public Zones {
    all = all.stream().sorted(NARROWEST_FIRST).toList();
  }

  /** What was said about all of a span, what was said of the least around it first. */
  public ZoneRules rules(KeySpan span) {
    ZoneRules rules = ZoneRules.NONE;
    for (Zone zone : all) {
      if (zone.span().contains(span)) {
        rules = rules.or(zone.rules());
      }
    }
    return rules;
  }

  /** What holds for a span. A range that goes beyond a zone does not belong to it yet. */
  public ZoneSettings settings(KeySpan span) {
    return all.isEmpty() ? around : rules(span).within(around);
  }
}
