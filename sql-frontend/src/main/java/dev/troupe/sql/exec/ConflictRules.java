package dev.troupe.sql.exec;

import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.spi.TxnRequest.Lock;
import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.storage.IndexLayout;
import dev.troupe.sql.storage.RowReader;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * ON CONFLICT: what becomes of rows whose key exists.
 *
 * @param arbiters indexes whose duplicates are meant
 * @param positions of the arbiters among the table's indexes; -1: the primary one
 * @param assignments over the row that is there and the one that was to be inserted, by position in
 *     the table's row; null: DO NOTHING
 * @param where null: always
 */
record ConflictRules(
    TableProgram program,
    IndexLayout[] arbiters,
    int[] positions,
    RowReader reader,
    @Nullable RowExpr @Nullable [] assignments,
    @Nullable RowExpr where) {
  /**
   * Inserts or updates.
   *
   * @return the rows that were written, as they are now
   */
  List<@Nullable Object[]> apply(List<@Nullable Object[]> rows, TableChange change, Execution run) {
    rows.replaceAll(row -> program.completed(row, run));
    Map<Key, byte @Nullable []> stored = read(rows, run);
    Set<Key> taken = new HashSet<>();
    List<@Nullable Object[]> written = new ArrayList<>();
    List<Conflict> conflicts = new ArrayList<>();
    for (@Nullable Object[] row : rows) {
      List<Key> keys = keys(row, run);
      if (keys.stream().anyMatch(taken::contains)) {
        if (assignments != null) {
          throw secondTime();
        }
        continue;
      }
      Key existing = keys.stream().filter(k -> stored.get(k) != null).findFirst().orElse(null);
      if (existing == null) {
        taken.addAll(keys);
        change.insertComplete(row);
        written.add(row);
      } else if (assignments != null) {
        taken.add(existing);
        conflicts.add(new Conflict(primaryKey(existing, stored), row));
      }
    }
    update(conflicts, stored, written, change, run);
    return written;
  }

  /** A row that is there, by its primary key, and the one that was to be inserted. */
  private record Conflict(Key primary, @Nullable Object[] excluded) {}

  private Map<Key, byte @Nullable []> read(List<@Nullable Object[]> rows, Execution run) {
    Map<Key, byte @Nullable []> stored = new LinkedHashMap<>();
    for (@Nullable Object[] row : rows) {
      keys(row, run).forEach(key -> stored.put(key, null));
    }
    List<Key> keys = List.copyOf(stored.keySet());
    // Who will change the row queues for it now, rather than fail when it commits.
    List<byte @Nullable []> values =
        run.kv().getAll(keys, assignments == null ? Lock.NONE : Lock.WAIT);
    for (int i = 0; i < keys.size(); i++) {
      stored.put(keys.get(i), values.get(i));
    }
    return stored;
  }

  private List<Key> keys(@Nullable Object[] row, Execution run) {
    var keys = new ArrayList<Key>(arbiters.length);
    for (int i = 0; i < arbiters.length; i++) {
      boolean holds = positions[i] < 0 || program.holds(positions[i], row, run);
      if (holds && arbiters[i].isUniqueFor(row)) {
        keys.add(arbiters[i].key(row));
      }
    }
    return keys;
  }

  private Key primaryKey(Key existing, Map<Key, byte @Nullable []> stored) {
    for (IndexLayout arbiter : arbiters) {
      byte[] value = stored.get(existing);
      if (value != null && arbiter.span().contains(existing)) {
        return arbiter.primaryKey(existing, value);
      }
    }
    throw new IllegalStateException("no arbiter has the key " + existing);
  }

  private void update(
      List<Conflict> conflicts,
      Map<Key, byte @Nullable []> stored,
      List<@Nullable Object[]> written,
      TableChange change,
      Execution run) {
    if (conflicts.isEmpty() || assignments == null) {
      return;
    }
    List<Key> keys = conflicts.stream().map(Conflict::primary).toList();
    List<byte @Nullable []> values = rows(keys, stored, run);
    Set<Key> updated = new HashSet<>();
    for (int i = 0; i < keys.size(); i++) {
      byte[] value = values.get(i);
      if (value == null) {
        throw new SqlException(
            SqlState.SERIALIZATION_FAILURE, "could not serialize access due to concurrent delete");
      }
      if (!updated.add(keys.get(i))) {
        throw secondTime();
      }
      @Nullable Object[] before = reader.read(keys.get(i), value);
      @Nullable Object[] both = Rows.join(before, conflicts.get(i).excluded());
      if (where == null || where.isTrue(both, run)) {
        @Nullable Object[] after = before.clone();
        for (int c = 0; c < after.length; c++) {
          RowExpr assignment = assignments[c];
          if (assignment != null) {
            after[c] = assignment.eval(both, run);
          }
        }
        change.update(before, after);
        written.add(after);
      }
    }
  }

  /** Rows found by their primary key have been read already. */
  private static List<byte @Nullable []> rows(
      List<Key> keys, Map<Key, byte @Nullable []> stored, Execution run) {
    if (!stored.keySet().containsAll(keys)) {
      return run.kv().getAll(keys, Lock.WAIT);
    }
    var values = new ArrayList<byte @Nullable []>();
    keys.forEach(key -> values.add(stored.get(key)));
    return values;
  }

  private static SqlException secondTime() {
    return new SqlException(
            SqlState.CARDINALITY_VIOLATION,
            "ON CONFLICT DO UPDATE command cannot affect row a second time")
        .withHint(
            "Ensure that no rows proposed for insertion within the same command have duplicate"
                + " constrained values.");
  }
}
