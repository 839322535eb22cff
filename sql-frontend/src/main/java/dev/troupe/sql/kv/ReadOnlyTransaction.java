package dev.troupe.sql.kv;

import dev.troupe.protocol.model.Key;
import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;

/** What transactions that can only read answer to everything else. */
abstract sealed class ReadOnlyTransaction implements KvTransaction
    permits OneRead, PastReads, SnapshotReads {
  long roundTrips;
  long rows;
  long bytes;

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
  public Counts counts() {
    return new Counts(roundTrips, rows, bytes, 0);
  }

  static SqlException readOnly() {
    return new SqlException(
        SqlState.READ_ONLY_SQL_TRANSACTION, "cannot write or lock rows in a read-only transaction");
  }
}
