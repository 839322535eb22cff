package dev.troupe.sql.vtable;

import dev.troupe.sql.catalog.SchemaDescriptor;
import dev.troupe.sql.catalog.VirtualTable;
import dev.troupe.sql.schema.Role;
import dev.troupe.sql.schema.VirtualRelations;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * All virtual tables. Those that PostgreSQL has and nothing is to be said in are there, and empty:
 * clients ask for them.
 */
public final class VirtualCatalog implements VirtualRelations {
  static final long PG_CATALOG_ID = 11;
  static final long INFORMATION_SCHEMA_ID = 13207;
  static final long TROUPE_INTERNAL_ID = 14000;

  private static final List<SchemaDescriptor> SCHEMAS =
      List.of(
          new SchemaDescriptor(PG_CATALOG_ID, "pg_catalog", Role.ROOT.name()),
          new SchemaDescriptor(INFORMATION_SCHEMA_ID, "information_schema", Role.ROOT.name()),
          new SchemaDescriptor(TROUPE_INTERNAL_ID, "troupe_internal", Role.ROOT.name()));

  private final List<VirtualTable> all = new ArrayList<>();
  private final Map<String, Map<String, VirtualTable>> byName = new HashMap<>();
  private final Map<Long, VirtualTable> byId = new HashMap<>();

  public VirtualCatalog(SystemState system) {
    add("pg_catalog", pgCatalog(), system);
    add("information_schema", informationSchema(), system);
    add("troupe_internal", InternalTables.PRODUCERS, system);
  }

  private static Map<String, ProducedTable.Producer> pgCatalog() {
    Map<String, ProducedTable.Producer> producers = new HashMap<>();
    producers.putAll(RelationTables.PRODUCERS);
    producers.putAll(ConstraintTables.PRODUCERS);
    producers.putAll(TypeTables.PRODUCERS);
    producers.putAll(FunctionTables.PRODUCERS);
    producers.putAll(RoleTables.PRODUCERS);
    producers.putAll(ListTables.PRODUCERS);
    producers.putAll(StatisticsTables.PRODUCERS);
    producers.putAll(SystemTables.PRODUCERS);
    return producers;
  }

  private static Map<String, ProducedTable.Producer> informationSchema() {
    Map<String, ProducedTable.Producer> producers = new HashMap<>();
    producers.putAll(InformationTables.PRODUCERS);
    producers.putAll(InformationConstraints.PRODUCERS);
    return producers;
  }

  private void add(
      String schema, Map<String, ProducedTable.Producer> producers, SystemState system) {
    Map<String, VirtualTable> tables = new HashMap<>();
    for (TableShape shape : TableShape.read(schema)) {
      ProducedTable table =
          new ProducedTable(
              shape, producers.getOrDefault(shape.name(), ProducedTable.Producer.NOTHING), system);
      tables.put(shape.name(), table);
      byId.put(shape.id(), table);
      all.add(table);
    }
    if (!tables.keySet().containsAll(producers.keySet())) {
      throw new IllegalStateException(schema + " lacks a table of " + producers.keySet());
    }
    byName.put(schema, tables);
  }

  @Override
  public @Nullable VirtualTable find(String schema, String name) {
    Map<String, VirtualTable> tables = byName.get(schema);
    return tables == null ? null : tables.get(name);
  }

  @Override
  public @Nullable VirtualTable find(long id) {
    return byId.get(id);
  }

  @Override
  public List<VirtualTable> all() {
    return List.copyOf(all);
  }

  @Override
  public List<SchemaDescriptor> schemas() {
    return SCHEMAS;
  }
}
