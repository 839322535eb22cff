package dev.troupe.sql.exec;

import dev.troupe.sql.catalog.ColumnDescriptor;
import dev.troupe.sql.catalog.ElementState;
import dev.troupe.sql.catalog.ForeignKey;
import dev.troupe.sql.catalog.IndexDescriptor;
import dev.troupe.sql.catalog.TableDescriptor;
import dev.troupe.sql.type.SqlType;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes descriptors of tables. Columns have ids from 1 in their order. */
public final class TestTables {
  private final long id;
  private final String name;
  private final List<ColumnDescriptor> columns = new ArrayList<>();
  private final List<IndexDescriptor> indexes = new ArrayList<>();
  private final List<ForeignKey> foreignKeys = new ArrayList<>();
  private final List<Long> referencedBy = new ArrayList<>();
  private List<Integer> primary = List.of(1);
  private long version = 1;

  private TestTables(long id, String name) {
    this.id = id;
    this.name = name;
  }

  public static TestTables table(long id, String name) {
    return new TestTables(id, name);
  }

  public TestTables column(String called, SqlType type) {
    return column(called, type, true, null, false, ElementState.PUBLIC);
  }

  public TestTables required(String called, SqlType type) {
    return column(called, type, false, null, false, ElementState.PUBLIC);
  }

  public TestTables hidden(String called) {
    return column(called, SqlType.INT8, false, null, true, ElementState.PUBLIC);
  }

  public TestTables column(
      String called,
      SqlType type,
      boolean nullable,
      @Nullable Object missing,
      boolean hidden,
      ElementState state) {
    columns.add(
        new ColumnDescriptor(
            columns.size() + 1,
            called,
            type,
            nullable,
            null,
            null,
            ColumnDescriptor.Identity.NONE,
            0,
            missing,
            hidden,
            state));
    return this;
  }

  public TestTables version(long number) {
    version = number;
    return this;
  }

  public TestTables primaryKey(Integer... ids) {
    primary = List.of(ids);
    return this;
  }

  public TestTables index(String called, boolean unique, Integer... ids) {
    return index(called, unique, ElementState.PUBLIC, null, List.of(), ids);
  }

  public TestTables index(
      String called,
      boolean unique,
      ElementState state,
      @Nullable String predicate,
      List<Integer> included,
      Integer... ids) {
    int number = indexes.size() + 2;
    indexes.add(
        new IndexDescriptor(
            number,
            id * 100 + number,
            called,
            unique,
            false,
            unique,
            keys(List.of(ids)),
            included,
            predicate,
            state));
    return this;
  }

  public TestTables foreignKey(
      String called,
      List<Integer> from,
      long to,
      List<Integer> references,
      ForeignKey.Action onDelete,
      ForeignKey.Action onUpdate) {
    foreignKeys.add(
        new ForeignKey(
            id * 1000 + foreignKeys.size(),
            called,
            from,
            to,
            references,
            onDelete,
            onUpdate,
            false,
            false,
            true));
    return this;
  }

  public TestTables referencedBy(Long... ids) {
    referencedBy.addAll(List.of(ids));
    return this;
  }

  private static List<IndexDescriptor.Key> keys(List<Integer> ids) {
    return ids.stream().map(c -> new IndexDescriptor.Key(Math.abs(c), c < 0, c < 0)).toList();
  }

  public TableDescriptor done() {
    IndexDescriptor primaryIndex =
        new IndexDescriptor(
            1,
            id * 100 + 1,
            name + "_pkey",
            true,
            true,
            true,
            keys(primary),
            List.of(),
            null,
            ElementState.PUBLIC);
    return new TableDescriptor(
        id,
        "public",
        name,
        version,
        "root",
        columns,
        columns.size() + 1,
        primaryIndex,
        indexes,
        indexes.size() + 2,
        List.of(),
        foreignKeys,
        referencedBy);
  }
}
