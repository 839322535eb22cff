package dev.troupe.sql.catalog;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What exists, as one transaction sees it, its own changes included. Answers from memory. Used by
 * one session's thread.
 */
public interface Catalog {
  /** Changes whenever anything does that this transaction can see: plans are good for one. */
  long version();

  /**
   * Finds a relation.
   *
   * @param schema null: wherever the search path finds it first
   * @throws dev.troupe.sql.error.SqlException INSUFFICIENT_PRIVILEGE when whoever asks may not look
   *     into the schema
   */
  @Nullable Relation find(@Nullable String schema, String name);

  /** Finds a relation for a text that is kept in the catalog, by nobody's rights. */
  @Nullable Relation findStored(String schema, String name);

  @Nullable Relation relation(long id);

  boolean hasSchema(String name);

  List<SchemaDescriptor> schemas();

  /** Everything in a schema, without virtual tables. */
  List<Relation> relations(String schema);

  /** Where new objects without a schema go; null when the search path names none that exists. */
  @Nullable String creationSchema();

  /** Numbers of rows and distinct values as last counted; null when they never were. */
  @Nullable TableStatistics statistics(long table);
}
