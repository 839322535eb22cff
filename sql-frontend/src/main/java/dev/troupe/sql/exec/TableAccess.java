package dev.troupe.sql.exec;

import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.Timestamp;
import dev.troupe.protocol.spi.KvResponse;
import dev.troupe.protocol.spi.TxnRequest.Lock;
import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.kv.Cancellation;
import dev.troupe.sql.plan.RowLock;
import dev.troupe.sql.storage.IndexLayout;
import dev.troupe.sql.storage.RowReader;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * How wanted columns of a table's rows come out of one of its indexes.
 *
 * @param entries reads the index itself; reads nothing when that does not hold all columns
 * @param rows reads the primary index
 * @param covering whether the entries are enough
 * @param filter rows that do not fulfil it are left out; null: none
 * @param rest the part of the filter that ranges cannot carry out; null: none
 */
record TableAccess(
    AccessRanges ranges,
    RowReader entries,
    RowReader rows,
    boolean covering,
    @Nullable RowExpr filter,
    @Nullable RowExpr rest,
    RowLock lock) {
  /** Whether keys can be locked when they are first read, since every row read is wanted. */
  boolean locksAtOnce() {
    return locks() && filter == null && covering && ranges.index() == rows.layout();
  }

  private boolean locks() {
    return lock != RowLock.NONE && lock != RowLock.CANDIDATES;
  }

  /** How that is read which is not locked, or not yet. */
  private Lock unlocked() {
    return lock == RowLock.CANDIDATES ? Lock.UNCHECKED : Lock.NONE;
  }

  Lock firstLock() {
    return locksAtOnce() ? lock(lock) : unlocked();
  }

  boolean keysOnly() {
    return covering && entries.readsKeysOnly();
  }

  static Lock lock(RowLock lock) {
    return switch (lock) {
      case NONE -> Lock.NONE;
      case WAIT -> Lock.WAIT;
      case NO_WAIT -> Lock.NO_WAIT;
      case SKIP_LOCKED -> Lock.SKIP_LOCKED;
      case CANDIDATES -> Lock.UNCHECKED;
    };
  }

  /** Takes rows with the key of the index that they were found by. */
  @FunctionalInterface
  interface Sink {
    void accept(Key foundBy, @Nullable Object[] row);
  }

  /** A row that is wanted and must be read from the primary index. */
  private record Candidate(Key foundBy, Key primary) {}

  /** Rows of single keys of the index. */
  void byKeys(List<Key> keys, Sink out, Execution run) {
    // A row whose whole key is known is locked before it is read: others may queue for it.
    Lock first = covering && ranges.index() == rows.layout() ? lock(lock) : unlocked();
    List<byte @Nullable []> values = getAll(keys, first, run);
    var found = new ArrayList<KvResponse.Row>(keys.size());
    for (int i = 0; i < keys.size(); i++) {
      byte[] value = values.get(i);
      if (value != null) {
        found.add(new KvResponse.Row(keys.get(i), value, Timestamp.MIN));
      }
    }
    decode(found, first != unlocked(), filter, out, run);
  }

  /**
   * Rows that a page of the index stands for.
   *
   * @param evaluated whether the ranges have done their part of the filter
   */
  void byPage(List<KvResponse.Row> page, boolean evaluated, Sink out, Execution run) {
    decode(page, locksAtOnce(), evaluated ? rest : filter, out, run);
  }

  private void decode(
      List<KvResponse.Row> found,
      boolean locked,
      @Nullable RowExpr condition,
      Sink out,
      Execution run) {
    if (found.isEmpty()) {
      return;
    }
    if (!covering) {
      lookUp(found, out, run);
      return;
    }
    boolean lockNow = locks() && !locked;
    var wanted = new ArrayList<Candidate>();
    for (KvResponse.Row one : found) {
      @Nullable Object[] row = entries.read(one.key(), one.value());
      if (condition == null || condition.isTrue(row, run)) {
        if (lockNow) {
          wanted.add(new Candidate(one.key(), ranges.index().primaryKey(one.key(), one.value())));
        } else {
          out.accept(one.key(), row);
        }
      }
    }
    readLocked(wanted, out, run);
  }

  private boolean isWanted(@Nullable Object[] row, Execution run) {
    return filter == null || filter.isTrue(row, run);
  }

  /** Goes from entries of an index to the rows. */
  private void lookUp(List<KvResponse.Row> found, Sink out, Execution run) {
    var keys = new ArrayList<Key>(found.size());
    for (KvResponse.Row entry : found) {
      keys.add(ranges.index().primaryKey(entry.key(), entry.value()));
    }
    List<byte @Nullable []> values = getAll(keys, unlocked(), run);
    var wanted = new ArrayList<Candidate>();
    for (int i = 0; i < keys.size(); i++) {
      byte[] value = values.get(i);
      if (value == null) {
        throw SqlException.of(
            SqlState.DATA_CORRUPTED,
            "index \"%s\" has an entry without its row",
            ranges.index().index().name());
      }
      @Nullable Object[] row = rows.read(keys.get(i), value);
      if (isWanted(row, run)) {
        if (!locks()) {
          out.accept(found.get(i).key(), row);
        } else {
          wanted.add(new Candidate(found.get(i).key(), keys.get(i)));
        }
      }
    }
    readLocked(wanted, out, run);
  }

  /** Locks rows that were found wanted, and looks at them again: they may have changed. */
  private void readLocked(List<Candidate> wanted, Sink out, Execution run) {
    if (wanted.isEmpty()) {
      return;
    }
    List<Key> keys = wanted.stream().map(Candidate::primary).toList();
    List<byte @Nullable []> values = getAll(keys, lock(lock), run);
    for (int i = 0; i < keys.size(); i++) {
      byte[] value = values.get(i);
      if (value != null) {
        @Nullable Object[] row = rows.read(keys.get(i), value);
        if (isWanted(row, run)) {
          out.accept(wanted.get(i).foundBy(), row);
        }
      }
    }
  }

  private List<byte @Nullable []> getAll(List<Key> keys, Lock mode, Execution run) {
    return getAll(rows.layout(), keys, mode, run);
  }

  /** Values of rows or entries of the table with this primary index, in the order of the keys. */
  static List<byte @Nullable []> getAll(
      IndexLayout primary, List<Key> keys, Lock mode, Execution run) {
    if (keys.size() == 1) {
      var one = new ArrayList<byte @Nullable []>(1);
      one.add(locking(primary, () -> run.kv().get(keys.getFirst(), mode)));
      return one;
    }
    return locking(primary, () -> run.kv().getAll(keys, mode));
  }

  <T extends @Nullable Object> T locking(Supplier<T> action) {
    return locking(rows.layout(), action);
  }

  /** Does what may meet a lock, and says which table it was in. */
  private static <T extends @Nullable Object> T locking(IndexLayout primary, Supplier<T> action) {
    try {
      return action.get();
    } catch (SqlException e) {
      if (e.state() != SqlState.LOCK_NOT_AVAILABLE || Cancellation.isLockTimeout(e)) {
        throw e;
      }
      throw SqlException.of(
          SqlState.LOCK_NOT_AVAILABLE,
          "could not obtain lock on row in relation \"%s\"",
          primary.table().name());
    }
  }
}
