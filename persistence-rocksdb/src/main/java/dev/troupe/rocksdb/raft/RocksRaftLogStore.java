package dev.troupe.rocksdb.raft;

import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.protocol.error.Invariant;
import dev.troupe.protocol.error.TroupeException;
import dev.troupe.protocol.model.HardState;
import dev.troupe.protocol.model.LogEntry;
import dev.troupe.protocol.model.LogPosition;
import dev.troupe.protocol.model.RangeId;
import dev.troupe.protocol.model.ReplicaKey;
import dev.troupe.protocol.spi.RaftLogStore;
import dev.troupe.rocksdb.codec.LogRecordCodec;
import dev.troupe.rocksdb.codec.LogRecordCodec.Kind;
import dev.troupe.rocksdb.engine.GroupCommitWriter;
import dev.troupe.rocksdb.engine.UseCount;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/**
 * The Raft logs of a store on one RocksDB, see {@link LogRecordCodec} for the layout.
 *
 * <p>Thread-safe, on the condition that the writes of one replica come from one owner at a time.
 * Where each log begins and ends is kept in memory as of the last write handed in: a write that
 * does not fit is refused where it is made, before it can reach the common batch.
 *
 * <p>Owns neither the database nor the writer; close it before both.
 */
public final class RocksRaftLogStore implements RaftLogStore, AutoCloseable {
  private final GroupCommitWriter writer;
  private final LogReader reader;
  private final LogBatchEncoder encoder = new LogBatchEncoder();
  private final Map<ReplicaKey, ReplicaLog> logs = new ConcurrentHashMap<>();
  private final Map<RangeId, Long> tombstones = new ConcurrentHashMap<>();
  private final UseCount uses = new UseCount("the raft log");
  private final TruncationGate truncations = new TruncationGate();

  /**
   * Held while a log is made, replaced, cut or forgotten and the write for it is queued: a
   * truncation that was kept back runs on another thread than the owner's, and must not be queued
   * behind the end of its log.
   */
  private final Object lifeLock = new Object();

  private RocksRaftLogStore(RocksDB db, GroupCommitWriter writer) {
    this.writer = writer;
    this.reader = new LogReader(db);
  }

  /**
   * Reads what the database holds. Blocking.
   *
   * @throws TroupeException with CORRUPTION, naming the replica
   */
  public static RocksRaftLogStore open(RocksDB db, GroupCommitWriter writer) {
    RocksRaftLogStore store = new RocksRaftLogStore(db, writer);
    try {
      LogReader.Inventory inventory = store.reader.inventory();
      for (StoredReplica replica : inventory.replicas()) {
        store.logs.put(replica.replica(), new ReplicaLog(replica.start(), replica.last()));
      }
      store.tombstones.putAll(inventory.tombstones());
      return store;
    } catch (RuntimeException e) {
      store.close();
      throw e;
    }
  }

  @Override
  public void close() {
    uses.close();
    reader.close();
  }

  @Override
  public List<StoredReplica> replicas() {
    return inUse(() -> reader.inventory().replicas());
  }

  @Override
  public Set<ReplicaKey> known() {
    return Set.copyOf(logs.keySet());
  }

  @Override
  public Optional<StoredReplica> replica(ReplicaKey key) {
    try {
      return logs.containsKey(key) ? inUse(() -> reader.replica(key)) : Optional.empty();
    } catch (TroupeException damaged) {
      if (!logs.containsKey(key)) {
        // Destroyed while it was being read.
        return Optional.empty();
      }
      throw damaged;
    }
  }

  @Override
  public OptionalLong tombstone(RangeId range) {
    Long next = tombstones.get(range);
    return next == null ? OptionalLong.empty() : OptionalLong.of(next);
  }

  @Override
  public long pendingBytes() {
    return writer.pendingBytes();
  }

  @Override
  public void write(LogWrite write, Runnable durable) {
    switch (write) {
      case LogWrite.Append append -> append(append, durable);
      case LogWrite.TruncatePrefix truncate -> {
        ReplicaLog log = require(truncate.replica());
        truncations.pass(() -> truncate(truncate, log, durable));
      }
      case LogWrite.Create create -> {
        synchronized (lifeLock) {
          create(create, durable);
        }
      }
      case LogWrite.Destroy destroy -> {
        synchronized (lifeLock) {
          destroy(destroy, durable);
        }
      }
    }
  }

  @Override
  public List<LogEntry> read(ReplicaKey replica, long from, long to, long maxBytes) {
    ReplicaLog log = logs.get(replica);
    if (log == null || from >= to || from <= log.start().index()) {
      return List.of();
    }
    List<LogEntry> entries = inUse(() -> reader.entries(replica, from, to, maxBytes));
    if (entries != null) {
      return entries;
    }
    if (from <= log.start().index() || logs.get(replica) != log) {
      // Truncated or replaced while it was being read.
      return List.of();
    }
    throw LogReader.damaged(replica, "entries are missing between " + from + " and " + to);
  }

  @Override
  public OptionalLong term(ReplicaKey replica, long index) {
    ReplicaLog log = logs.get(replica);
    if (log == null) {
      return OptionalLong.empty();
    }
    LogPosition start = log.start();
    LogPosition last = log.last();
    if (index == last.index()) {
      return OptionalLong.of(last.term());
    }
    if (index == start.index()) {
      return OptionalLong.of(start.term());
    }
    if (index < start.index() || index > last.index()) {
      return OptionalLong.empty();
    }
    LogEntry entry = inUse(() -> reader.entry(replica, index));
    return entry == null ? OptionalLong.empty() : OptionalLong.of(entry.term());
  }

  /**
   * Replaces a replica's log by an empty one that starts after a snapshot, makes the replica known
   * if it is not, and records that the snapshot's state is still to be put in place. All in one
   * synced write behind everything handed in before. Blocking.
   *
   * @param marker what {@link #unfinishedInstalls} returns until {@link #finishInstall}
   */
  public void beginInstall(
      ReplicaKey replica, LogPosition applied, HardState hardState, byte[] marker) {
    byte[] key = LogRecordCodec.installKey(replica);
    GroupCommitWriter.Awaited write;
    synchronized (lifeLock) {
      requireAboveTombstone(replica);
      logs.put(replica, new ReplicaLog(applied, applied));
      write =
          writer.submitAwaited(
              marker.length + LogEntry.OVERHEAD_BYTES,
              batch -> {
                encoder.deleteReplica(batch, replica);
                encoder.start(batch, replica, applied);
                encoder.hardState(batch, replica, hardState);
                batch.put(key, LogRecordCodec.opaque(key, marker));
              });
    }
    write.await();
  }

  /** Forgets the marker: the snapshot's state is in place and durable. Blocking. */
  public void finishInstall(ReplicaKey replica) {
    byte[] key = LogRecordCodec.installKey(replica);
    writer.writeAndAwait(key.length, batch -> batch.delete(key));
  }

  /** Markers of installations that a crash interrupted. Blocking. */
  public List<byte[]> unfinishedInstalls() {
    return inUse(() -> reader.storeRecords(Kind.INSTALL));
  }

  /**
   * Until closed, no log loses its beginning: truncations wait. For a copy of log and state taken
   * one after the other.
   */
  public TruncationPause pauseTruncation() {
    return truncations.pause();
  }

  /** See {@link #pauseTruncation}. */
  public interface TruncationPause extends AutoCloseable {
    @Override
    void close();
  }

  private void append(LogWrite.Append append, Runnable durable) {
    ReplicaKey replica = append.replica();
    ReplicaLog log = require(replica);
    List<LogEntry> entries = append.entries();
    HardState hardState = append.hardState();
    long oldLast = log.last().index();
    if (entries.isEmpty()) {
      submit(LogEntry.OVERHEAD_BYTES, batch -> putHardState(batch, replica, hardState), durable);
      return;
    }
    requireFitting(append, log);
    LogEntry newLast = entries.getLast();
    int bytes = LogEntry.OVERHEAD_BYTES;
    for (LogEntry entry : entries) {
      bytes += entry.sizeBytes();
    }
    log.appended(new LogPosition(newLast.index(), newLast.term()));
    submit(
        bytes,
        batch -> {
          for (int i = 0; i < entries.size(); i++) {
            encoder.entry(batch, replica, entries.get(i));
          }
          encoder.deleteEntries(batch, replica, newLast.index() + 1, oldLast + 1);
          putHardState(batch, replica, hardState);
        },
        durable);
  }

  private void putHardState(WriteBatch batch, ReplicaKey replica, @Nullable HardState hardState)
      throws RocksDBException {
    if (hardState != null) {
      encoder.hardState(batch, replica, hardState);
    }
  }

  private static void requireFitting(LogWrite.Append append, ReplicaLog log) {
    List<LogEntry> entries = append.entries();
    long first = entries.getFirst().index();
    long next = log.last().index() + 1;
    Invariant.check(
        append.replacesSuffix() ? first <= next && first > log.start().index() : first == next,
        "replica %s appends at %d to a log of %s to %s (replaces suffix: %s)",
        append.replica(),
        first,
        log.start(),
        log.last(),
        append.replacesSuffix());
    for (int i = 1; i < entries.size(); i++) {
      Invariant.check(
          entries.get(i).index() == first + i,
          "replica %s appends a gap before %s",
          append.replica(),
          entries.get(i));
    }
  }

  private void truncate(LogWrite.TruncatePrefix truncate, ReplicaLog expected, Runnable durable) {
    synchronized (lifeLock) {
      truncateNow(truncate, expected, durable);
    }
  }

  private void truncateNow(
      LogWrite.TruncatePrefix truncate, ReplicaLog expected, Runnable durable) {
    ReplicaKey replica = truncate.replica();
    ReplicaLog log = logs.get(replica);
    LogPosition newStart = truncate.newStart();
    if (log != expected || newStart.index() <= log.start().index()) {
      // Nothing to drop, or the log is no longer the one that was meant; still in its order.
      submit(0, batch -> {}, durable);
      return;
    }
    long from = log.start().index() + 1;
    long to = Math.min(newStart.index(), log.last().index()) + 1;
    log.truncatedTo(newStart);
    submit(
        LogEntry.OVERHEAD_BYTES,
        batch -> {
          encoder.deleteEntries(batch, replica, from, to);
          encoder.start(batch, replica, newStart);
        },
        durable);
  }

  private void create(LogWrite.Create create, Runnable durable) {
    ReplicaKey replica = create.replica();
    requireAboveTombstone(replica);
    ReplicaLog log = new ReplicaLog(create.start(), create.start());
    Invariant.check(logs.putIfAbsent(replica, log) == null, "replica %s exists already", replica);
    submit(
        2 * LogEntry.OVERHEAD_BYTES,
        batch -> {
          encoder.start(batch, replica, create.start());
          encoder.hardState(batch, replica, create.hardState());
        },
        durable);
  }

  private void destroy(LogWrite.Destroy destroy, Runnable durable) {
    ReplicaKey replica = destroy.replica();
    long next = tombstones.merge(replica.range(), destroy.nextReplicaId(), Math::max);
    logs.remove(replica);
    byte[] key = LogRecordCodec.tombstoneKey(replica.range());
    submit(
        2 * LogEntry.OVERHEAD_BYTES,
        batch -> {
          encoder.deleteReplica(batch, replica);
          batch.put(key, LogRecordCodec.tombstone(key, next));
        },
        durable);
  }

  private <T extends @Nullable Object> T inUse(Supplier<T> read) {
    uses.enter();
    try {
      return read.get();
    } finally {
      uses.exit();
    }
  }

  private void requireAboveTombstone(ReplicaKey replica) {
    OptionalLong lowest = tombstone(replica.range());
    if (lowest.isPresent() && replica.replica().value() < lowest.getAsLong()) {
      throw new TroupeException(
          ErrorCode.PRECONDITION_FAILED,
          "replica "
              + replica
              + " was removed from this store: the range may come back only as"
              + " replica "
              + lowest.getAsLong()
              + " or above");
    }
  }

  private ReplicaLog require(ReplicaKey replica) {
    ReplicaLog log = logs.get(replica);
    Invariant.check(log != null, "replica %s is not known to this store", replica);
    return Objects.requireNonNull(log);
  }

  private void submit(int bytes, GroupCommitWriter.Change change, Runnable durable) {
    writer.submit(new LogWork(bytes, change, durable));
  }

  private record LogWork(int sizeBytes, GroupCommitWriter.Change change, Runnable report)
      implements GroupCommitWriter.Work {
    @Override
    public void addTo(WriteBatch batch) throws RocksDBException {
      change.addTo(batch);
    }

    @Override
    public void durable() {
      report.run();
    }
  }
}
