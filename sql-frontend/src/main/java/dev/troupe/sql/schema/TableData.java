package dev.troupe.sql.schema;

import dev.troupe.protocol.model.KeySpan;
import dev.troupe.sql.catalog.IndexDescriptor;
import dev.troupe.sql.catalog.TableDescriptor;
import dev.troupe.sql.syntax.ast.Statement;
import org.jspecify.annotations.Nullable;

/**
 * What the schema asks of those who read and write rows. Everything happens in the transaction of
 * the statement that changes the schema, which sees the catalog as it has changed it so far.
 */
public interface TableData {
  /** Keys of everything that the table has, or ever will have. */
  KeySpan spanOf(long table);

  /** Keys of one index; of the primary one the rows'. */
  KeySpan spanOf(long table, int index);

  boolean isEmpty(TableDescriptor table);

  /**
   * Makes the entries of an index for the rows that are there.
   *
   * @throws dev.troupe.sql.error.SqlException UNIQUE_VIOLATION: {@code could not create unique
   *     index}
   */
  void fillIndex(TableDescriptor table, IndexDescriptor index);

  /**
   * Takes all rows out of where one description has them and puts them where another of the same
   * table wants them, its indexes included.
   */
  void move(TableDescriptor from, TableDescriptor to);

  /** The first row of a query that the schema itself asks; null when there is none. */
  @Nullable Object @Nullable [] firstRow(String query);

  /** Runs a statement that changes rows on behalf of the schema. */
  void run(String statement);

  /**
   * Fills a new table.
   *
   * @param query as it was written: CREATE TABLE AS
   * @return number of rows
   */
  long fill(TableDescriptor table, Statement query);
}
