package dev.troupe.node.sql;

import dev.troupe.protocol.model.KeySpan;
import dev.troupe.protocol.spi.KvClient;
import dev.troupe.protocol.spi.KvRequest;
import dev.troupe.protocol.spi.KvResponse;
import dev.troupe.protocol.spi.LocalRanges;
import dev.troupe.protocol.spi.MonotonicClock;
import dev.troupe.sql.schema.SchemaJob;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;

/**
 * Whether there may be changes of the schema that this node should go on with. In a cluster where
 * nobody does anything that is asked every minute on every node. So only the node that leads the
 * list's range looks, and outside of transactions: nobody else is asked, and no timestamp is drawn,
 * for which the oracle would have to put a window on record. Blocks its caller.
 */
record LeftJobs(LocalRanges ranges, KvClient client, MonotonicClock clock)
    implements BooleanSupplier {
  private static final Duration DEADLINE = Duration.ofSeconds(5);
  private static final int BYTES_MAX = 1 << 16;

  @Override
  public boolean getAsBoolean() {
    KeySpan kept = SchemaJob.KEPT;
    if (!ranges.leads(kept.start())) {
      return false;
    }
    var answer = new CompletableFuture<KvResponse>();
    client.send(
        new KvRequest.Scan(kept, 1, BYTES_MAX, false, true, null),
        clock.nanos() + DEADLINE.toNanos(),
        answer::complete);
    // When that is not known, a look that takes more time finds out.
    return !(answer.join() instanceof KvResponse.Page page) || !page.rows().isEmpty();
  }
}
