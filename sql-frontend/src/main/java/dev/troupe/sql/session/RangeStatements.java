package dev.troupe.sql.session;

import dev.troupe.protocol.codec.Keyspace;
import dev.troupe.protocol.error.TroupeException;
import dev.troupe.protocol.model.KeySpan;
import dev.troupe.protocol.spi.ClusterAdmin;
import dev.troupe.sql.catalog.Relation;
import dev.troupe.sql.catalog.TableDescriptor;
import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.storage.TableKeys;
import dev.troupe.sql.syntax.ast.MaintenanceStatement;
import dev.troupe.sql.syntax.ast.QualifiedName;
import dev.troupe.sql.type.SqlType;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** SHOW RANGES: where a table lies. Used by the session's thread. */
final class RangeStatements {
  private static final long WAIT_SECONDS = 10;

  static final List<ResultColumn> COLUMNS =
      List.of(
          new ResultColumn("range_id", SqlType.INT8, 0, 0),
          new ResultColumn("start_key", SqlType.TEXT, 0, 0),
          new ResultColumn("end_key", SqlType.TEXT, 0, 0),
          new ResultColumn("leader", SqlType.INT4, 0, 0),
          new ResultColumn("replicas", SqlType.TEXT, 0, 0),
          new ResultColumn("bytes", SqlType.INT8, 0, 0),
          new ResultColumn("writes_per_second", SqlType.FLOAT8, 0, 0),
          new ResultColumn("reads_per_second", SqlType.FLOAT8, 0, 0));

  private final SessionParts parts;

  RangeStatements(SessionParts parts) {
    this.parts = parts;
  }

  UtilityResult run(MaintenanceStatement.ShowRanges statement) {
    KeySpan span = span(statement.name());
    var rows = new ArrayList<@Nullable Object[]>();
    for (ClusterAdmin.RangeStatus range : ranges()) {
      if (range.descriptor().span().overlaps(span)) {
        rows.add(row(range));
      }
    }
    return UtilityResult.of("SHOW RANGES", COLUMNS, rows);
  }

  private List<ClusterAdmin.RangeStatus> ranges() {
    try {
      CompletableFuture<List<ClusterAdmin.RangeStatus>> answer =
          parts
              .node()
              .admin()
              .get()
              .ranges()
              .toCompletableFuture()
              .orTimeout(WAIT_SECONDS, TimeUnit.SECONDS);
      return parts.cancellation().await(answer);
    } catch (TroupeException e) {
      throw new SqlException(SqlState.CANNOT_CONNECT_NOW, e.getMessage());
    }
  }

  private KeySpan span(@Nullable QualifiedName name) {
    if (name == null) {
      return Keyspace.TABLES;
    }
    Relation found = parts.transaction().schema(false).find(name.qualifier(), name.last());
    if (found instanceof TableDescriptor table) {
      return TableKeys.tableSpan(table.id());
    }
    throw SqlException.of(SqlState.UNDEFINED_TABLE, "table \"%s\" does not exist", name)
        .at(name.position());
  }

  private static @Nullable Object[] row(ClusterAdmin.RangeStatus range) {
    var nodes = new ArrayList<String>();
    range.replicas().forEach(replica -> nodes.add(Integer.toString(replica.node().value())));
    return new @Nullable Object[] {
      range.descriptor().id().value(),
      range.descriptor().span().start().toString(),
      range.descriptor().span().end().toString(),
      range.leader() == null ? null : range.leader().value(),
      String.join(",", nodes),
      range.approximateBytes(),
      range.writesPerSecond(),
      range.readsPerSecond()
    };
  }
}
