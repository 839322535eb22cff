package dev.troupe.sql.session;

import dev.troupe.sql.catalog.Relation;
import dev.troupe.sql.catalog.TableDescriptor;
import dev.troupe.sql.catalog.TableStatistics;
import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.exec.RowBatch;
import dev.troupe.sql.exec.RowSource;
import dev.troupe.sql.kv.KvTransaction;
import dev.troupe.sql.schema.StatisticsStore;
import dev.troupe.sql.statistics.TableCount;
import java.time.Duration;
import java.util.List;

/**
 * ANALYZE: counts what is in tables and leaves it for the planners of all nodes. A table is read as
 * of one moment, without being in anybody's way. Used by the session's thread.
 */
final class TableAnalysis {
  private static final Duration WRITE_DEADLINE = Duration.ofSeconds(20);

  private final SessionParts parts;
  private final StoredTables tables;

  TableAnalysis(SessionParts parts, StoredTables tables) {
    this.parts = parts;
    this.tables = tables;
  }

  /** Counts tables in the transaction that is open; what it finds is left when it commits. */
  void within(List<Long> ids) {
    for (long id : ids) {
      if (parts.transaction().schema(false).relation(id) instanceof TableDescriptor table) {
        TableStatistics counted = count(table);
        parts.transaction().afterCommit(() -> leaveIfPossible(id, counted));
      }
    }
  }

  /** The transaction is done, with or without better estimates. */
  private void leaveIfPossible(long table, TableStatistics counted) {
    try {
      leave(table, counted);
    } catch (SqlException e) {
      parts.node().changes().add(table, counted.rows());
    }
  }

  /** Counts tables one after the other, each as of a moment of its own. */
  void apart(List<Long> ids) {
    for (long id : ids) {
      TableStatistics counted = null;
      parts.transaction().expect(true);
      parts.transaction().beginImplicit(parts.nowMicros(), true);
      try {
        Relation relation = parts.transaction().schema(false).relation(id);
        if (relation instanceof TableDescriptor table) {
          counted = count(table);
        }
      } finally {
        parts.transaction().rollback();
      }
      if (counted != null) {
        leave(id, counted);
      }
    }
  }

  private TableStatistics count(TableDescriptor table) {
    var count = new TableCount(table);
    try (RowSource rows = tables.rows(table)) {
      for (RowBatch batch = rows.nextBatch(); batch != null; batch = rows.nextBatch()) {
        for (int i = 0; i < batch.size(); i++) {
          count.add(batch.row(i));
        }
        parts.cancellation().check();
      }
    }
    return count.statistics();
  }

  private void leave(long table, TableStatistics counted) {
    parts.node().changes().forget(table);
    KvTransaction write = parts.node().sources().transactions().begin(WRITE_DEADLINE);
    try {
      StatisticsStore.write(write, table, counted);
      write.commit();
    } finally {
      write.rollback();
    }
    refresh(parts.node());
  }

  /** Reads what this and other nodes have counted. */
  static void refresh(SqlNode node) {
    KvTransaction read = node.sources().transactions().begin(WRITE_DEADLINE);
    try {
      node.sources().catalogs().statistics().refresh(read);
    } finally {
      read.rollback();
    }
  }
}
