package dev.troupe.sql.kv;

import dev.troupe.protocol.model.Timestamp;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Where transactions begin. Any thread. */
public interface KvTransactions {
  /** A transaction that reads and writes, strictly serializable. Costs nothing until it is used. */
  KvTransaction begin(Duration deadline);

  /**
   * Reads of the past, from the nearest replica that can serve them; writes are refused.
   *
   * @param at null: as recent as a near replica can serve within {@code maxStaleness}
   */
  KvTransaction readAt(@Nullable Timestamp at, Duration maxStaleness, Duration deadline);
}
