package dev.troupe.sql.session;

import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.KeySpan;
import dev.troupe.protocol.spi.ClusterAdmin;
import dev.troupe.sql.catalog.Relation;
import dev.troupe.sql.catalog.TableDescriptor;
import dev.troupe.sql.schema.AccessObject;
import dev.troupe.sql.schema.SchemaCatalog;
import dev.troupe.sql.storage.KeyNames;
import dev.troupe.sql.syntax.ast.MaintenanceStatement;
import dev.troupe.sql.syntax.ast.ObjectKind;
import dev.troupe.sql.syntax.ast.QualifiedName;
import dev.troupe.sql.type.SqlArray;
import dev.troupe.sql.type.SqlType;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** SHOW RANGES: where a table or an index lies. Used by the session's thread. */
final class RangeStatements {
  private static final double BYTES_OF_A_MEBIBYTE = 1 << 20;

  static final List<ResultColumn> COLUMNS =
      List.of(
          new ResultColumn("start_key", SqlType.TEXT, 0, 0),
          new ResultColumn("end_key", SqlType.TEXT, 0, 0),
          new ResultColumn("range_id", SqlType.INT8, 0, 0),
          new ResultColumn("range_size_mb", SqlType.FLOAT8, 0, 0),
          new ResultColumn("lease_holder", SqlType.INT8, 0, 0),
          new ResultColumn("replicas", SqlType.arrayOf(SqlType.INT8), 0, 0),
          new ResultColumn("reads_per_second", SqlType.FLOAT8, 0, 0),
          new ResultColumn("writes_per_second", SqlType.FLOAT8, 0, 0));

  private final SessionParts parts;
  private final SessionTypes types;

  RangeStatements(SessionParts parts, SessionTypes types) {
    this.parts = parts;
    this.types = types;
  }

  UtilityResult run(MaintenanceStatement.ShowRanges statement) {
    SchemaCatalog catalog = parts.transaction().schema(false);
    KeySpan span = span(catalog, statement);
    KeyNames names = names(catalog, types);
    var rows = new ArrayList<@Nullable Object[]>();
    ranges().stream()
        .filter(range -> range.descriptor().span().overlaps(span))
        .sorted(Comparator.comparing(range -> range.descriptor().span().start()))
        .forEach(range -> rows.add(row(range, names)));
    return UtilityResult.of("SHOW RANGES", COLUMNS, rows);
  }

  /** Keys as the session's user may see them. */
  static KeyNames names(SchemaCatalog catalog, SessionTypes types) {
    return new KeyNames(
        id -> catalog.relation(id) instanceof TableDescriptor table ? table : null,
        table -> catalog.rights().may(AccessObject.of(table), "r"),
        types.session());
  }

  private List<ClusterAdmin.RangeStatus> ranges() {
    return ClusterAnswers.await(parts, parts.node().admin().get().ranges());
  }

  private KeySpan span(SchemaCatalog catalog, MaintenanceStatement.ShowRanges statement) {
    QualifiedName name = statement.name();
    if (name == null || statement.kind() == ObjectKind.DATABASE) {
      return KeySpan.ALL;
    }
    RangeTarget target = RangeTarget.find(catalog, statement.kind(), name);
    catalog.rights().require(AccessObject.of((Relation) target.table()), "r");
    return target.span();
  }

  private static @Nullable Object[] row(ClusterAdmin.RangeStatus range, KeyNames names) {
    var nodes = new ArrayList<Long>();
    range.replicas().forEach(replica -> nodes.add((long) replica.node().value()));
    nodes.sort(null);
    Key start = range.descriptor().span().start();
    Key end = range.descriptor().span().end();
    var leader = range.leader();
    return new @Nullable Object[] {
      names.of(start),
      names.of(end),
      range.descriptor().id().value(),
      range.approximateBytes() / BYTES_OF_A_MEBIBYTE,
      leader == null ? null : Long.valueOf(leader.value()),
      SqlArray.of(SqlType.INT8, nodes),
      range.readsPerSecond(),
      range.writesPerSecond()
    };
  }
}
