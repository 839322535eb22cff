package dev.troupe.sql.storage;

import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.spi.TxnRequest.Lock;
import dev.troupe.sql.catalog.ElementState;
import dev.troupe.sql.catalog.IndexDescriptor;
import dev.troupe.sql.kv.KvTransaction;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Writes the rows of one statement to a table and keeps its indexes in step, as far as the state of
 * each allows. Duplicate keys are looked for once for all rows: the statement counts as a whole, so
 * it may move a key from one of its rows to another. Used by one thread.
 */
public final class TableWriter {
  /** Which rows an index of the table holds. */
  @FunctionalInterface
  public interface PartialIndexes {
    /** Every index holds every row. */
    PartialIndexes NONE = (index, row) -> true;

    /**
     * @param index position among the table's indexes
     */
    boolean holds(int index, @Nullable Object[] row);
  }

  private final TableLayout table;
  private final PartialIndexes partial;
  private final ConstraintErrors errors;
  private final KvTransaction kv;
  private final boolean checksPrimary;

  /** What the keys that this statement touches are to hold; null: nothing. */
  private final Map<Key, byte @Nullable []> changes = new LinkedHashMap<>();

  /** Unique keys that were not there, with the row that brings each. */
  private final Map<Key, Claim> claims = new LinkedHashMap<>();

  /** Claimed keys that other rows of this statement had before. */
  private final Set<Key> freed = new HashSet<>();

  /** Keys of unique indexes that are being filled, which rows of this statement had. */
  private final Map<Key, Former> formers = new LinkedHashMap<>();

  private record Claim(IndexDescriptor index, @Nullable Object[] row) {}

  /** By their primary keys, the rows of this statement that had a key before. */
  private record Former(IndexLayout index, Set<Key> rows) {}

  public TableWriter(
      TableLayout table, PartialIndexes partial, ConstraintErrors errors, KvTransaction kv) {
    this.table = table;
    this.partial = partial;
    this.errors = errors;
    this.kv = kv;
    // Row ids are unique as they are made.
    this.checksPrimary =
        table.table().primary().keys().stream()
            .anyMatch(key -> !table.table().column(key.column()).hidden());
  }

  /**
   * Notes that a row is to be inserted. Rows have all columns of the table, in its order.
   *
   * @throws dev.troupe.sql.error.SqlException when the statement has a row with that key already
   */
  public void insert(@Nullable Object[] row) {
    add(table.primary(), row, checksPrimary);
    for (int i = 0; i < table.indexes().size(); i++) {
      IndexLayout index = table.indexes().get(i);
      if (takesEntries(index) && partial.holds(i, row)) {
        add(index, row, true);
      }
    }
  }

  /** Notes that a row is to be deleted. */
  public void delete(@Nullable Object[] row) {
    remove(table.primary(), row);
    for (int i = 0; i < table.indexes().size(); i++) {
      if (partial.holds(i, row)) {
        remove(table.indexes().get(i), row);
      }
    }
  }

  /** Notes that a row is to be changed, its primary key maybe too. */
  public void update(@Nullable Object[] before, @Nullable Object[] after) {
    move(table.primary(), before, after);
    for (int i = 0; i < table.indexes().size(); i++) {
      IndexLayout index = table.indexes().get(i);
      boolean was = partial.holds(i, before);
      boolean is = takesEntries(index) && partial.holds(i, after);
      if (was && is) {
        move(index, before, after);
      } else if (was) {
        remove(index, before);
      } else if (is) {
        add(index, after, true);
      }
    }
  }

  private static boolean takesEntries(IndexLayout index) {
    return index.index().state() != ElementState.DELETE_ONLY;
  }

  private void move(IndexLayout index, @Nullable Object[] before, @Nullable Object[] after) {
    Key from = index.key(before);
    Key to = index.key(after);
    if (!from.equals(to) || mayBeOfOthers(index, before)) {
      remove(index, before);
      add(index, after, true);
      return;
    }
    byte[] value = index.value(after);
    // Most updates change the row, but no entry. An index that is being filled may lack one.
    if (index == table.primary()
        || index.index().state() != ElementState.PUBLIC
        || !Arrays.equals(value, index.value(before))) {
      changes.put(to, value);
    }
  }

  /** Whether the entry under a row's key may stand for another row, for lack of its own. */
  private boolean mayBeOfOthers(IndexLayout index, @Nullable Object[] row) {
    return index != table.primary()
        && index.index().state() != ElementState.PUBLIC
        && index.isUniqueFor(row);
  }

  private void remove(IndexLayout index, @Nullable Object[] row) {
    Key key = index.key(row);
    if (mayBeOfOthers(index, row)) {
      formers
          .computeIfAbsent(key, k -> new Former(index, new HashSet<>()))
          .rows()
          .add(table.primary().key(row));
    }
    if (changes.get(key) == null) {
      changes.put(key, null);
    } else {
      // Another row of the statement has taken the place already.
      freed.add(key);
    }
  }

  private void add(IndexLayout index, @Nullable Object[] row, boolean checked) {
    Key key = index.key(row);
    if (checked && index.isUniqueFor(row)) {
      Claim claim = new Claim(index.index(), row);
      if (claims.putIfAbsent(key, claim) != null) {
        throw errors.duplicate(table.table(), index.index(), row);
      }
      if (changes.containsKey(key)) {
        freed.add(key);
      }
    }
    changes.put(key, index.value(row));
  }

  /**
   * Looks for duplicates and sends the changes, without waiting for those.
   *
   * @throws dev.troupe.sql.error.SqlException when a key exists already
   */
  public void flush() {
    checkClaims();
    checkFormers();
    changes.forEach(
        (key, value) -> {
          if (value == null) {
            kv.delete(key);
          } else {
            kv.put(key, value);
          }
        });
    changes.clear();
    claims.clear();
    freed.clear();
    formers.clear();
  }

  /**
   * While a unique index is being filled, rows may have keys that are another one's by now: such an
   * entry stays where it is, and nobody takes its place.
   */
  private void checkFormers() {
    List<Key> keys = List.copyOf(formers.keySet());
    List<byte @Nullable []> found = lookUp(keys);
    for (int i = 0; i < keys.size(); i++) {
      Key key = keys.get(i);
      byte[] entry = found.get(i);
      Former former = Objects.requireNonNull(formers.get(key));
      if (entry == null || former.rows().contains(former.index().primaryKey(key, entry))) {
        continue;
      }
      Claim claim = claims.get(key);
      if (claim != null) {
        throw errors.duplicate(table.table(), claim.index(), claim.row());
      }
      changes.remove(key);
    }
  }

  private void checkClaims() {
    var keys = new ArrayList<Key>(claims.size());
    var sought = new ArrayList<Claim>(claims.size());
    claims.forEach(
        (key, claim) -> {
          if (!freed.contains(key)) {
            keys.add(key);
            sought.add(claim);
          }
        });
    List<byte @Nullable []> found = lookUp(keys);
    for (int i = 0; i < found.size(); i++) {
      if (found.get(i) != null) {
        throw errors.duplicate(table.table(), sought.get(i).index(), sought.get(i).row());
      }
    }
  }

  private List<byte @Nullable []> lookUp(List<Key> keys) {
    if (keys.isEmpty()) {
      return List.of();
    }
    if (keys.size() == 1) {
      var one = new ArrayList<byte @Nullable []>(1);
      one.add(kv.get(keys.getFirst(), Lock.NONE));
      return one;
    }
    return kv.getAll(keys, Lock.NONE);
  }
}
