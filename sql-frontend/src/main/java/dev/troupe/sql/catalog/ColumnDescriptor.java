package dev.troupe.sql.catalog;

import dev.troupe.sql.type.SqlType;
import org.jspecify.annotations.Nullable;

/**
 * A column of a table.
 *
 * @param id unique in its table for ever; as {@code pg_attribute.attnum}
 * @param defaultSql expression for rows that do not give a value; null: NULL
 * @param generatedSql expression of a generated column; null when it is an ordinary one
 * @param identity whether GENERATED AS IDENTITY, and which kind
 * @param sequence OID of the sequence that belongs to a serial or identity column; 0: none
 * @param missing value in rows that were written before the column was added
 * @param hidden not part of {@code *}: the row id of a table without a primary key
 */
public record ColumnDescriptor(
    int id,
    String name,
    SqlType type,
    boolean nullable,
    @Nullable String defaultSql,
    @Nullable String generatedSql,
    Identity identity,
    long sequence,
    @Nullable Object missing,
    boolean hidden,
    ElementState state) {

  /** GENERATED ... AS IDENTITY. */
  public enum Identity {
    NONE,
    BY_DEFAULT,
    ALWAYS
  }
}
