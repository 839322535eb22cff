package dev.troupe.sql.session;

import dev.troupe.protocol.spi.ClusterAdmin;
import dev.troupe.sql.storage.RowIds;
import java.util.function.Supplier;

/**
 * What all sessions of a node share. Any thread.
 *
 * @param admin what is known of nodes and ranges
 */
record SqlNode(
    TransactionScope.Sources sources,
    RowIds rowIds,
    PlanCache plans,
    ChangeCounts changes,
    SessionRegistry sessions,
    SessionClocks clocks,
    SqlMetrics metrics,
    Supplier<ClusterAdmin> admin) {}
