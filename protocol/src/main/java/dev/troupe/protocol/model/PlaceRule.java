package dev.troupe.protocol.model;

/**
 * A place where something must be, or must not be: {@code +region=eu}, {@code -zone=b}. Without a
 * sign it is required.
 */
public record PlaceRule(boolean required, String kind, String place) {
  /**
   * Reads a rule.
   *
   * @throws IllegalArgumentException with what is wrong
   */
  public static PlaceRule parse(String text) {
    String rule = text.strip();
    boolean signed = rule.startsWith("+") || rule.startsWith("-");
    String named = signed ? rule.substring(1) : rule;
    int equals = named.indexOf('=');
    String kind = named.substring(0, Math.max(0, equals));
    String place = named.substring(equals + 1);
    if (!Locality.isName(kind) || !Locality.isName(place)) {
      throw new IllegalArgumentException(
          "'" + text + "' is no rule about places: write it as +region=eu or -region=eu");
    }
    return new PlaceRule(!rule.startsWith("-"), kind, place);
  }

  public boolean allows(Locality locality) {
    return locality.isIn(kind, place) == required;
  }

  @Override
  public String toString() {
    return (required ? "+" : "-") + kind + "=" + place;
  }
}
