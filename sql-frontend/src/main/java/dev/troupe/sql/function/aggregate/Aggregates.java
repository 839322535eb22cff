package dev.troupe.sql.function.aggregate;

import dev.troupe.sql.function.define.Definitions;

/** All aggregate functions. */
public final class Aggregates {
  private Aggregates() {}

  public static void define(Definitions to) {
    Sums.define(to);
    Extremes.define(to);
    Collected.define(to);
    Statistics.define(to);
    OrderedSets.define(to);
  }
}
