package dev.troupe.sql.storage;

import dev.troupe.protocol.codec.ByteReader;
import dev.troupe.protocol.codec.ByteWriter;
import dev.troupe.protocol.error.Invariant;
import dev.troupe.protocol.model.Key;
import dev.troupe.sql.catalog.ColumnDescriptor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads some columns out of rows, or of entries of an index that has them all. Immutable. */
public final class RowReader {
  private final IndexLayout layout;

  /** By column of the key, the primary key's after the index's own: where to; -1: nowhere. */
  private final int[] slotOfKey;

  /** Key columns behind this one need not be read. */
  private final int keysRead;

  private final StoredColumns.Wanted stored;

  /** What a row has in columns that it was written without. */
  private final @Nullable Object[] missing;

  private RowReader(
      IndexLayout layout,
      int[] slotOfKey,
      int keysRead,
      StoredColumns.Wanted stored,
      @Nullable Object[] missing) {
    this.layout = layout;
    this.slotOfKey = slotOfKey;
    this.keysRead = keysRead;
    this.stored = stored;
    this.missing = missing;
  }

  /**
   * @param columnIds wanted columns; the rows have them in this order
   */
  public static RowReader of(IndexLayout layout, List<Integer> columnIds) {
    KeyColumns keys = layout.keys();
    KeyColumns primaryKeys = layout.primaryKeys();
    int own = keys.size();
    var slotOfKey = new int[own + (layout.isPrimary() ? 0 : primaryKeys.size())];
    Arrays.fill(slotOfKey, -1);
    var fromValue = new ArrayList<@Nullable ColumnDescriptor>();
    var missing = new @Nullable Object[columnIds.size()];
    for (int slot = 0; slot < missing.length; slot++) {
      int id = columnIds.get(slot);
      int inKey = keys.find(id);
      int inPrimary = layout.isPrimary() ? -1 : primaryKeys.find(id);
      if (inKey >= 0 && keys.isExact(inKey)) {
        slotOfKey[inKey] = slot;
        fromValue.add(null);
      } else if (inPrimary >= 0 && primaryKeys.isExact(inPrimary)) {
        slotOfKey[own + inPrimary] = slot;
        fromValue.add(null);
      } else {
        ColumnDescriptor column = layout.table().column(id);
        missing[slot] = column.missing();
        fromValue.add(column);
      }
    }
    int keysRead = slotOfKey.length;
    while (keysRead > 0 && slotOfKey[keysRead - 1] < 0) {
      keysRead--;
    }
    return new RowReader(layout, slotOfKey, keysRead, new StoredColumns.Wanted(fromValue), missing);
  }

  /** Reads all columns of the table out of its rows. */
  public static RowReader ofAll(TableLayout table) {
    return of(table.primary(), table.table().columns().stream().map(ColumnDescriptor::id).toList());
  }

  public IndexLayout layout() {
    return layout;
  }

  /** Whether the bytes of the value are not looked at. */
  public boolean readsKeysOnly() {
    return stored.isEmpty() && keysRead <= layout.keys().size();
  }

  /** Whether rows have columns that are not read: then {@link #shorten} leaves something out. */
  public boolean leavesOut() {
    return layout.isPrimary() && stored.leavesOut(layout.stored().ids());
  }

  /** The value of a row with nothing in it but what is read; of a primary index. */
  public byte[] shorten(byte[] value) {
    ByteReader in = layout.columnReader(value);
    ByteWriter out = new ByteWriter(64).putRaw(value, 0, in.position());
    stored.copy(value, in.position(), out);
    return out.toBytes();
  }

  public @Nullable Object[] read(Key key, byte[] value) {
    @Nullable Object[] row = missing.clone();
    if (keysRead > 0) {
      readKey(key, value, row);
    }
    if (!stored.isEmpty()) {
      stored.decode(layout.columnReader(value), row);
    }
    return row;
  }

  private void readKey(Key key, byte[] value, @Nullable Object[] row) {
    KeyColumns keys = layout.keys();
    ByteReader in = layout.keyReader(key);
    int own = keys.size();
    for (int i = 0; i < Math.min(own, keysRead); i++) {
      int slot = slotOfKey[i];
      if (slot < 0) {
        keys.skip(i, in);
      } else {
        row[slot] = keys.decode(i, in);
      }
    }
    if (keysRead > own) {
      byte[] inValue = IndexLayout.primaryKeyIn(value);
      readPrimary(inValue.length > 0 ? new ByteReader(inValue) : in, row);
    }
  }

  private void readPrimary(ByteReader in, @Nullable Object[] row) {
    KeyColumns primaryKeys = layout.primaryKeys();
    int own = layout.keys().size();
    Invariant.check(in.remaining() > 0, "an entry of %s lacks its row", layout.index().name());
    for (int i = 0; own + i < keysRead; i++) {
      int slot = slotOfKey[own + i];
      if (slot < 0) {
        primaryKeys.skip(i, in);
      } else {
        row[slot] = primaryKeys.decode(i, in);
      }
    }
  }
}
