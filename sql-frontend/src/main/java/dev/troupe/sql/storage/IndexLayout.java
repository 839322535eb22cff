package dev.troupe.sql.storage;

import dev.troupe.protocol.codec.ByteReader;
import dev.troupe.protocol.codec.ByteWriter;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.KeySpan;
import dev.troupe.sql.catalog.ColumnDescriptor;
import dev.troupe.sql.catalog.ElementState;
import dev.troupe.sql.catalog.IndexDescriptor;
import dev.troupe.sql.catalog.TableDescriptor;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How the entries of one index are stored, or the rows themselves when it is the primary one.
 * Immutable. Stored: the bytes must never change.
 *
 * <p>A row: its key is the primary key; its value a format byte, the version of the table that it
 * was written under, and the columns that the key does not give back.
 *
 * <p>An entry: its key has the index's columns, then those of the primary key unless the index is
 * unique and none of its columns is NULL. Its value is a format byte, the bytes of the primary key
 * if the key does not have them (otherwise nothing), and further columns.
 */
public final class IndexLayout {
  private static final int FORMAT = 1;

  // A NULL is the byte 0x00 or 0xFF, other values begin with bytes between.
  private static final byte[] NOT_NULL_START = {1};
  private static final byte[] NOT_NULL_END = {(byte) 0xFF};

  private final TableDescriptor table;
  private final IndexDescriptor index;
  private final Key prefix;
  private final KeyColumns keys;

  /** Those of the primary key; the same as {@code keys} when this is the primary index. */
  private final KeyColumns primaryKeys;

  private final Key primaryPrefix;
  private final StoredColumns stored;

  private IndexLayout(
      TableDescriptor table, IndexDescriptor index, KeyColumns keys, KeyColumns primaryKeys) {
    this.table = table;
    this.index = index;
    this.prefix = TableKeys.indexPrefix(table.id(), index.id());
    this.keys = keys;
    this.primaryKeys = primaryKeys;
    this.primaryPrefix = TableKeys.indexPrefix(table.id(), table.primary().id());
    this.stored = StoredColumns.of(table, storedColumns());
  }

  static IndexLayout of(TableDescriptor table, IndexDescriptor index) {
    KeyColumns keys = KeyColumns.of(table, index);
    boolean primary = index.id() == table.primary().id();
    return new IndexLayout(
        table, index, keys, primary ? keys : KeyColumns.of(table, table.primary()));
  }

  private List<ColumnDescriptor> storedColumns() {
    var columns = new ArrayList<ColumnDescriptor>();
    for (ColumnDescriptor column : table.columns()) {
      if (isPrimary()
          ? column.state() != ElementState.DELETE_ONLY && !isInKey(keys, column)
          : isStoredInEntry(column)) {
        columns.add(column);
      }
    }
    return columns;
  }

  private boolean isStoredInEntry(ColumnDescriptor column) {
    if (isInKey(keys, column) || isInKey(primaryKeys, column)) {
      return false;
    }
    return index.included().contains(column.id())
        || keys.find(column.id()) >= 0
        || primaryKeys.find(column.id()) >= 0;
  }

  private static boolean isInKey(KeyColumns keys, ColumnDescriptor column) {
    int at = keys.find(column.id());
    return at >= 0 && keys.isExact(at);
  }

  public TableDescriptor table() {
    return table;
  }

  public IndexDescriptor index() {
    return index;
  }

  boolean isPrimary() {
    return keys == primaryKeys;
  }

  KeyColumns keys() {
    return keys;
  }

  KeyColumns primaryKeys() {
    return primaryKeys;
  }

  /** Number of columns in the key. */
  public int keyColumns() {
    return keys.size();
  }

  public KeySpan span() {
    return TableKeys.under(prefix);
  }

  // --- writing ---------------------------------------------------------------------------------

  /** Key of the entry of a row, given with all columns of the table. */
  public Key key(@Nullable Object[] row) {
    ByteWriter out = new ByteWriter(64).putRaw(prefix.bytes());
    keys.encodeRow(row, out);
    if (!isPrimary() && !isUniqueFor(row)) {
      primaryKeys.encodeRow(row, out);
    }
    return Key.wrap(out.toBytes());
  }

  /** Whether no other row may have the same key: not when the index has duplicates, or a NULL. */
  public boolean isUniqueFor(@Nullable Object[] row) {
    return isPrimary() || (index.unique() && !keys.hasNull(row));
  }

  /** Value of the entry of a row. */
  public byte[] value(@Nullable Object[] row) {
    ByteWriter out = new ByteWriter(64).putByte(FORMAT);
    if (isPrimary()) {
      out.putVarLong(table.version());
    } else if (isUniqueFor(row)) {
      ByteWriter primary = new ByteWriter(32);
      primaryKeys.encodeRow(row, primary);
      out.putBytes(primary.toBytes());
    } else {
      out.putVarInt(0);
    }
    stored.encodeRow(row, out);
    return out.toBytes();
  }

  // --- reading ---------------------------------------------------------------------------------

  /** Reads the columns of the key, from behind the prefix on. */
  ByteReader keyReader(Key key) {
    int skipped = prefix.length();
    return new ByteReader(key.bytes(), skipped, key.length() - skipped);
  }

  /** Reads the value from where its columns begin. */
  ByteReader columnReader(byte[] value) {
    ByteReader in = new ByteReader(value);
    requireFormat(in);
    if (isPrimary()) {
      in.readVarLong();
    } else {
      in.skip(in.readVarInt());
    }
    return in;
  }

  /** The columns that are kept in values. */
  StoredColumns stored() {
    return stored;
  }

  /** Key of the row that an entry stands for. */
  public Key primaryKey(Key key, byte[] value) {
    if (isPrimary()) {
      return key;
    }
    ByteReader in = new ByteReader(value);
    requireFormat(in);
    byte[] inValue = in.readBytes();
    return primaryPrefix.append(inValue.length > 0 ? inValue : primaryKeyOf(key));
  }

  private byte[] primaryKeyOf(Key key) {
    ByteReader in = keyReader(key);
    for (int i = 0; i < keys.size(); i++) {
      keys.skip(i, in);
    }
    return in.readRaw(in.remaining());
  }

  /** The part of the value that has the primary key, when the key has not. */
  static byte[] primaryKeyIn(byte[] value) {
    ByteReader in = new ByteReader(value);
    requireFormat(in);
    return in.readBytes();
  }

  /** Version of the table that a row was written under. */
  public long writtenUnder(byte[] value) {
    ByteReader in = new ByteReader(value);
    requireFormat(in);
    return in.readVarLong();
  }

  private static void requireFormat(ByteReader in) {
    int format = in.readByte();
    if (format != FORMAT) {
      throw new ByteReader.MalformedBytes("row format " + format + " is not known here");
    }
  }

  // --- ranges ----------------------------------------------------------------------------------

  /**
   * The key that has these values in all its columns; for a primary or unique index.
   *
   * @param values none of them null
   */
  public Key exactKey(Object[] values) {
    return startingWith(values);
  }

  /** Where the keys begin that have these values in their first columns; NULLs included. */
  public Key startOf(@Nullable Object[] values) {
    return startingWith(values);
  }

  private Key startingWith(@Nullable Object[] values) {
    ByteWriter out = new ByteWriter(64).putRaw(prefix.bytes());
    for (int i = 0; i < values.length; i++) {
      keys.encode(i, values[i], out);
    }
    return Key.wrap(out.toBytes());
  }

  /** Keys that begin with these values, NULLs included. */
  public KeySpan spanOf(@Nullable Object[] values) {
    return TableKeys.under(startingWith(values));
  }

  /** A bound of the column behind a prefix. */
  public record Bound(Object value, boolean inclusive) {}

  /**
   * Keys that begin with certain values and have the next column, which is not NULL, between two
   * bounds.
   *
   * @param lower null: none
   * @param upper null: none
   * @return null when there can be none
   */
  public @Nullable KeySpan spanBetween(
      Object[] values, @Nullable Bound lower, @Nullable Bound upper) {
    Key common = startingWith(values);
    int column = values.length;
    boolean descending = keys.isDescending(column);
    Bound first = descending ? upper : lower;
    Bound last = descending ? lower : upper;
    Key start =
        first == null
            ? common.append(NOT_NULL_START)
            : bound(common, column, first, !first.inclusive());
    Key end =
        last == null ? common.append(NOT_NULL_END) : bound(common, column, last, last.inclusive());
    return start.compareTo(end) < 0 ? new KeySpan(start, end) : null;
  }

  private Key bound(Key common, int column, Bound bound, boolean behind) {
    ByteWriter out = new ByteWriter(64).putRaw(common.bytes());
    keys.encode(column, bound.value(), out);
    Key at = Key.wrap(out.toBytes());
    return behind ? at.prefixEnd() : at;
  }
}
