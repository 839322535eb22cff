package dev.troupe.protocol.spi;

import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.KeySpan;
import dev.troupe.protocol.model.RangeId;
import java.util.List;

/**
 * What is known of this node's own replicas without asking them: no method wakes one that sleeps or
 * blocks. Any thread.
 */
public interface LocalRanges {
  /** Nothing is there. */
  LocalRanges NONE =
      new LocalRanges() {
        @Override
        public List<Answered> answered() {
          return List.of();
        }

        @Override
        public boolean leads(Key key) {
          return false;
        }
      };

  /**
   * One replica.
   *
   * @param writes answered since the replica started
   * @param reads answered since the replica started
   */
  record Answered(RangeId range, KeySpan span, long writes, long reads) {}

  /** All replicas that know what their range is. Looks at each of them. */
  List<Answered> answered();

  /**
   * Whether a replica here leads the range of a key, as far as it knows: others may believe the
   * same. Looks at all replicas.
   */
  boolean leads(Key key);
}
