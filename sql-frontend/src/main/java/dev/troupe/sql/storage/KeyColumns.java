package dev.troupe.sql.storage;

import dev.troupe.protocol.codec.ByteReader;
import dev.troupe.protocol.codec.ByteWriter;
import dev.troupe.sql.catalog.IndexDescriptor;
import dev.troupe.sql.catalog.TableDescriptor;
import dev.troupe.sql.type.codec.KeyOrder;
import dev.troupe.sql.type.codec.KeyValueCodec;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The columns that make up the key of an index. Immutable. */
final class KeyColumns {
  private final int[] ids;
  private final int[] positions;
  private final KeyValueCodec[] codecs;
  private final KeyOrder[] orders;

  private KeyColumns(int[] ids, int[] positions, KeyValueCodec[] codecs, KeyOrder[] orders) {
    this.ids = ids;
    this.positions = positions;
    this.codecs = codecs;
    this.orders = orders;
  }

  static KeyColumns of(TableDescriptor table, IndexDescriptor index) {
    List<IndexDescriptor.Key> keys = index.keys();
    var ids = new int[keys.size()];
    var positions = new int[ids.length];
    var codecs = new KeyValueCodec[ids.length];
    var orders = new KeyOrder[ids.length];
    for (int i = 0; i < ids.length; i++) {
      IndexDescriptor.Key key = keys.get(i);
      ids[i] = key.column();
      positions[i] = TableLayout.position(table, key.column());
      codecs[i] = KeyValueCodec.of(table.columns().get(positions[i]).type());
      orders[i] = KeyOrder.of(key.descending(), key.nullsFirst());
    }
    return new KeyColumns(ids, positions, codecs, orders);
  }

  int size() {
    return ids.length;
  }

  int id(int index) {
    return ids[index];
  }

  int position(int index) {
    return positions[index];
  }

  boolean isDescending(int index) {
    return orders[index].descending();
  }

  /** Whether the value itself can be read from the key, and not just one that is equal. */
  boolean isExact(int index) {
    return codecs[index].exact();
  }

  /** Position among the key's columns; -1 when it is not among them. */
  int find(int columnId) {
    for (int i = 0; i < ids.length; i++) {
      if (ids[i] == columnId) {
        return i;
      }
    }
    return -1;
  }

  void encode(int index, @Nullable Object value, ByteWriter out) {
    codecs[index].encode(value, orders[index], out);
  }

  /** Writes the key's columns of a row of the table. */
  void encodeRow(@Nullable Object[] row, ByteWriter out) {
    for (int i = 0; i < ids.length; i++) {
      codecs[i].encode(row[positions[i]], orders[i], out);
    }
  }

  boolean hasNull(@Nullable Object[] row) {
    for (int position : positions) {
      if (row[position] == null) {
        return true;
      }
    }
    return false;
  }

  @Nullable Object decode(int index, ByteReader in) {
    return codecs[index].decode(in, orders[index]);
  }

  void skip(int index, ByteReader in) {
    codecs[index].skip(in, orders[index]);
  }
}
