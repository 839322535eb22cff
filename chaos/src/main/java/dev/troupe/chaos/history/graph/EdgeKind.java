package dev.troupe.chaos.history.graph;

/** Why one transaction must come before another. */
public enum EdgeKind {
  /** The second overwrote, or added to, what the first wrote. */
  WW("ww"),
  /** The second read what the first wrote. */
  WR("wr"),
  /** The second overwrote what the first read. */
  RW("rw"),
  /** The same client asked for them one after the other. */
  PROCESS("process"),
  /** The first was over before the second began. */
  REALTIME("realtime"),
  /** From an auxiliary node onwards: part of the edge that led to that node. */
  LINK("link");

  private static final EdgeKind[] ALL = values();

  private final String text;

  EdgeKind(String text) {
    this.text = text;
  }

  public String text() {
    return text;
  }

  static EdgeKind of(int ordinal) {
    return ALL[ordinal];
  }

  int mask() {
    return 1 << ordinal();
  }
}
