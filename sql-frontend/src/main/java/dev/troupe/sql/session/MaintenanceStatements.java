package dev.troupe.sql.session;

import dev.troupe.sql.catalog.Relation;
import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.schema.SchemaCatalog;
import dev.troupe.sql.syntax.ast.MaintenanceStatement;
import dev.troupe.sql.type.SqlType;
import java.util.ArrayList;
import java.util.List;

/** EXPLAIN, ANALYZE and statements that other systems need more than this one. */
final class MaintenanceStatements {
  static final List<ResultColumn> EXPLAIN_COLUMNS =
      List.of(new ResultColumn("QUERY PLAN", SqlType.TEXT, 0, 0));

  private final SessionParts parts;
  private final ExplainStatements explains;
  private final RangeStatements ranges;
  private final TableAnalysis analysis;

  MaintenanceStatements(SessionParts parts, Planner planner, PortalRows rows) {
    this.parts = parts;
    explains = new ExplainStatements(parts, planner, rows);
    ranges = new RangeStatements(parts);
    analysis = new TableAnalysis(parts, new StoredTables(parts, planner, rows));
  }

  UtilityResult run(MaintenanceStatement statement, ResultSink sink) {
    return switch (statement) {
      case MaintenanceStatement.Explain s -> explains.run(s);
      case MaintenanceStatement.ShowRanges s -> ranges.run(s);
      case MaintenanceStatement.Analyze s -> {
        analyze(s.tables());
        yield UtilityResult.done("ANALYZE");
      }
      case MaintenanceStatement.Vacuum s -> {
        requireTables(s.tables());
        yield UtilityResult.done("VACUUM");
      }
      // Old versions are collected and files compacted all the time; indexes do not decay.
      case MaintenanceStatement.Reindex s -> UtilityResult.done("REINDEX");
      case MaintenanceStatement.Cluster s -> UtilityResult.done("CLUSTER");
      case MaintenanceStatement.Checkpoint s -> UtilityResult.done("CHECKPOINT");
      case MaintenanceStatement.ShowCreate s -> throw unsupported("SHOW CREATE", s);
      case MaintenanceStatement.ShowList s -> throw unsupported("SHOW " + s.subject(), s);
      case MaintenanceStatement.SetClusterSetting s -> throw unsupported("SET CLUSTER SETTING", s);
      case MaintenanceStatement.ShowClusterSetting s ->
          throw unsupported("SHOW CLUSTER SETTING", s);
      // Transactions are serializable: whoever would have had to wait for the lock will conflict.
      case MaintenanceStatement.LockTables s -> {
        if (parts.transaction().isImplicit()) {
          throw new SqlException(
              SqlState.NO_ACTIVE_SQL_TRANSACTION,
              "LOCK TABLE can only be used in transaction blocks");
        }
        yield UtilityResult.done("LOCK TABLE");
      }
    };
  }

  private static SqlException unsupported(String what, MaintenanceStatement statement) {
    return UtilityStatements.unsupported(what, statement);
  }

  private void analyze(List<MaintenanceStatement.TableColumns> named) {
    boolean alone = parts.transaction().isOfOneStatement();
    requireTables(named);
    SchemaCatalog catalog = parts.transaction().schema(false);
    var ids = new ArrayList<Long>();
    for (MaintenanceStatement.TableColumns each : named) {
      Relation found = catalog.find(each.table().qualifier(), each.table().last());
      if (found != null) {
        ids.add(found.id());
      }
    }
    if (named.isEmpty()) {
      catalog.allRelations().forEach(relation -> ids.add(relation.id()));
    }
    if (alone) {
      parts.transaction().rollback();
      analysis.apart(ids);
    } else {
      analysis.within(ids);
    }
  }

  private void requireTables(List<MaintenanceStatement.TableColumns> tables) {
    for (MaintenanceStatement.TableColumns each : tables) {
      if (parts.transaction().schema(false).find(each.table().qualifier(), each.table().last())
          == null) {
        throw SqlException.of(
                SqlState.UNDEFINED_TABLE, "relation \"%s\" does not exist", each.table())
            .at(each.table().position());
      }
    }
  }
}
