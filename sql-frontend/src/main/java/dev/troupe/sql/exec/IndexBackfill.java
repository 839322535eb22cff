package dev.troupe.sql.exec;

import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.KeySpan;
import dev.troupe.protocol.model.Timestamp;
import dev.troupe.protocol.spi.KvResponse;
import dev.troupe.protocol.spi.TxnRequest.Lock;
import dev.troupe.sql.catalog.IndexDescriptor;
import dev.troupe.sql.catalog.TableDescriptor;
import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.kv.KvCursor;
import dev.troupe.sql.storage.IndexLayout;
import dev.troupe.sql.storage.RowReader;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Makes the entries of an index for rows that were there before it, some rows at a time, while
 * others write both. Each portion belongs to a transaction: what it read of rows and entries is
 * validated with it, or held, so it agrees with what others have written meanwhile, or comes to
 * nothing. Used by one thread.
 */
public final class IndexBackfill {
  /** A portion of rows ends here even if it has few of them. */
  private static final long BYTES_MAX = 1 << 20;

  private final Execution run;
  private final TableProgram program;
  private final IndexLayout index;
  private final int position;

  private IndexBackfill(ExecContext context, TableDescriptor table, IndexDescriptor index) {
    var compiler = new PlanCompiler();
    this.program = TableProgram.of(table, context.checks().of(table), compiler.expressions());
    this.run = new Execution(context, compiler.states());
    this.index = program.layout().index(index);
    this.position = program.layout().indexes().indexOf(this.index);
  }

  /**
   * What was done.
   *
   * @param resume the first row that is left; null: there is none
   */
  public record Portion(long rows, @Nullable Key resume) {}

  /**
   * Makes the entries of some rows.
   *
   * @param from the first one; null: the first of the table
   * @param lock when not NONE, others have to wait with changes of these rows; rows that they
   *     insert among them are in nobody's way
   * @throws SqlException UNIQUE_VIOLATION, naming the key
   */
  public static Portion fill(
      ExecContext context,
      TableDescriptor table,
      IndexDescriptor index,
      @Nullable Key from,
      int rowsMax,
      Lock lock) {
    return new IndexBackfill(context, table, index).fill(from, rowsMax, lock);
  }

  private Portion fill(@Nullable Key from, int rowsMax, Lock lock) {
    KeySpan all = program.layout().primary().span();
    KeySpan rest = from == null ? all : new KeySpan(from, all.end());
    // Rows that come between are indexed by who writes them. A reader without locks is in conflict
    // with them all the same, as what it depends on is the whole span.
    Lock scanning = lock == Lock.NONE ? Lock.NONE : Lock.UNCHECKED;
    var rows = new ArrayList<KvResponse.Row>();
    Key resume = null;
    long bytes = 0;
    try (KvCursor cursor = run.kv().scan(rest, false, false, rowsMax, scanning)) {
      List<KvResponse.Row> page = cursor.next();
      while (page != null && resume == null) {
        for (KvResponse.Row each : page) {
          if (rows.size() == rowsMax || bytes > BYTES_MAX) {
            resume = each.key();
            break;
          }
          rows.add(each);
          bytes += each.key().length() + each.value().length;
        }
        page = resume == null ? cursor.next() : null;
      }
    }
    addEntries(indexed(lock == Lock.NONE ? rows : held(rows, lock)));
    return new Portion(rows.size(), resume);
  }

  /** The rows as they are while they are held, without those that are gone. */
  private List<KvResponse.Row> held(List<KvResponse.Row> candidates, Lock lock) {
    List<byte @Nullable []> values =
        run.kv().getAll(candidates.stream().map(KvResponse.Row::key).toList(), lock);
    var rows = new ArrayList<KvResponse.Row>(candidates.size());
    for (int i = 0; i < candidates.size(); i++) {
      byte[] value = values.get(i);
      if (value != null) {
        rows.add(new KvResponse.Row(candidates.get(i).key(), value, Timestamp.MIN));
      }
    }
    return rows;
  }

  private List<@Nullable Object[]> indexed(List<KvResponse.Row> stored) {
    RowReader reader = RowReader.ofAll(program.layout());
    var rows = new ArrayList<@Nullable Object[]>();
    for (KvResponse.Row each : stored) {
      @Nullable Object[] row = reader.read(each.key(), each.value());
      if (program.holds(position, row, run)) {
        rows.add(row);
      }
    }
    return rows;
  }

  private void addEntries(List<@Nullable Object[]> rows) {
    Map<Key, @Nullable Object[]> unique = new HashMap<>();
    for (@Nullable Object[] row : rows) {
      if (index.isUniqueFor(row) && unique.put(index.key(row), row) != null) {
        throw duplicate(row);
      }
    }
    List<Key> keys = List.copyOf(unique.keySet());
    List<byte @Nullable []> found = keys.isEmpty() ? List.of() : run.kv().getAll(keys, Lock.NONE);
    for (int i = 0; i < keys.size(); i++) {
      byte[] entry = found.get(i);
      @Nullable Object[] row = unique.get(keys.get(i));
      // Whoever has changed the row since the index is there has made its entry.
      if (entry != null && row != null && !isOf(row, keys.get(i), entry)) {
        throw duplicate(row);
      }
    }
    for (@Nullable Object[] row : rows) {
      run.kv().put(index.key(row), index.value(row));
    }
  }

  private boolean isOf(@Nullable Object[] row, Key key, byte[] entry) {
    return index.primaryKey(key, entry).equals(program.layout().primary().key(row));
  }

  private SqlException duplicate(@Nullable Object[] row) {
    return run.errors().duplicated(program.table(), index.index(), row);
  }
}
