package dev.troupe.split;

import dev.troupe.load.LoadShape;
import dev.troupe.protocol.codec.JsonFields;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.model.RangeDescriptor;
import org.jspecify.annotations.Nullable;

/** What is to be done about a range, and why. */
public sealed interface Decision {
  /** Why a range is split. The name is told to people. */
  enum Strategy {
    SIZE("size"),
    LOAD("load-median"),
    HOT_KEY("hot-key"),
    /** Somebody wanted a border there, and it was taken away meanwhile. */
    KEPT("kept-border");

    private final String word;

    Strategy(String word) {
      this.word = word;
    }

    public String word() {
      return word;
    }
  }

  /** What is known of a range that does not become as it should be. The name is told to people. */
  enum Finding {
    /** Nearly all requests are for one key, which is alone in its range already. */
    HOT_KEY("hot-key"),
    /** Rows are appended: the hot place moves along with every cut. */
    APPEND("append-pattern"),
    /** No key divides the requests. */
    INDIVISIBLE("no-split-key"),
    /** It should be one with its left-hand neighbour, and that was refused. */
    NOT_MERGED("not-merged");

    private final String word;

    Finding(String word) {
      this.word = word;
    }

    public String word() {
      return word;
    }

    /**
     * @throws IllegalArgumentException when no finding has this word
     */
    static Finding of(String word) {
      for (Finding finding : values()) {
        if (finding.word.equals(word)) {
          return finding;
        }
      }
      throw new IllegalArgumentException("no finding is called " + word);
    }
  }

  /** The range that it is about, as it was when it was looked at. */
  RangeDescriptor range();

  /** What it was decided by. */
  Inputs inputs();

  /**
   * What was measured.
   *
   * @param shape null when there was none
   * @param busy null when that is not known, or does not matter
   */
  record Inputs(
      long bytes,
      double requestsPerSecond,
      double writesPerSecond,
      @Nullable LoadShape shape,
      @Nullable Busy busy) {
    void describe(JsonFields out) {
      out.put("bytes", bytes)
          .put("requests_per_second", requestsPerSecond)
          .put("writes_per_second", writesPerSecond);
      if (shape != null) {
        out.put("samples", shape.samples())
            .put("left_percent", shape.cutShare() * 100)
            .put("hot_key", shape.hotKey())
            .put("hot_key_percent", shape.hotShare() * 100)
            .put("rising_percent", shape.risingShare() * 100);
      }
      if (busy != null) {
        out.put("leader_busy_percent", busy.leader() * 100)
            .put("least_busy_percent", busy.least() * 100);
      }
    }
  }

  /**
   * How much of their processors nodes use, 0 to 1.
   *
   * @param leader the one that leads the range
   * @param least the one of the others that uses least
   */
  record Busy(double leader, double least) {}

  /** Make the key the first one of its range, if the range is still the same. */
  record Split(RangeDescriptor range, Key key, Strategy strategy, Inputs inputs)
      implements Decision {}

  /** Tell people; nothing can be done. */
  record Tell(RangeDescriptor range, Finding finding, Key key, Inputs inputs) implements Decision {}

  /**
   * Move a replica of the range, if it is still the same, so that it can be merged.
   *
   * @param neighbour with which
   */
  record Move(
      RangeDescriptor range, NodeId from, NodeId to, RangeDescriptor neighbour, Inputs inputs)
      implements Decision {}

  /** Put the range and its right-hand neighbour together, if both are still the same. */
  record Merge(RangeDescriptor range, RangeDescriptor right, Inputs inputs) implements Decision {}
}
