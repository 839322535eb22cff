package dev.troupe.sql.kv;

import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.Timestamp;
import dev.troupe.protocol.model.TxnId;
import dev.troupe.protocol.spi.FollowerReads;
import dev.troupe.protocol.spi.KvClient;
import dev.troupe.protocol.spi.MonotonicClock;
import dev.troupe.protocol.spi.TimestampSource;
import dev.troupe.protocol.spi.Transactions;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Begins transactions at the ports of this node. */
public final class ClusterTransactions implements KvTransactions {
  private final Transactions transactions;
  private final FollowerReads followerReads;
  private final KvClient client;
  private final TimestampSource timestamps;
  private final Neighbours neighbours;
  private final Supplier<TxnId> ids;
  private final MonotonicClock clock;

  /**
   * Joins the ports.
   *
   * @param ids never gives the same id twice, in the whole cluster
   */
  public ClusterTransactions(
      Transactions transactions,
      FollowerReads followerReads,
      KvClient client,
      TimestampSource timestamps,
      Supplier<TxnId> ids,
      MonotonicClock clock) {
    this.transactions = transactions;
    this.followerReads = followerReads;
    this.client = client;
    this.timestamps = timestamps;
    this.neighbours = new Neighbours(clock);
    this.ids = ids;
    this.clock = clock;
  }

  @Override
  public KvTransaction begin(Duration deadline, Cancellation cancellation) {
    long until = until(deadline);
    return new ClusterTransaction(
        () -> transactions.begin(ids.get(), Transactions.JUST_NOW, until, 0), client, cancellation);
  }

  @Override
  public KvTransaction snapshot(Duration deadline, Cancellation cancellation) {
    return new SnapshotReads(client, timestamps, until(deadline), cancellation);
  }

  @Override
  public WitnessedRead readOne(Key witness, Duration deadline, Cancellation cancellation) {
    return new OneRead(client, witness, neighbours, until(deadline), cancellation);
  }

  @Override
  public KvTransaction readAt(
      @Nullable Timestamp at, Duration maxStaleness, Duration deadline, Cancellation cancellation) {
    return new PastReads(followerReads, client, at, maxStaleness, until(deadline), cancellation);
  }

  private long until(Duration deadline) {
    return clock.nanos() + deadline.toNanos();
  }
}
