package dev.troupe.chaos.history.graph;

/** What must be believed for an edge to hold; the later ones include those before. */
public enum Ground {
  /** It follows from what was read. */
  DATA,
  /** It follows from what was read if the history is serializable at all. */
  INFERRED,
  /** It needs the order of a client's own operations. */
  PROCESS,
  /** It needs the order of real time. */
  REALTIME,
  /** It follows from what was found later in real time. */
  FOUND_IN_TIME;

  private static final Ground[] ALL = values();

  static Ground of(int ordinal) {
    return ALL[ordinal];
  }
}
