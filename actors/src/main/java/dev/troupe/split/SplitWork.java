package dev.troupe.split;

import dev.troupe.load.RangeLoad;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.RangeDescriptor;
import dev.troupe.protocol.spi.ClusterAdmin.SplitResult;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** What the coordinator asks of the cluster. Any thread; never blocks. */
public interface SplitWork {
  /** What the leaders of all ranges that can be reached tell. Never fails. */
  CompletionStage<List<RangeLoad>> survey();

  /**
   * Makes the key the first one of the range, if the range has not changed since it was looked at.
   * Fails with {@code TroupeException}, PRECONDITION_FAILED when it has.
   */
  CompletionStage<SplitResult> split(RangeDescriptor range, Key key);
}
