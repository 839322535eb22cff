package dev.troupe.sql.schema;

import dev.troupe.sql.catalog.ColumnDescriptor;
import dev.troupe.sql.catalog.ElementState;
import dev.troupe.sql.type.SqlType;
import org.jspecify.annotations.Nullable;

/** A column that is being made or changed. */
final class ColumnDraft {
  private final int id;
  private String name;
  private SqlType type;
  private boolean nullable = true;
  private @Nullable String defaultSql;
  private @Nullable String generatedSql;
  private ColumnDescriptor.Identity identity = ColumnDescriptor.Identity.NONE;
  private long sequence;
  private @Nullable Object missing;
  private boolean hidden;
  private final ElementState state;

  ColumnDraft(int id, String name, SqlType type) {
    this.id = id;
    this.name = name;
    this.type = type;
    this.state = ElementState.PUBLIC;
  }

  ColumnDraft(ColumnDescriptor column) {
    this.id = column.id();
    this.name = column.name();
    this.type = column.type();
    this.nullable = column.nullable();
    this.defaultSql = column.defaultSql();
    this.generatedSql = column.generatedSql();
    this.identity = column.identity();
    this.sequence = column.sequence();
    this.missing = column.missing();
    this.hidden = column.hidden();
    this.state = column.state();
  }

  ColumnDescriptor build() {
    return new ColumnDescriptor(
        id,
        name,
        type,
        nullable,
        defaultSql,
        generatedSql,
        identity,
        sequence,
        missing,
        hidden,
        state);
  }

  ColumnDraft name(String value) {
    name = value;
    return this;
  }

  ColumnDraft type(SqlType value) {
    type = value;
    return this;
  }

  ColumnDraft nullable(boolean value) {
    nullable = value;
    return this;
  }

  ColumnDraft defaultSql(@Nullable String value) {
    defaultSql = value;
    return this;
  }

  ColumnDraft generatedSql(@Nullable String value) {
    generatedSql = value;
    return this;
  }

  ColumnDraft identity(ColumnDescriptor.Identity value) {
    identity = value;
    return this;
  }

  ColumnDraft sequence(long value) {
    sequence = value;
    return this;
  }

  ColumnDraft missing(@Nullable Object value) {
    missing = value;
    return this;
  }

  ColumnDraft hide() {
    hidden = true;
    return this;
  }
}
