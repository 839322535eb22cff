package dev.troupe.sql.kv;

import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.Timestamp;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Where transactions begin. Any thread. */
public interface KvTransactions {
  /**
   * A transaction that reads and writes, strictly serializable. Costs nothing until it is used.
   *
   * @param deadline after which it is rolled back if it has not ended
   * @param cancellation ends waits of the thread that uses it
   */
  KvTransaction begin(Duration deadline, Cancellation cancellation);

  /** One that nobody cancels. */
  default KvTransaction begin(Duration deadline) {
    return begin(deadline, new Cancellation());
  }

  /**
   * A transaction that reads any keys as of the moment of its first read and does nothing else:
   * strictly serializable, never in conflict, without limit on what it reads.
   */
  KvTransaction snapshot(Duration deadline, Cancellation cancellation);

  /**
   * A transaction that reads one key, once, and does nothing else: strictly serializable by itself
   * and a single round trip, where the witness lies in the same range.
   *
   * @param witness a key that tells afterwards whether the first one was read under the right
   *     assumptions
   */
  WitnessedRead readOne(Key witness, Duration deadline, Cancellation cancellation);

  /**
   * Reads of the past, from the nearest replica that can serve them; writes are refused.
   *
   * @param at null: as recent as a near replica can serve within {@code maxStaleness}
   */
  KvTransaction readAt(
      @Nullable Timestamp at, Duration maxStaleness, Duration deadline, Cancellation cancellation);
}
