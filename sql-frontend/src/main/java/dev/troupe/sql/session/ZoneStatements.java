package dev.troupe.sql.session;

import dev.troupe.protocol.codec.Keyspace;
import dev.troupe.protocol.model.KeySpan;
import dev.troupe.protocol.model.ZoneRules;
import dev.troupe.protocol.model.Zones;
import dev.troupe.protocol.spi.ClusterZones;
import dev.troupe.sql.catalog.IndexDescriptor;
import dev.troupe.sql.catalog.Relation;
import dev.troupe.sql.catalog.TableDescriptor;
import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.schema.AccessObject;
import dev.troupe.sql.schema.SchemaCatalog;
import dev.troupe.sql.storage.TableKeys;
import dev.troupe.sql.syntax.Identifiers;
import dev.troupe.sql.syntax.ast.AlterAction;
import dev.troupe.sql.syntax.ast.MaintenanceStatement;
import dev.troupe.sql.syntax.ast.ObjectKind;
import dev.troupe.sql.syntax.ast.QualifiedName;
import dev.troupe.sql.syntax.ast.SchemaStatement;
import dev.troupe.sql.type.SqlType;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * ALTER TABLE, INDEX or DATABASE with CONFIGURE ZONE, and SHOW ZONE CONFIGURATION: how many
 * replicas ranges have, and where. Done at once, whatever becomes of the transaction. Used by the
 * session's thread.
 */
final class ZoneStatements {
  static final List<ResultColumn> COLUMNS =
      List.of(
          new ResultColumn("target", SqlType.TEXT, 0, 0),
          new ResultColumn("raw_config_sql", SqlType.TEXT, 0, 0));

  private final SessionParts parts;

  ZoneStatements(SessionParts parts) {
    this.parts = parts;
  }

  static boolean configures(SchemaStatement.Alter statement) {
    return switch (statement.kind()) {
      case TABLE, INDEX, DATABASE ->
          statement.actions().size() == 1
              && statement.actions().getFirst() instanceof AlterAction.ConfigureZone;
      default -> false;
    };
  }

  /** What rules are about: all tables of the database, one with its indexes, or one index. */
  private record Target(String name, KeySpan span, @Nullable TableDescriptor table) {}

  UtilityResult configure(SchemaStatement.Alter statement) {
    var action = (AlterAction.ConfigureZone) statement.actions().getFirst();
    ZoneRules said = ZoneText.rules(action.options());
    SchemaCatalog catalog = parts.transaction().schema(false);
    Target target = target(catalog, statement.kind(), statement.name());
    requireOwner(catalog, target);
    ClusterZones zones = parts.node().admin().get().zones();
    // Without options everything is taken back; otherwise what is not said stays as it was.
    ZoneRules rules = said.isEmpty() ? said : said.or(own(all(zones), target.span()));
    ClusterAnswers.await(parts, zones.set(target.span(), rules));
    return UtilityResult.done("CONFIGURE ZONE");
  }

  private static ZoneRules own(Zones zones, KeySpan span) {
    return zones.all().stream()
        .filter(zone -> zone.span().equals(span))
        .map(Zones.Zone::rules)
        .findFirst()
        .orElse(ZoneRules.NONE);
  }

  private Zones all(ClusterZones zones) {
    return ClusterAnswers.await(parts, zones.all());
  }

  UtilityResult show(MaintenanceStatement.ShowZones statement) {
    SchemaCatalog catalog = parts.transaction().schema(false);
    QualifiedName name = statement.name();
    ObjectKind kind = statement.kind();
    List<@Nullable Object[]> rows = new ArrayList<>();
    if (name == null || kind == null) {
      Zones zones = all(parts.node().admin().get().zones());
      for (Target target : targets(catalog)) {
        ZoneRules rules = own(zones, target.span());
        if (!rules.isEmpty()) {
          rows.add(row(target, ZoneText.statement(target.name(), rules)));
        }
      }
    } else {
      Target target = target(catalog, kind, name);
      if (target.table() != null) {
        catalog.rights().require(AccessObject.of(target.table()), "r");
      }
      Zones zones = all(parts.node().admin().get().zones());
      rows.add(row(target, ZoneText.statement(target.name(), zones.settings(target.span()))));
    }
    return UtilityResult.of("SHOW ZONE CONFIGURATION", COLUMNS, rows);
  }

  private static @Nullable Object[] row(Target target, String statement) {
    return new @Nullable Object[] {target.name(), statement};
  }

  private void requireOwner(SchemaCatalog catalog, Target target) {
    TableDescriptor table = target.table();
    if (table == null ? catalog.rights().isSuperuser() : owns(catalog, table)) {
      return;
    }
    throw table == null
        ? new SqlException(
            SqlState.INSUFFICIENT_PRIVILEGE, "must be superuser to configure all tables at once")
        : SqlException.of(
            SqlState.INSUFFICIENT_PRIVILEGE, "must be owner of table %s", table.name());
  }

  private static boolean owns(SchemaCatalog catalog, TableDescriptor table) {
    return catalog.rights().hasRightsOf(AccessObject.of(table).owner());
  }

  private Target target(SchemaCatalog catalog, ObjectKind kind, QualifiedName name) {
    if (kind == ObjectKind.DATABASE) {
      if (!name.last().equals(parts.identity().database())) {
        throw SqlException.of(
                SqlState.INVALID_CATALOG_NAME, "database \"%s\" does not exist", name.last())
            .at(name.position());
      }
      return database();
    }
    RangeTarget found = RangeTarget.find(catalog, kind, name);
    IndexDescriptor index = found.index();
    return index == null ? table(found.table()) : index(found.table(), index);
  }

  private Target database() {
    return new Target(
        "DATABASE " + Identifiers.quote(parts.identity().database()), Keyspace.TABLES, null);
  }

  private static Target table(TableDescriptor table) {
    return new Target(
        "TABLE " + Identifiers.quote(table.schema(), table.name()),
        TableKeys.tableSpan(table.id()),
        table);
  }

  private static Target index(TableDescriptor table, IndexDescriptor index) {
    return new Target(
        "INDEX " + Identifiers.quote(table.schema(), index.name()),
        TableKeys.indexSpan(table.id(), index.id()),
        table);
  }

  /** Everything that the session's user may see. */
  private List<Target> targets(SchemaCatalog catalog) {
    var targets = new ArrayList<Target>();
    targets.add(database());
    for (Relation relation : catalog.allRelations()) {
      if (relation instanceof TableDescriptor table
          && catalog.rights().may(AccessObject.of(relation), "r")) {
        targets.add(table(table));
        targets.add(index(table, table.primary()));
        table.indexes().forEach(index -> targets.add(index(table, index)));
      }
    }
    return targets;
  }
}
