package dev.troupe.sql.session;

import dev.troupe.protocol.spi.ClusterAdmin;
import dev.troupe.sql.kv.KvTransactions;
import dev.troupe.sql.storage.RowIds;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What all sessions of a node share. Any thread.
 *
 * @param admin what is known of nodes and ranges
 * @param traces null where nothing is traced
 */
record SqlNode(
    TransactionScope.Sources sources,
    RowIds rowIds,
    PlanCache plans,
    ChangeCounts changes,
    SessionRegistry sessions,
    SessionClocks clocks,
    SqlMetrics metrics,
    Supplier<ClusterAdmin> admin,
    @Nullable StatementTraces traces) {
  /** The same with other transactions. */
  SqlNode with(KvTransactions transactions) {
    return new SqlNode(
        new TransactionScope.Sources(
            transactions, sources.catalogs(), sources.virtual(), sources.wall()),
        rowIds,
        plans,
        changes,
        sessions,
        clocks,
        metrics,
        admin,
        null);
  }
}
