package dev.troupe.sql.schema;

import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.spi.KvResponse;
import dev.troupe.protocol.spi.TxnRequest.Lock;
import dev.troupe.sql.catalog.TableStatistics;
import dev.troupe.sql.kv.KvCursor;
import dev.troupe.sql.kv.KvTransaction;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A node's memory of what was counted of tables. It is kept beside the catalog and not part of its
 * versions: a change of these would fail every transaction that is under way, for the sake of a
 * hint. Nodes read it now and then instead. Any thread.
 */
public final class StatisticsStore {
  /**
   * All that is known, at one moment. Immutable.
   *
   * @param epoch differs whenever anything else does; plans are good for one
   */
  record Known(long epoch, Map<Long, TableStatistics> tables, Map<Long, Integer> hashes) {}

  private volatile Known known = new Known(0, Map.of(), Map.of());

  Known known() {
    return known;
  }

  /** Differs whenever anything that is known does. */
  public long epoch() {
    return known.epoch();
  }

  /** Reads what other nodes have counted. */
  public synchronized void refresh(KvTransaction transaction) {
    Map<Long, TableStatistics> tables = new HashMap<>();
    Map<Long, Integer> hashes = new HashMap<>();
    try (KvCursor cursor = transaction.scan(CatalogKeys.STATISTICS, false, false, 0, Lock.NONE)) {
      for (List<KvResponse.Row> page = cursor.next(); page != null; page = cursor.next()) {
        for (KvResponse.Row row : page) {
          long table = CatalogKeys.statisticsTable(row.key());
          tables.put(table, StatisticsCodec.decode(row.value()));
          hashes.put(table, Arrays.hashCode(row.value()));
        }
      }
    }
    if (!hashes.equals(known.hashes())) {
      known = new Known(known.epoch() + 1, Map.copyOf(tables), Map.copyOf(hashes));
    }
  }

  /** Rows of a table as last counted; 0 when they never were. */
  public long rows(long table) {
    TableStatistics counted = known.tables().get(table);
    return counted == null ? 0 : counted.rows();
  }

  /** Remembers what was counted, for all nodes, when the transaction commits. */
  public static void write(KvTransaction transaction, long table, TableStatistics statistics) {
    Key key = CatalogKeys.statistics(table);
    transaction.put(key, StatisticsCodec.encode(statistics));
  }
}
