package dev.troupe.node;

/**
 * Whether a node can be sent requests.
 *
 * @param reason why not, in words for an operator; empty when ready
 */
public record Readiness(boolean ready, String reason) {
  public static final Readiness READY = new Readiness(true, "");

  public static Readiness notYet(String reason) {
    return new Readiness(false, reason);
  }
}
