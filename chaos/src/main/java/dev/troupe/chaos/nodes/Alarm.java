package dev.troupe.chaos.nodes;

import org.jspecify.annotations.Nullable;

/**
 * Where parts report what must never happen and cannot be thrown where it is noticed: an actor that
 * fails, entries that cannot be applied. The run ends with the first of them.
 */
final class Alarm {
  private @Nullable Throwable first;

  void raise(Throwable failure) {
    if (first == null) {
      first = failure;
    }
  }

  /** To be called after every event. */
  void check() {
    if (first != null) {
      throw new Raised(first);
    }
  }

  /** Something in a node has failed. */
  static final class Raised extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Raised(Throwable cause) {
      super("a node has failed: " + cause, cause);
    }
  }
}
