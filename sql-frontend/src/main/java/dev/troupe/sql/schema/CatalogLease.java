package dev.troupe.sql.schema;

import dev.troupe.protocol.model.Timestamp;
import dev.troupe.protocol.spi.TxnRequest.Lock;
import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.kv.KvTransaction;
import dev.troupe.sql.kv.Reliance;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One promise that a version of the catalog is in force from one timestamp to another, both
 * included, and the commits under way that rely on it. Any thread.
 */
final class CatalogLease implements Reliance {
  /** Set once it was given back; the bits below count commits. */
  private static final int GIVEN_BACK = 1 << 30;

  private final long version;
  private final Timestamp from;
  private final Timestamp until;
  private final AtomicInteger state = new AtomicInteger();
  private final CompletableFuture<Void> unused = new CompletableFuture<>();

  CatalogLease(long version, Timestamp from, Timestamp until) {
    this.version = version;
    this.from = from;
    this.until = until;
  }

  long version() {
    return version;
  }

  @Override
  public Timestamp until() {
    return until;
  }

  /** When the record of it was committed. */
  Timestamp from() {
    return from;
  }

  /** Whether the version is in force at a timestamp that has been given out. */
  boolean covers(Timestamp at) {
    return at.compareTo(from) >= 0 && at.compareTo(until) <= 0;
  }

  /** Whether it is time to ask for the next one. */
  boolean isHalfOver(Timestamp at) {
    return at.millis() > (from.millis() + until.millis()) / 2;
  }

  @Override
  public boolean holds() {
    return (state.get() & GIVEN_BACK) == 0;
  }

  @Override
  public boolean enter() {
    int now;
    do {
      now = state.get();
      if ((now & GIVEN_BACK) != 0) {
        return false;
      }
    } while (!state.compareAndSet(now, now + 1));
    return true;
  }

  @Override
  public void left(boolean known) {
    // A commit that may still be on its way keeps the promise until that has run out.
    if (known && state.decrementAndGet() == GIVEN_BACK) {
      unused.complete(null);
    }
  }

  /** Nobody enters any more; ends when those have left who are in. */
  CompletableFuture<Void> giveBack() {
    int now = state.getAndUpdate(before -> before | GIVEN_BACK);
    if ((now & ~GIVEN_BACK) == 0) {
      unused.complete(null);
    }
    return unused;
  }

  @Override
  public void confirm(KvTransaction transaction) {
    if (CatalogStore.version(transaction, Lock.NONE) != version) {
      throw new SqlException(
              SqlState.SERIALIZATION_FAILURE,
              "could not serialize access due to concurrent change of the schema")
          .withHint("The transaction might succeed if retried.");
    }
  }
}
