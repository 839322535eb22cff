package dev.troupe.sql.storage;

import dev.troupe.protocol.codec.ByteReader;
import dev.troupe.protocol.codec.ByteWriter;
import dev.troupe.sql.catalog.ColumnDescriptor;
import dev.troupe.sql.catalog.TableDescriptor;
import dev.troupe.sql.type.codec.RowValueCodec;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Columns kept in a value, in ascending order of their ids. Each has its id, as the difference from
 * the one before, whether it is NULL, and the length of its bytes: so readers can pass over columns
 * that they do not know any more, and those that a row does not have were added after it was
 * written. Stored: the bytes must never change.
 */
final class StoredColumns {
  private static final int ONE_BYTE_LENGTH_MAX = 0x7F;

  private final int[] ids;
  private final int[] positions;
  private final RowValueCodec[] codecs;

  private StoredColumns(int[] ids, int[] positions, RowValueCodec[] codecs) {
    this.ids = ids;
    this.positions = positions;
    this.codecs = codecs;
  }

  static StoredColumns of(TableDescriptor table, List<ColumnDescriptor> columns) {
    List<ColumnDescriptor> ordered =
        columns.stream().sorted((a, b) -> Integer.compare(a.id(), b.id())).toList();
    return new StoredColumns(
        ordered.stream().mapToInt(ColumnDescriptor::id).toArray(),
        ordered.stream().mapToInt(c -> TableLayout.position(table, c.id())).toArray(),
        ordered.stream().map(c -> RowValueCodec.of(c.type())).toArray(RowValueCodec[]::new));
  }

  int[] ids() {
    return ids;
  }

  void encodeRow(@Nullable Object[] row, ByteWriter out) {
    int last = 0;
    for (int i = 0; i < ids.length; i++) {
      Object value = row[positions[i]];
      out.putVarInt((ids[i] - last) << 1 | (value == null ? 1 : 0));
      last = ids[i];
      if (value != null) {
        encode(codecs[i], value, out);
      }
    }
  }

  /** Nearly all values are short: the byte for the length is put before, and corrected. */
  private static void encode(RowValueCodec codec, Object value, ByteWriter out) {
    int start = out.size();
    out.putByte(0);
    codec.encode(value, out);
    int length = out.size() - start - 1;
    if (length <= ONE_BYTE_LENGTH_MAX) {
      out.array()[start] = (byte) length;
      return;
    }
    byte[] bytes = new byte[length];
    System.arraycopy(out.array(), start + 1, bytes, 0, length);
    out.truncate(start).putBytes(bytes);
  }

  /** Which of the stored columns a reader wants, and where to. Immutable. */
  static final class Wanted {
    private final int[] slotOfId;
    private final RowValueCodec[] codecOfId;

    /**
     * @param columns wanted ones, by slot; null where the slot is filled from elsewhere
     */
    Wanted(List<@Nullable ColumnDescriptor> columns) {
      int highest = 0;
      for (ColumnDescriptor column : columns) {
        highest = column == null ? highest : Math.max(highest, column.id());
      }
      slotOfId = new int[highest + 1];
      Arrays.fill(slotOfId, -1);
      codecOfId = new RowValueCodec[highest + 1];
      for (int slot = 0; slot < columns.size(); slot++) {
        ColumnDescriptor column = columns.get(slot);
        if (column != null) {
          slotOfId[column.id()] = slot;
          codecOfId[column.id()] = RowValueCodec.of(column.type());
        }
      }
    }

    boolean isEmpty() {
      return slotOfId.length == 1;
    }

    /** Whether a value that has columns of these ids has any that is not wanted. */
    boolean leavesOut(int[] ids) {
      for (int id : ids) {
        if (id >= slotOfId.length || slotOfId[id] < 0) {
          return true;
        }
      }
      return false;
    }

    /** Copies the wanted columns, which begin at a place of a value. */
    void copy(byte[] value, int from, ByteWriter out) {
      ByteReader in = new ByteReader(value, from, value.length - from);
      int id = 0;
      int last = 0;
      while (in.remaining() > 0) {
        int header = in.readVarInt();
        id += header >>> 1;
        if (id >= slotOfId.length) {
          return;
        }
        boolean isNull = (header & 1) != 0;
        boolean wanted = slotOfId[id] >= 0;
        if (wanted) {
          out.putVarInt((id - last) << 1 | (isNull ? 1 : 0));
          last = id;
        }
        if (!isNull) {
          int length = in.readVarInt();
          if (wanted) {
            out.putVarInt(length).putRaw(value, in.position(), length);
          }
          in.skip(length);
        }
      }
    }

    void decode(ByteReader in, @Nullable Object[] into) {
      int id = 0;
      while (in.remaining() > 0) {
        int header = in.readVarInt();
        id += header >>> 1;
        boolean isNull = (header & 1) != 0;
        int slot = id < slotOfId.length ? slotOfId[id] : -1;
        if (isNull) {
          if (slot >= 0) {
            into[slot] = null;
          }
        } else if (slot >= 0) {
          in.readVarInt();
          into[slot] = codecOfId[id].decode(in);
        } else if (id >= slotOfId.length) {
          // Ids rise: nothing that follows is wanted.
          return;
        } else {
          in.skip(in.readVarInt());
        }
      }
    }
  }
}
