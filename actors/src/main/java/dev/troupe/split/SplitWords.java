package dev.troupe.split;

import dev.troupe.protocol.codec.JsonFields;
import dev.troupe.protocol.model.RangeDescriptor;
import dev.troupe.protocol.model.RangeId;
import dev.troupe.protocol.spi.ClusterAdmin.SplitResult;
import dev.troupe.protocol.spi.ClusterEvents;
import java.util.Locale;

/** What the book of events says of decisions about ranges. */
final class SplitWords {
  private SplitWords() {}

  static void split(ClusterEvents events, Decision.Split order, SplitResult result) {
    RangeDescriptor right = result.right();
    var details =
        new JsonFields()
            .put("strategy", order.strategy().word())
            .put("key", order.key())
            .put("left", result.left().id().value())
            .put("right", right.id().value())
            .put("generation", right.generation());
    order.inputs().describe(details);
    events.append(
        EventKinds.SPLIT,
        order.range().id(),
        null,
        "%s was split %s: %s begins with %s"
            .formatted(order.range().id(), why(order), right.id(), order.key()),
        details.toString());
  }

  private static String why(Decision.Split order) {
    Decision.Inputs inputs = order.inputs();
    return switch (order.strategy()) {
      case SIZE -> "in its middle, because it held " + mebibytes(inputs.bytes());
      case LOAD ->
          "where that divides its load, because it was asked "
              + rate(inputs.requestsPerSecond())
              + " times a second";
      case HOT_KEY -> "to let its hottest key have a range of its own";
      case KEPT -> "where somebody had split it by hand, and the border was gone";
    };
  }

  static void tell(ClusterEvents events, Decision.Tell tell) {
    RangeId range = tell.range().id();
    String rate = rate(tell.inputs().requestsPerSecond());
    String message =
        switch (tell.finding()) {
          case HOT_KEY ->
              range
                  + " is asked "
                  + rate
                  + " times a second, mostly for one key that is alone in it already: "
                  + tell.key();
          case APPEND ->
              range
                  + " is asked "
                  + rate
                  + " times a second to append rows: wherever it is split, one part takes them all;"
                  + " keys that do not rise, such as random ones, or with a hash in front, spread";
          case INDIVISIBLE ->
              range + " is asked " + rate + " times a second, and no key divides that";
          case NOT_MERGED -> throw new IllegalArgumentException("told with a reason only");
        };
    var details = new JsonFields().put("finding", tell.finding().word()).put("key", tell.key());
    tell.inputs().describe(details);
    events.append("range-hot", range, null, message, details.toString());
  }

  static void merged(ClusterEvents events, Decision.Merge order, RangeDescriptor whole) {
    RangeId left = order.range().id();
    RangeId right = order.right().id();
    Decision.Inputs inputs = order.inputs();
    var details = details(order).put("generation", whole.generation());
    inputs.describe(details);
    events.append(
        EventKinds.MERGE,
        left,
        null,
        "%s has taken over %s, because both together hold %s and are asked %s times a second"
            .formatted(left, right, mebibytes(inputs.bytes()), rate(inputs.requestsPerSecond())),
        details.toString());
  }

  static void notMerged(ClusterEvents events, Decision.Merge order, String reason) {
    RangeId left = order.range().id();
    var details = details(order).put("finding", Decision.Finding.NOT_MERGED.word());
    order.inputs().describe(details.put("reason", reason));
    events.append(
        "range-not-merged",
        left,
        null,
        left
            + " and "
            + order.right().id()
            + " are small and quiet, and could not be merged: "
            + reason
            + "; it is tried again",
        details.toString());
  }

  private static JsonFields details(Decision.Merge order) {
    return new JsonFields()
        .put("strategy", "cold")
        .put("key", order.right().span().start())
        .put("left", order.range().id().value())
        .put("right", order.right().id().value());
  }

  static void moved(ClusterEvents events, Decision.Move order) {
    RangeId range = order.range().id();
    var details =
        new JsonFields()
            .put("reason", "merge")
            .put("neighbour", order.neighbour().id().value())
            .put("from", order.from().value())
            .put("to", order.to().value())
            .put("generation", order.range().generation());
    order.inputs().describe(details);
    events.append(
        "replica-move",
        range,
        order.to(),
        "%s: a replica moves from %s to %s, so that the range can be merged with %s"
            .formatted(range, order.from(), order.to(), order.neighbour().id()),
        details.toString());
  }

  static void effect(
      ClusterEvents events, RangeId left, RangeId right, double before, double l, double r) {
    events.append(
        "range-split-effect",
        left,
        null,
        "since %s was split it is asked %s times a second, %s %s times, before %s times"
            .formatted(left, rate(l), right, rate(r), rate(before)),
        new JsonFields()
            .put("left", left.value())
            .put("right", right.value())
            .put("before_requests_per_second", before)
            .put("left_requests_per_second", l)
            .put("right_requests_per_second", r)
            .toString());
  }

  private static String rate(double perSecond) {
    return String.format(Locale.ROOT, "%.0f", perSecond);
  }

  private static String mebibytes(long bytes) {
    return String.format(Locale.ROOT, "%.1f MiB", bytes / 1048576.0);
  }
}
