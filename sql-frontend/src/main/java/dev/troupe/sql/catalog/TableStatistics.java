package dev.troupe.sql.catalog;

import java.util.Map;

/**
 * What is known of a table's content. A hint: it may be outdated, and is never relied on.
 *
 * @param distinct estimated number of distinct values by column id
 * @param nullFraction by column id
 * @param distributions by column id, where it says more than the number of distinct values
 */
public record TableStatistics(
    long rows,
    double averageBytes,
    Map<Integer, Long> distinct,
    Map<Integer, Double> nullFraction,
    Map<Integer, ValueDistribution> distributions) {
  public TableStatistics {
    distinct = Map.copyOf(distinct);
    nullFraction = Map.copyOf(nullFraction);
    distributions = Map.copyOf(distributions);
  }
}
