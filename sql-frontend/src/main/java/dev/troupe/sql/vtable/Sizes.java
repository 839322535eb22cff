package dev.troupe.sql.vtable;

import dev.troupe.sql.catalog.Relation;
import dev.troupe.sql.catalog.TableStatistics;
import dev.troupe.sql.schema.SchemaCatalog;
import org.jspecify.annotations.Nullable;

/** Sizes as {@code pg_relation_size} and its like give them: estimates from the last ANALYZE. */
final class Sizes {
  private Sizes() {}

  /** Null when there is no such relation; 0 for tables that were never analyzed. */
  static @Nullable Long of(SchemaCatalog catalog, String function, @Nullable Object subject) {
    return switch (function) {
      case "pg_database_size", "pg_tablespace_size" -> {
        long sum = 0;
        for (Relation relation : catalog.allRelations()) {
          sum += ofTable(catalog, relation.id());
        }
        yield sum;
      }
      case "pg_indexes_size" -> 0L;
      default -> {
        long oid = CatalogFunctions.oid(subject);
        boolean exists = catalog.relation(oid) != null || catalog.tableOfPart(oid) != null;
        yield exists ? Long.valueOf(ofTable(catalog, oid)) : null;
      }
    };
  }

  private static long ofTable(SchemaCatalog catalog, long table) {
    TableStatistics statistics = catalog.statistics(table);
    return statistics == null ? 0 : (long) (statistics.rows() * statistics.averageBytes());
  }
}
