package dev.troupe.sql.catalog;

import java.util.List;

/**
 * Rows must have a partner in another table unless a column is NULL (MATCH SIMPLE).
 *
 * @param columns ids in this table
 * @param table id of the referenced table
 * @param references ids of its columns, covered by a unique index
 */
public record ForeignKey(
    long oid,
    String name,
    List<Integer> columns,
    long table,
    List<Integer> references,
    Action onDelete,
    Action onUpdate,
    boolean deferrable,
    boolean initiallyDeferred,
    boolean validated) {
  public ForeignKey {
    columns = List.copyOf(columns);
    references = List.copyOf(references);
  }

  /** What happens to rows when their partner goes. */
  public enum Action {
    NO_ACTION,
    RESTRICT,
    CASCADE,
    SET_NULL,
    SET_DEFAULT
  }
}
