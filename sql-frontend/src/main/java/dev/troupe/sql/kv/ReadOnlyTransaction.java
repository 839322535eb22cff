package dev.troupe.sql.kv;

import dev.troupe.protocol.error.Invariant;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.Timestamp;
import dev.troupe.protocol.spi.KvResponse;
import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** What transactions that can only read answer to everything else. */
abstract sealed class ReadOnlyTransaction implements KvTransaction
    permits OneRead, PastReads, SnapshotReads {
  long roundTrips;
  long rows;
  long bytes;

  // Rows that programs looked at where they are, and did not send.
  private long lookedOnly;

  @Override
  public void put(Key key, byte[] value) {
    throw readOnly();
  }

  @Override
  public void delete(Key key) {
    throw readOnly();
  }

  /** There is nothing to be undone. */
  @Override
  public void savepoint(String name) {}

  @Override
  public void rollbackTo(String name) {}

  @Override
  public void release(String name) {}

  @Override
  public void rollback() {}

  @Override
  public @Nullable Timestamp readsAt(Timestamp bound, @Nullable Key otherwise) {
    return null;
  }

  /** What is read as of one timestamp was read while the promise held, whatever comes. */
  @Override
  public void relyOn(@Nullable Reliance promise) {}

  @Override
  public boolean awaits(CompletableFuture<?> event, Duration atMost) {
    throw new Invariant.Violation("nothing that only reads has to wait for others");
  }

  @Override
  public Counts counts() {
    return new Counts(roundTrips, rows, bytes, 0, rows + lookedOnly);
  }

  /** Takes note of a page that was read. */
  PageCursor.Page counted(KvResponse response) {
    Invariant.check(response instanceof KvResponse.Page, "a scan was answered by %s", response);
    KvResponse.Page page = (KvResponse.Page) response;
    for (KvResponse.Row row : page.rows()) {
      rows++;
      bytes += row.key().length() + row.value().length;
    }
    KvResponse.Evaluated evaluated = page.evaluated();
    if (evaluated != null) {
      lookedOnly += evaluated.looked() - page.rows().size();
      for (byte[] result : evaluated.results()) {
        bytes += result.length;
      }
    }
    return new PageCursor.Page(page.rows(), page.resume(), evaluated);
  }

  static SqlException readOnly() {
    return new SqlException(
        SqlState.READ_ONLY_SQL_TRANSACTION, "cannot write or lock rows in a read-only transaction");
  }
}
