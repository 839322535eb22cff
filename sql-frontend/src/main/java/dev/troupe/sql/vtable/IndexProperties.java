package dev.troupe.sql.vtable;

import dev.troupe.sql.catalog.IndexDescriptor;
import dev.troupe.sql.catalog.TableDescriptor;
import dev.troupe.sql.schema.SchemaCatalog;
import dev.troupe.sql.schema.Tables;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What ordered indexes can do, by PostgreSQL's names of properties; null for other names. */
final class IndexProperties {
  private IndexProperties() {}

  static @Nullable Boolean ofColumn(SchemaCatalog catalog, List<@Nullable Object> arguments) {
    long oid = CatalogFunctions.oid(arguments.get(0));
    int number = (int) CatalogFunctions.oid(arguments.get(1));
    TableDescriptor table = catalog.tableOfPart(oid);
    IndexDescriptor index = table == null ? null : Tables.index(table, oid);
    if (index == null || number < 1 || number > index.keys().size()) {
      return null;
    }
    IndexDescriptor.Key key = index.keys().get(number - 1);
    return switch (String.valueOf(arguments.get(2)).toLowerCase(Locale.ROOT)) {
      case "asc" -> !key.descending();
      case "desc" -> key.descending();
      case "nulls_first" -> key.nullsFirst();
      case "nulls_last" -> !key.nullsFirst();
      case "orderable", "returnable", "search_array", "search_nulls" -> true;
      case "distance_orderable" -> false;
      default -> null;
    };
  }

  static @Nullable Boolean ofIndex(String property) {
    return switch (property.toLowerCase(Locale.ROOT)) {
      case "clusterable", "bitmap_scan" -> false;
      case "index_scan", "backward_scan" -> true;
      default -> null;
    };
  }

  static @Nullable Boolean ofMethod(String property) {
    return switch (property.toLowerCase(Locale.ROOT)) {
      case "can_order", "can_unique", "can_multi_col", "can_include" -> true;
      case "can_exclude" -> false;
      default -> null;
    };
  }
}
