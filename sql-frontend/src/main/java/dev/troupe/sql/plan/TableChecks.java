package dev.troupe.sql.plan;

import dev.troupe.sql.catalog.TableDescriptor;

/**
 * Binds what a table demands of its rows, for changes that foreign keys carry from table to table.
 */
@FunctionalInterface
public interface TableChecks {
  ModifyNode.Checks of(TableDescriptor table);
}
