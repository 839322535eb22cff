package dev.troupe.sql.session;

import dev.troupe.sql.catalog.Relation;
import dev.troupe.sql.catalog.TableDescriptor;
import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.schema.AccessObject;
import dev.troupe.sql.schema.SchemaCatalog;
import dev.troupe.sql.syntax.ast.MaintenanceStatement;
import dev.troupe.sql.syntax.ast.QualifiedName;
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
  private final ZoneStatements zones;
  private final TableAnalysis analysis;

  MaintenanceStatements(SessionParts parts, Planner planner, PortalRows rows, SessionTypes types) {
    this.parts = parts;
    explains = new ExplainStatements(parts, planner, rows);
    ranges = new RangeStatements(parts, types);
    zones = new ZoneStatements(parts);
    analysis = new TableAnalysis(parts, new StoredTables(parts, planner, rows));
  }

  UtilityResult run(MaintenanceStatement statement, ResultSink sink) {
    return switch (statement) {
      case MaintenanceStatement.Explain s -> explains.run(s);
      case MaintenanceStatement.ShowRanges s -> ranges.run(s);
      case MaintenanceStatement.ShowZones s -> zones.show(s);
      case MaintenanceStatement.Analyze s -> {
        analyze(s.tables(), sink);
        yield UtilityResult.done("ANALYZE");
      }
      case MaintenanceStatement.Vacuum s -> {
        owned(s.tables(), "vacuum", sink);
        yield UtilityResult.done("VACUUM");
      }
      // Old versions are collected and files compacted all the time; indexes do not decay.
      case MaintenanceStatement.Reindex s -> UtilityResult.done("REINDEX");
      case MaintenanceStatement.Cluster s -> UtilityResult.done("CLUSTER");
      case MaintenanceStatement.Checkpoint s -> {
        requireSuperuser();
        yield UtilityResult.done("CHECKPOINT");
      }
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
        requireMayLock(s);
        yield UtilityResult.done("LOCK TABLE");
      }
    };
  }

  private static SqlException unsupported(String what, MaintenanceStatement statement) {
    return UtilityStatements.unsupported(what, statement);
  }

  private void requireSuperuser() {
    if (!parts.transaction().schema(false).rights().isSuperuser()) {
      throw new SqlException(
          SqlState.INSUFFICIENT_PRIVILEGE,
          "must be superuser or have privileges of pg_checkpoint to do CHECKPOINT");
    }
  }

  private void requireMayLock(MaintenanceStatement.LockTables statement) {
    SchemaCatalog catalog = parts.transaction().schema(false);
    for (QualifiedName name : statement.tables()) {
      AccessObject object = AccessObject.of(relation(name));
      switch (statement.mode()) {
        case ACCESS_SHARE -> catalog.rights().requireAny(object, "r", "w", "d", "D");
        case ROW_SHARE, ROW_EXCLUSIVE -> catalog.rights().requireAny(object, "a", "w", "d", "D");
        case SHARE_UPDATE_EXCLUSIVE, SHARE, SHARE_ROW_EXCLUSIVE, EXCLUSIVE, ACCESS_EXCLUSIVE ->
            catalog.rights().requireAny(object, "w", "d", "D");
      }
    }
  }

  private void analyze(List<MaintenanceStatement.TableColumns> named, ResultSink sink) {
    boolean alone = parts.transaction().isOfOneStatement();
    List<Long> ids = owned(named, "analyze", sink);
    if (alone) {
      parts.transaction().rollback();
      analysis.apart(ids);
    } else {
      analysis.within(ids);
    }
  }

  /** Those of the tables, or of all of them when none is named, that the user may maintain. */
  private List<Long> owned(
      List<MaintenanceStatement.TableColumns> named, String what, ResultSink sink) {
    SchemaCatalog catalog = parts.transaction().schema(false);
    List<Relation> relations = new ArrayList<>();
    named.forEach(each -> relations.add(relation(each.table())));
    if (named.isEmpty()) {
      relations.addAll(catalog.allRelations());
    }
    var ids = new ArrayList<Long>();
    for (Relation relation : relations) {
      if (catalog.rights().hasRightsOf(AccessObject.of(relation).owner())) {
        ids.add(relation.id());
      } else if (!named.isEmpty() || relation instanceof TableDescriptor) {
        sink.notice(
            Notice.warning(
                SqlState.WARNING,
                "skipping \"%s\" --- only table or database owner can %s it"
                    .formatted(relation.name(), what)));
      }
    }
    return ids;
  }

  private Relation relation(QualifiedName name) {
    Relation found = parts.transaction().schema(false).find(name.qualifier(), name.last());
    if (found == null) {
      throw SqlException.of(SqlState.UNDEFINED_TABLE, "relation \"%s\" does not exist", name)
          .at(name.position());
    }
    return found;
  }
}
