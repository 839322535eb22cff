package dev.troupe.sql.catalog;

import java.util.List;

/**
 * Which values of a column are frequent, and how the others are spread. NULLs are none of them.
 *
 * @param common the most common values, the most common one first
 * @param fractions of all rows, by common value
 * @param bounds values in their order that cut the others into parts of equal size; empty when the
 *     common ones are all there are
 */
public record ValueDistribution(List<Object> common, List<Double> fractions, List<Object> bounds) {
  public ValueDistribution {
    common = List.copyOf(common);
    fractions = List.copyOf(fractions);
    bounds = List.copyOf(bounds);
  }

  /** Part of the rows that have one of the common values. */
  public double commonPart() {
    return fractions.stream().mapToDouble(Double::doubleValue).sum();
  }
}
