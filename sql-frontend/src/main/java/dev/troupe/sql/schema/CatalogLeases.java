package dev.troupe.sql.schema;

import dev.troupe.protocol.codec.ByteReader;
import dev.troupe.protocol.codec.ByteWriter;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.model.Timestamp;
import dev.troupe.protocol.spi.KvResponse;
import dev.troupe.protocol.spi.SessionSignals;
import dev.troupe.protocol.spi.TxnRequest.Lock;
import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.kv.Cancellation;
import dev.troupe.sql.kv.KvCursor;
import dev.troupe.sql.kv.KvTransaction;
import dev.troupe.sql.kv.KvTransactions;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Spares transactions the read of the catalog's version. A node that runs many of them keeps a
 * record in the catalog that says until when (in timestamps of the oracle, never by a clock of its
 * own) it relies on the version in force. The record is written by a transaction that reads the
 * version; a transaction that changes the version reads all records. So whichever commits first,
 * the other one knows. Whoever changes the catalog asks the nodes to give up what they rely on,
 * which takes one message and the commits that are under way; a node that does not answer is waited
 * for until what it relies on has run out. Transactions that rely on it commit by then or count as
 * having read the version ({@link KvTransaction#readsAt}), so a process that was stopped for an
 * hour does no harm. Leases as in Gray and Cheriton (SOSP 1989), on timestamps instead of clocks.
 * Any thread.
 */
public final class CatalogLeases {
  /** How long the death of a node can hold up a change of the catalog. */
  static final Duration LENGTH = Duration.ofSeconds(5);

  /** So many reads of the version make a lease worth its record. */
  private static final int WISHES = 50;

  /** The same, after the catalog has changed: changes rarely come alone. */
  private static final int WISHES_AFTER_CHANGE = 300;

  private static final Duration ACQUIRE_DEADLINE = Duration.ofSeconds(5);
  private static final Duration ASK_AGAIN = Duration.ofMillis(200);
  private static final Duration CLOCK_DEADLINE = Duration.ofSeconds(10);
  private static final int FORMAT = 1;
  private static final Logger log = LoggerFactory.getLogger(CatalogLeases.class);

  /**
   * What it works with.
   *
   * @param holder tells this life of the node from all others
   * @param background runs what may wait
   */
  public record Ports(
      KvTransactions transactions, SessionSignals signals, long holder, Executor background) {}

  /** A record: what some life of a node relies on. */
  private record Held(NodeId node, long holder, Timestamp until) {}

  /** An end that is waited for. */
  private record Awaited(long holder, Timestamp until) {}

  private final @Nullable Ports ports;
  private volatile @Nullable CatalogLease current;
  private final Deque<CatalogLease> lasting = new ArrayDeque<>();
  private Timestamp givenBackUpTo = Timestamp.MIN;
  private final AtomicBoolean acquiring = new AtomicBoolean();
  private final AtomicInteger wishes = new AtomicInteger(WISHES);
  private final Map<Awaited, CompletableFuture<Void>> awaited = new ConcurrentHashMap<>();

  /** Relies on nothing until that is worth it. */
  public CatalogLeases(Ports ports) {
    this.ports = ports;
    ports.signals().listen(this::signalled);
  }

  private CatalogLeases() {
    this.ports = null;
  }

  /** For those who are alone with their catalog: each transaction reads the version. */
  static CatalogLeases none() {
    return new CatalogLeases();
  }

  // --- relying on a lease ------------------------------------------------------------------------

  /**
   * Lets a transaction that has read nothing rely on a version of the catalog.
   *
   * @return the version; empty when the transaction has to read it
   */
  OptionalLong rely(KvTransaction transaction) {
    CatalogLease lease = current;
    if (lease == null || !lease.holds()) {
      wish();
      return OptionalLong.empty();
    }
    Timestamp at = transaction.readsAt(lease.until(), CatalogKeys.VERSION);
    if (at == null) {
      return OptionalLong.empty();
    }
    if (!lease.covers(at) || !lease.holds()) {
      transaction.readsAt();
      wish();
      return OptionalLong.empty();
    }
    transaction.relyOn(lease);
    if (lease.isHalfOver(at)) {
      acquire();
    }
    return OptionalLong.of(lease.version());
  }

  private void wish() {
    if (ports != null && wishes.decrementAndGet() <= 0) {
      acquire();
    }
  }

  private void acquire() {
    Ports with = ports;
    if (with != null && acquiring.compareAndSet(false, true)) {
      wishes.set(WISHES);
      with.background()
          .execute(
              () -> {
                try {
                  acquire(with);
                } catch (SqlException e) {
                  // Each transaction goes on reading the version.
                  log.debug("no lease of the catalog: {}", e.getMessage());
                } finally {
                  acquiring.set(false);
                }
              });
    }
  }

  private void acquire(Ports with) {
    NodeId self = with.signals().self();
    if (self == null) {
      return;
    }
    KvTransaction transaction = with.transactions().begin(ACQUIRE_DEADLINE, new Cancellation());
    try {
      Key record = CatalogKeys.lease(self.value());
      // Whoever changes the catalog holds the records until that is done.
      byte[] before = transaction.get(record, Lock.NO_WAIT);
      long version = CatalogStore.version(transaction, Lock.NONE);
      Timestamp at = transaction.readsAt();
      if (at == null || (before != null && isOfAnotherLife(with, decode(record, before), at))) {
        return;
      }
      Timestamp until = Timestamp.of(at.millis() + LENGTH.toMillis(), 0);
      transaction.put(
          record,
          new ByteWriter(17)
              .putByte(FORMAT)
              .putLong(with.holder())
              .putLong(until.value())
              .toBytes());
      publish(new CatalogLease(version, transaction.commit(), until));
    } finally {
      transaction.rollback();
    }
  }

  /** Commits that a former life of this node has left on their way may still rely on it. */
  private static boolean isOfAnotherLife(Ports with, Held held, Timestamp at) {
    return held.holder() != with.holder() && held.until().compareTo(at) >= 0;
  }

  private synchronized void publish(CatalogLease lease) {
    if (lease.until().compareTo(givenBackUpTo) <= 0) {
      return;
    }
    // What begins now reads later than this one's commit.
    lasting.removeIf(older -> !older.covers(lease.from()));
    lasting.add(lease);
    current = lease;
  }

  // --- giving leases back ------------------------------------------------------------------------

  /** Ends when nothing that is committed here from now on relies on leases up to a timestamp. */
  private synchronized CompletableFuture<Void> giveBack(Timestamp upTo) {
    givenBackUpTo = givenBackUpTo.max(upTo);
    wishes.set(WISHES_AFTER_CHANGE);
    CompletableFuture<?>[] ends =
        lasting.stream()
            .filter(lease -> lease.until().compareTo(upTo) <= 0)
            .map(CatalogLease::giveBack)
            .toArray(CompletableFuture<?>[]::new);
    return CompletableFuture.allOf(ends);
  }

  private void signalled(SessionSignals.Signal signal) {
    switch (signal) {
      case SessionSignals.EndLease end -> {
        Ports with = ports;
        // What a former life of this node has on its way nobody here knows.
        if (with != null && end.holder() == with.holder()) {
          var ended = new SessionSignals.LeaseEnded(end.holder(), end.upTo());
          giveBack(end.upTo()).thenRun(() -> with.signals().send(end.asker(), ended));
        }
      }
      case SessionSignals.LeaseEnded ended -> {
        CompletableFuture<Void> waiting = awaited.get(new Awaited(ended.holder(), ended.upTo()));
        if (waiting != null) {
          waiting.complete(null);
        }
      }
      case SessionSignals.Cancel cancel -> {}
    }
  }

  // --- changing the catalog ----------------------------------------------------------------------

  /**
   * To be called by a transaction that is about to change the version: when this returns nothing
   * relies on the old one that could be committed after it, and until it has ended no lease is
   * given out.
   */
  void endAll(KvTransaction change) {
    Ports with = ports;
    if (with == null) {
      return;
    }
    List<Held> held = held(change);
    Timestamp now = change.readsAt();
    held.removeIf(each -> now != null && each.until().compareTo(now) < 0);
    for (Held each : held) {
      CompletableFuture<Void> end = end(with, each);
      try {
        awaitEnd(with, change, each, end);
      } finally {
        awaited.remove(new Awaited(each.holder(), each.until()), end);
      }
    }
  }

  private static List<Held> held(KvTransaction change) {
    List<Held> held = new ArrayList<>();
    try (KvCursor cursor = change.scan(CatalogKeys.LEASES, false, false, 0, Lock.WAIT)) {
      for (List<KvResponse.Row> page = cursor.next(); page != null; page = cursor.next()) {
        for (KvResponse.Row row : page) {
          held.add(decode(row.key(), row.value()));
        }
      }
    }
    return held;
  }

  private static Held decode(Key key, byte[] value) {
    ByteReader in = new ByteReader(value);
    int format = in.readByte();
    if (format != FORMAT) {
      throw new ByteReader.MalformedBytes("lease of format " + format + " is not known");
    }
    return new Held(
        new NodeId(CatalogKeys.leaseHolder(key)), in.readLong(), new Timestamp(in.readLong()));
  }

  private CompletableFuture<Void> end(Ports with, Held held) {
    return held.holder() == with.holder()
        ? giveBack(held.until())
        : awaited.computeIfAbsent(
            new Awaited(held.holder(), held.until()), key -> new CompletableFuture<>());
  }

  private void awaitEnd(Ports with, KvTransaction change, Held held, CompletableFuture<Void> end) {
    NodeId self = with.signals().self();
    boolean elsewhere = held.holder() != with.holder();
    for (int asked = 0; ; asked++) {
      if (elsewhere && self != null && !held.node().equals(self)) {
        with.signals()
            .send(held.node(), new SessionSignals.EndLease(self, held.holder(), held.until()));
      }
      if (change.awaits(end, ASK_AGAIN)) {
        return;
      }
      if (asked == 0) {
        log.info(
            "a change of the schema waits for node {}, which relies on the old one until {}",
            held.node(),
            held.until());
      }
      Timestamp now = with.transactions().snapshot(CLOCK_DEADLINE, new Cancellation()).readsAt();
      if (now != null && now.compareTo(held.until()) > 0) {
        return;
      }
    }
  }
}
