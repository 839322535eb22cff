package dev.troupe.protocol.spi;

import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.model.RangeId;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The book of what the cluster has done by itself, or was told to do, and why: a range was split, a
 * replica was moved. It is for people and for tests; nothing is decided by it. Any thread; never
 * blocks.
 */
public interface ClusterEvents {
  /**
   * Something that has happened.
   *
   * @param atMillis when, by the clock of the node that wrote it
   * @param by the node that wrote it
   * @param kind a word such as {@code range-split}, by which events are found
   * @param range which it is about; null: none
   * @param node which it is about; null: none
   * @param message what happened, in words
   * @param details what it was decided by, as a JSON object
   */
  record Event(
      long atMillis,
      NodeId by,
      String kind,
      @Nullable RangeId range,
      @Nullable NodeId node,
      String message,
      String details) {}

  /**
   * Writes down what has just happened. It is tried for a while if the system range cannot be
   * reached, and may be lost: when the node ends, or when very much happens meanwhile.
   *
   * @param details see {@link dev.troupe.protocol.codec.JsonFields}
   */
  void append(
      String kind, @Nullable RangeId range, @Nullable NodeId node, String message, String details);

  /**
   * What has happened last, newest first. Fails with {@code TroupeException}.
   *
   * @param max so many at most
   */
  CompletionStage<List<Event>> newest(int max);
}
