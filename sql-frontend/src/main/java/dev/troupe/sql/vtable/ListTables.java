package dev.troupe.sql.vtable;

import dev.troupe.sql.catalog.IndexDescriptor;
import dev.troupe.sql.catalog.SequenceDescriptor;
import dev.troupe.sql.catalog.TableDescriptor;
import dev.troupe.sql.catalog.TableStatistics;
import dev.troupe.sql.catalog.ViewDescriptor;
import dev.troupe.sql.catalog.VirtualTable;
import dev.troupe.sql.schema.Role;
import dev.troupe.sql.schema.Tables;
import java.util.Map;

/** PostgreSQL's readable lists: pg_tables, pg_views, pg_indexes, pg_sequences and the like. */
final class ListTables {
  static final Map<String, ProducedTable.Producer> PRODUCERS =
      Map.of(
          "pg_tables", ListTables::tables,
          "pg_views", ListTables::views,
          "pg_indexes", ListTables::indexes,
          "pg_sequence", ListTables::sequence,
          "pg_sequences", ListTables::sequences,
          "pg_stat_user_tables", ListTables::statistics,
          "pg_stat_all_tables", ListTables::statistics,
          "pg_stat_user_indexes", ListTables::indexStatistics,
          "pg_stat_all_indexes", ListTables::indexStatistics);

  private ListTables() {}

  private static void tables(CatalogView view, RowWriter rows) {
    for (TableDescriptor table : view.tables()) {
      rows.row()
          .set("schemaname", table.schema())
          .set("tablename", table.name())
          .set("tableowner", table.owner())
          .set("hasindexes", !Tables.indexes(table).isEmpty())
          .set("hastriggers", !table.foreignKeys().isEmpty() || !table.referencedBy().isEmpty());
    }
    for (var relation : view.catalog().virtualRelations()) {
      if (relation instanceof VirtualTable && RelationTables.kind(relation).equals("r")) {
        rows.row()
            .set("schemaname", relation.schema())
            .set("tablename", relation.name())
            .set("tableowner", Role.ROOT.name());
      }
    }
  }

  private static void views(CatalogView view, RowWriter rows) {
    for (ViewDescriptor each : view.views()) {
      rows.row()
          .set("schemaname", each.schema())
          .set("viewname", each.name())
          .set("viewowner", each.owner())
          .set("definition", StoredText.shown(view.catalog(), each.sql()) + ";");
    }
  }

  private static void indexes(CatalogView view, RowWriter rows) {
    for (TableDescriptor table : view.tables()) {
      for (IndexDescriptor index : Tables.indexes(table)) {
        rows.row()
            .set("schemaname", table.schema())
            .set("tablename", table.name())
            .set("indexname", index.name())
            .set("indexdef", DefinitionText.index(table, index));
      }
    }
  }

  private static void sequence(CatalogView view, RowWriter rows) {
    for (SequenceDescriptor sequence : view.sequences()) {
      if (rows.wants("seqrelid", sequence.id())) {
        rows.row()
            .set("seqrelid", sequence.id())
            .set("seqtypid", (long) sequence.type().oid())
            .set("seqstart", sequence.start())
            .set("seqincrement", sequence.increment())
            .set("seqmax", sequence.maximum())
            .set("seqmin", sequence.minimum())
            .set("seqcache", sequence.cache())
            .set("seqcycle", sequence.cycle());
      }
    }
  }

  private static void sequences(CatalogView view, RowWriter rows) {
    for (SequenceDescriptor sequence : view.sequences()) {
      var position = view.catalog().position(sequence);
      rows.row()
          .set("schemaname", sequence.schema())
          .set("sequencename", sequence.name())
          .set("sequenceowner", sequence.owner())
          .set("data_type", (long) sequence.type().oid())
          .set("start_value", sequence.start())
          .set("min_value", sequence.minimum())
          .set("max_value", sequence.maximum())
          .set("increment_by", sequence.increment())
          .set("cycle", sequence.cycle())
          .set("cache_size", sequence.cache())
          .set("last_value", position.called() ? Long.valueOf(position.last()) : null);
    }
  }

  private static void statistics(CatalogView view, RowWriter rows) {
    for (TableDescriptor table : view.tables()) {
      TableStatistics statistics = view.catalog().statistics(table.id());
      rows.row()
          .set("relid", table.id())
          .set("schemaname", table.schema())
          .set("relname", table.name())
          .set("n_live_tup", statistics == null ? null : Long.valueOf(statistics.rows()));
    }
  }

  private static void indexStatistics(CatalogView view, RowWriter rows) {
    for (TableDescriptor table : view.tables()) {
      for (IndexDescriptor index : Tables.indexes(table)) {
        rows.row()
            .set("relid", table.id())
            .set("indexrelid", index.oid())
            .set("schemaname", table.schema())
            .set("relname", table.name())
            .set("indexrelname", index.name());
      }
    }
  }
}
