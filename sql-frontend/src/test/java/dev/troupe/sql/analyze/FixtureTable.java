package dev.troupe.sql.analyze;

import dev.troupe.sql.catalog.CheckConstraint;
import dev.troupe.sql.catalog.ColumnDescriptor;
import dev.troupe.sql.catalog.ColumnDescriptor.Identity;
import dev.troupe.sql.catalog.ElementState;
import dev.troupe.sql.catalog.IndexDescriptor;
import dev.troupe.sql.catalog.TableDescriptor;
import dev.troupe.sql.syntax.Parser;
import dev.troupe.sql.type.SqlType;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Builds descriptions of tables for tests. */
public final class FixtureTable {
  private final long id;
  private final String name;
  private final List<ColumnDescriptor> columns = new ArrayList<>();
  private final List<IndexDescriptor> indexes = new ArrayList<>();
  private final List<CheckConstraint> checks = new ArrayList<>();
  private @Nullable IndexDescriptor primary;

  public FixtureTable(long id, String name) {
    this.id = id;
    this.name = name;
  }

  public FixtureTable column(String called, String type) {
    return add(called, type, true, null, null, Identity.NONE);
  }

  public FixtureTable required(String called, String type) {
    return add(called, type, false, null, null, Identity.NONE);
  }

  public FixtureTable withDefault(String called, String type, String sql) {
    return add(called, type, true, sql, null, Identity.NONE);
  }

  public FixtureTable generated(String called, String type, String sql) {
    return add(called, type, true, null, sql, Identity.NONE);
  }

  public FixtureTable identity(String called, String type, Identity identity) {
    return add(called, type, false, null, null, identity);
  }

  private FixtureTable add(
      String called,
      String type,
      boolean nullable,
      @Nullable String defaultSql,
      @Nullable String generatedSql,
      Identity identity) {
    SqlType bound = TypeBinder.bind(Parser.parseTypeName(type));
    columns.add(
        new ColumnDescriptor(
            columns.size() + 1,
            called,
            bound,
            nullable,
            defaultSql,
            generatedSql,
            identity,
            identity == Identity.NONE ? 0 : 90_000 + id,
            null,
            false,
            ElementState.PUBLIC));
    return this;
  }

  public FixtureTable key(String... keyColumns) {
    primary = index(1, name + "_pkey", true, true, null, keyColumns);
    return this;
  }

  public FixtureTable index(String called, String... keyColumns) {
    indexes.add(index(indexes.size() + 2, called, false, false, null, keyColumns));
    return this;
  }

  public FixtureTable unique(String called, String... keyColumns) {
    indexes.add(index(indexes.size() + 2, called, true, false, null, keyColumns));
    return this;
  }

  public FixtureTable partial(String called, String predicate, String... keyColumns) {
    indexes.add(index(indexes.size() + 2, called, false, false, predicate, keyColumns));
    return this;
  }

  public FixtureTable check(String called, String sql) {
    checks.add(new CheckConstraint(id + 500 + checks.size(), called, sql, true));
    return this;
  }

  private IndexDescriptor index(
      int indexId,
      String called,
      boolean unique,
      boolean isPrimary,
      @Nullable String predicate,
      String... keyColumns) {
    List<IndexDescriptor.Key> keys = new ArrayList<>();
    for (String column : keyColumns) {
      boolean descending = column.endsWith(" desc");
      String plain = column.replace(" desc", "");
      keys.add(new IndexDescriptor.Key(columnId(plain), descending, descending));
    }
    return new IndexDescriptor(
        indexId,
        id + 100 + indexId,
        called,
        unique,
        isPrimary,
        unique,
        keys,
        List.of(),
        predicate,
        ElementState.PUBLIC);
  }

  private int columnId(String called) {
    return columns.stream()
        .filter(column -> column.name().equals(called))
        .findFirst()
        .orElseThrow()
        .id();
  }

  public TableDescriptor build() {
    IndexDescriptor key = primary;
    if (key == null) {
      columns.add(
          new ColumnDescriptor(
              columns.size() + 1,
              "rowid",
              SqlType.INT8,
              false,
              null,
              null,
              Identity.NONE,
              0,
              null,
              true,
              ElementState.PUBLIC));
      IndexDescriptor.Key part = new IndexDescriptor.Key(columns.size(), false, false);
      key =
          new IndexDescriptor(
              1,
              id + 101,
              name + "_pkey",
              true,
              true,
              false,
              List.of(part),
              List.of(),
              null,
              ElementState.PUBLIC);
    }
    return new TableDescriptor(
        id,
        "public",
        name,
        1,
        "root",
        columns,
        columns.size() + 1,
        key,
        indexes,
        indexes.size() + 2,
        checks,
        List.of(),
        List.of());
  }
}
