package dev.troupe.split;

import dev.troupe.load.Survey;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.model.RangeDescriptor;
import dev.troupe.protocol.spi.ClusterAdmin.MergeResult;
import dev.troupe.protocol.spi.ClusterAdmin.SplitResult;
import java.util.concurrent.CompletionStage;

/**
 * What the coordinator asks of the cluster. Orders are about ranges as they were looked at; they
 * fail with {@code TroupeException}, PRECONDITION_FAILED when a range has changed. Any thread;
 * never blocks.
 */
public interface SplitWork {
  /** What all nodes that can be reached tell. Never fails. */
  CompletionStage<Survey> survey();

  /** Asks the system range. */
  CompletionStage<Ground> ground();

  /** Makes the key the first one of the range. */
  CompletionStage<SplitResult> split(RangeDescriptor range, Key key);

  /** A replica of the range on one node, and then none on the other. */
  CompletionStage<Void> move(RangeDescriptor range, NodeId from, NodeId to);

  /** Merges two neighbours. */
  CompletionStage<MergeResult> merge(RangeDescriptor left, RangeDescriptor right);
}
