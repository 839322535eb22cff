package dev.troupe.sql.catalog;

import java.util.Map;

/**
 * What is known of a table's content.
 *
 * @param distinct estimated number of distinct values by column id
 * @param nullFraction by column id
 */
public record TableStatistics(
    long rows,
    double averageBytes,
    Map<Integer, Long> distinct,
    Map<Integer, Double> nullFraction) {
  public TableStatistics {
    distinct = Map.copyOf(distinct);
    nullFraction = Map.copyOf(nullFraction);
  }
}
