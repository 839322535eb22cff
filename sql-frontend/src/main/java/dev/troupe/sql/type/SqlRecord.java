package dev.troupe.sql.type;

import dev.troupe.protocol.error.Invariant;
import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A row as a value. Immutable; the array given to it must not be changed afterwards. */
public final class SqlRecord implements Comparable<SqlRecord> {
  private final List<SqlType> types;

  /** Empty: they have none. */
  private final List<String> names;

  private final @Nullable Object[] values;

  /** A row whose columns have no names of their own. */
  public SqlRecord(List<SqlType> types, @Nullable Object... values) {
    this(types, List.of(), values);
  }

  /**
   * @param names of the columns; empty: they have none of their own. They do not count when rows
   *     are compared
   */
  public SqlRecord(List<SqlType> types, List<String> names, @Nullable Object[] values) {
    Invariant.check(types.size() == values.length, "%d types, %d", types.size(), values.length);
    this.types = List.copyOf(types);
    this.names = List.copyOf(names);
    this.values = values;
  }

  /** Names of the columns; empty: they have none of their own. */
  public List<String> names() {
    return names;
  }

  /**
   * What a column is called, be it by its place alone.
   *
   * @param index from 0
   */
  public String name(int index) {
    return names.isEmpty() ? "f" + (index + 1) : names.get(index);
  }

  public List<SqlType> types() {
    return types;
  }

  public int size() {
    return values.length;
  }

  /**
   * @param index from 0
   */
  public @Nullable Object value(int index) {
    return values[index];
  }

  public @Nullable Object[] toArray() {
    return values.clone();
  }

  /**
   * Column by column; NULLs are equal and greater than all others.
   *
   * @throws SqlException when the columns differ in number or type
   */
  @Override
  public int compareTo(SqlRecord other) {
    int common = Math.min(values.length, other.values.length);
    for (int i = 0; i < common; i++) {
      requireSimilar(i, types.get(i), other.types.get(i));
      int difference = ValueOrder.of(types.get(i)).compareNullsLast(values[i], other.values[i]);
      if (difference != 0) {
        return difference;
      }
    }
    if (values.length != other.values.length) {
      throw new SqlException(
          SqlState.DATATYPE_MISMATCH,
          "cannot compare record types with different numbers of columns");
    }
    return 0;
  }

  private static void requireSimilar(int column, SqlType mine, SqlType theirs) {
    if (!mine.isSameAs(theirs)) {
      throw SqlException.of(
          SqlState.DATATYPE_MISMATCH,
          "cannot compare dissimilar column types %s and %s at record column %d",
          TypeNames.plain(mine),
          TypeNames.plain(theirs),
          column + 1);
    }
  }

  /** Whether the columns have the same types and are equal, NULLs to each other too. */
  @Override
  public boolean equals(Object other) {
    if (!(other instanceof SqlRecord row) || row.values.length != values.length) {
      return false;
    }
    for (int i = 0; i < values.length; i++) {
      if (!types.get(i).isSameAs(row.types.get(i))
          || ValueOrder.of(types.get(i)).compareNullsLast(values[i], row.values[i]) != 0) {
        return false;
      }
    }
    return true;
  }

  @Override
  public int hashCode() {
    int hash = 1;
    for (int i = 0; i < values.length; i++) {
      Object value = values[i];
      hash = 31 * hash + (value == null ? 0 : ValueOrder.of(types.get(i)).hash(value));
    }
    return hash;
  }

  @Override
  public String toString() {
    return Arrays.toString(values);
  }
}
