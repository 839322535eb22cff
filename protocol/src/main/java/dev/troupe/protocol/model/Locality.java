package dev.troupe.protocol.model;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Where a node stands, from the widest to the narrowest: {@code region=eu,zone=a}. Nodes of one
 * cluster should name the same kinds of place in the same order.
 */
public record Locality(List<Tier> tiers) {
  public static final Locality NOWHERE = new Locality(List.of());

  /** Places named at most. */
  public static final int TIERS_MAX = 8;

  /** One place, as {@code region=eu}. */
  public record Tier(String kind, String place) {
    @Override
    public String toString() {
      return kind + "=" + place;
    }
  }

  public Locality {
    tiers = List.copyOf(tiers);
  }

  /**
   * Reads {@code region=eu,zone=a}; nothing is nowhere.
   *
   * @throws IllegalArgumentException with what is wrong
   */
  public static Locality parse(String text) {
    var tiers = new ArrayList<Tier>();
    var kinds = new HashSet<String>();
    for (String part : text.isBlank() ? new String[0] : text.split(",", -1)) {
      Tier tier = tier(part.strip());
      if (!kinds.add(tier.kind())) {
        throw new IllegalArgumentException(
            "the locality '" + text + "' names two places of the kind '" + tier.kind() + "'");
      }
      tiers.add(tier);
    }
    if (tiers.size() > TIERS_MAX) {
      throw new IllegalArgumentException(
          "the locality '" + text + "' names more than " + TIERS_MAX + " places");
    }
    return new Locality(tiers);
  }

  private static Tier tier(String part) {
    int equals = part.indexOf('=');
    String kind = part.substring(0, Math.max(0, equals));
    String place = part.substring(equals + 1);
    if (!isName(kind) || !isName(place)) {
      throw new IllegalArgumentException(
          "'" + part + "' names no place: write it as region=eu, of letters, digits, - _ and .");
    }
    return new Tier(kind, place);
  }

  /** Whether a text can be the kind or the name of a place. */
  static boolean isName(String text) {
    return !text.isEmpty()
        && text.chars().allMatch(c -> c == '-' || c == '_' || c == '.' || isLetterOrDigit(c));
  }

  private static boolean isLetterOrDigit(int c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  }

  public boolean isIn(String kind, String place) {
    return tiers.contains(new Tier(kind, place));
  }

  /**
   * How little two nodes share: 1 when they differ in the widest place already, 0 when nothing is
   * known to differ.
   */
  public double distance(Locality other) {
    int longest = Math.max(tiers.size(), other.tiers.size());
    int shared = 0;
    while (shared < Math.min(tiers.size(), other.tiers.size())
        && tiers.get(shared).equals(other.tiers.get(shared))) {
      shared++;
    }
    return longest == 0 ? 0 : (double) (longest - shared) / longest;
  }

  @Override
  public String toString() {
    return tiers.stream().map(Tier::toString).collect(Collectors.joining(","));
  }
}
