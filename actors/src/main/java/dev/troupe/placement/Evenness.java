package dev.troupe.placement;

import dev.troupe.protocol.model.NodeId;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Judges moves by how even they leave some loads. Every move that it lets through brings down first
 * how far counts are outside of the outer band, then a sum of squares: so balancing comes to an end
 * wherever it begins. It begins when a load leaves the middle band, and goes on until all are in
 * the inner one.
 */
final class Evenness {
  /** Parts of the average by which a load may differ from it. */
  static final double OUTER = 0.10;

  static final double BEGIN = 0.08;
  static final double END = 0.04;

  /** A move has to gain more than this part of what it carries. */
  private static final double MARGIN = 0.02;

  /**
   * What a move changes: less is better.
   *
   * @param excess by how much counts are outside of the outer band
   * @param squares the sum of squared deviations, in parts of averages
   */
  record Gain(double excess, double squares) implements Comparable<Gain> {
    @Override
    public int compareTo(Gain other) {
      int byExcess = Double.compare(excess, other.excess);
      return byExcess != 0 ? byExcess : Double.compare(squares, other.squares);
    }
  }

  private final List<Load> loads;
  private final Set<Load> uneven = EnumSet.noneOf(Load.class);

  /**
   * Looks after some loads.
   *
   * @param loads the first is the count
   */
  Evenness(List<Load> loads) {
    this.loads = loads;
  }

  /** Loads that are to be evened out, those that are first in line first. */
  List<Load> uneven(Tally tally) {
    for (Load load : loads) {
      if (tally.mean(load) <= load.meanMin()) {
        uneven.remove(load);
      } else if (isOutside(tally, load, uneven.contains(load) ? END : BEGIN)) {
        uneven.add(load);
      } else {
        uneven.remove(load);
      }
    }
    return loads.stream().filter(uneven::contains).toList();
  }

  private static boolean isOutside(Tally tally, Load load, double band) {
    double mean = tally.mean(load);
    double low = low(load, mean, band);
    double high = high(load, mean, band);
    return tally.even().stream()
        .mapToDouble(node -> tally.of(node, load))
        .anyMatch(carried -> carried < low || carried > high);
  }

  private static double low(Load load, double mean, double band) {
    double low = mean * (1 - band);
    return load.isCount() ? Math.min(Math.floor(mean), Math.ceil(low)) : low;
  }

  private static double high(Load load, double mean, double band) {
    double high = mean * (1 + band);
    return load.isCount() ? Math.max(Math.ceil(mean), Math.floor(high)) : high;
  }

  /** What comes of giving a range from one node to another, or null when it is not worth it. */
  @Nullable Gain judge(Tally tally, Load wanted, PlacementRange range, NodeId from, NodeId to) {
    double squares = 0;
    double margin = 0;
    for (Load load : loads) {
      double mean = tally.mean(load);
      if (mean <= load.meanMin()) {
        continue;
      }
      double part = load.of(range) / mean;
      double apart = (tally.of(from, load) - tally.of(to, load)) / mean;
      double change = 2 * part * (part - apart);
      if (load == wanted && change >= 0) {
        return null;
      }
      squares += change;
      margin += 2 * part * MARGIN;
    }
    double excess = excess(tally, from, -1) + excess(tally, to, 1);
    return excess < 0 || (excess == 0 && squares < -margin) ? new Gain(excess, squares) : null;
  }

  private double excess(Tally tally, NodeId node, int more) {
    Load count = loads.getFirst();
    double now = tally.of(node, count);
    return excess(count, tally.mean(count), now + more) - excess(count, tally.mean(count), now);
  }

  private static double excess(Load count, double mean, double carried) {
    return Math.max(0, carried - high(count, mean, OUTER))
        + Math.max(0, low(count, mean, OUTER) - carried);
  }

  /** Nodes that carry more than the average, those with most first. */
  static List<NodeId> givers(Tally tally, Load load) {
    return tally.even().stream()
        .filter(node -> tally.of(node, load) > tally.mean(load))
        .sorted(Comparator.comparingDouble(node -> -tally.of(node, load)))
        .toList();
  }

  /**
   * Nodes that carry less than another, those with least first. Not only those below the average: a
   * range may have to go to where there is room by way of others.
   */
  static List<NodeId> takers(Tally tally, Load load, NodeId giver) {
    double given = tally.of(giver, load);
    return tally.even().stream()
        .filter(node -> tally.of(node, load) < given)
        .sorted(Comparator.comparingDouble(node -> tally.of(node, load)))
        .toList();
  }
}
