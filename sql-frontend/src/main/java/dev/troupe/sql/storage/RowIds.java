package dev.troupe.sql.storage;

/** Makes primary keys for tables that have none. Any thread. */
@FunctionalInterface
public interface RowIds {
  /** A number that was not given before, in the whole cluster. */
  long next();
}
