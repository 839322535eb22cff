package dev.troupe.sql.session;

import dev.troupe.protocol.model.KeySpan;
import dev.troupe.sql.catalog.IndexDescriptor;
import dev.troupe.sql.catalog.Relation;
import dev.troupe.sql.catalog.TableDescriptor;
import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.schema.SchemaCatalog;
import dev.troupe.sql.storage.IndexLayout;
import dev.troupe.sql.storage.TableKeys;
import dev.troupe.sql.storage.TableLayout;
import dev.troupe.sql.syntax.ast.ObjectKind;
import dev.troupe.sql.syntax.ast.QualifiedName;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a statement about ranges names: a table with all of its indexes, or one index.
 *
 * @param index null: the table
 */
record RangeTarget(TableDescriptor table, @Nullable IndexDescriptor index) {

  /**
   * Finds it.
   *
   * @throws SqlException UNDEFINED_TABLE or UNDEFINED_OBJECT
   */
  static RangeTarget find(SchemaCatalog catalog, @Nullable ObjectKind kind, QualifiedName name) {
    if (kind == ObjectKind.INDEX) {
      Long id = catalog.findId(name.qualifier(), name.last());
      TableDescriptor table = id == null ? null : catalog.tableOfPart(id);
      if (table != null) {
        return new RangeTarget(table, index(table, name.last()));
      }
      throw SqlException.of(SqlState.UNDEFINED_OBJECT, "index \"%s\" does not exist", name)
          .at(name.position());
    }
    Relation found = catalog.find(name.qualifier(), name.last());
    if (found instanceof TableDescriptor table) {
      return new RangeTarget(table, null);
    }
    throw SqlException.of(SqlState.UNDEFINED_TABLE, "table \"%s\" does not exist", name)
        .at(name.position());
  }

  private static @Nullable IndexDescriptor index(TableDescriptor table, String name) {
    return Stream.concat(Stream.of(table.primary()), table.indexes().stream())
        .filter(index -> index.name().equals(name))
        .findFirst()
        .orElse(null);
  }

  KeySpan span() {
    return index == null
        ? TableKeys.tableSpan(table.id())
        : TableKeys.indexSpan(table.id(), index.id());
  }

  /** Where its entries lie; those of the table are its rows. */
  IndexLayout layout() {
    TableLayout layout = TableLayout.of(table);
    return index == null ? layout.primary() : layout.index(index);
  }
}
