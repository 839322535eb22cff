package dev.troupe.protocol.spi;

import dev.troupe.protocol.model.KeySpan;
import dev.troupe.protocol.model.RangeId;
import java.util.List;
import java.util.function.Consumer;

/** What this node's own replicas have answered. Any thread; never blocks. */
@FunctionalInterface
public interface LocalRanges {
  /** Nobody is there to ask. */
  LocalRanges NONE = reply -> reply.accept(List.of());

  /**
   * One replica.
   *
   * @param writes answered since the replica started
   * @param reads answered since the replica started
   */
  record Answered(RangeId range, KeySpan span, long writes, long reads) {}

  /**
   * Asks all replicas.
   *
   * @param reply told once, on any thread, within a second; a replica that does not answer by then
   *     is missing
   */
  void count(Consumer<List<Answered>> reply);
}
