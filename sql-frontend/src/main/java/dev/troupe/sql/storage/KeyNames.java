package dev.troupe.sql.storage;

import dev.troupe.protocol.codec.ByteReader;
import dev.troupe.protocol.codec.ByteReader.MalformedBytes;
import dev.troupe.protocol.codec.Keyspace;
import dev.troupe.protocol.model.Key;
import dev.troupe.sql.catalog.IndexDescriptor;
import dev.troupe.sql.catalog.TableDescriptor;
import dev.troupe.sql.type.SqlType;
import dev.troupe.sql.type.TypeSession;
import dev.troupe.sql.type.format.Format;
import java.util.Arrays;
import java.util.function.LongFunction;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Keys as people read them: {@code /orders/orders_pkey/42} instead of bytes. What is no key of a
 * table that is known, or not to be shown, is left as it is. Used by one thread.
 */
public final class KeyNames {
  private static final int TAG_BYTES = 1;

  private final LongFunction<@Nullable TableDescriptor> tables;
  private final Predicate<TableDescriptor> readable;
  private final TypeSession types;

  /**
   * @param tables by id; null: there is none
   * @param readable whether values of a table may be shown
   * @param types how values are written
   */
  public KeyNames(
      LongFunction<@Nullable TableDescriptor> tables,
      Predicate<TableDescriptor> readable,
      TypeSession types) {
    this.tables = tables;
    this.readable = readable;
    this.types = types;
  }

  /** The key in words. */
  public String of(Key key) {
    if (key.equals(Key.MIN)) {
      return "/Min";
    }
    if (key.compareTo(Key.MAX) >= 0) {
      return "/Max";
    }
    if (Keyspace.KV.contains(key)) {
      return "/Kv" + namespaced(key);
    }
    if (Keyspace.TABLES.contains(key)) {
      var in = new ByteReader(key.bytes(), TAG_BYTES, key.length() - TAG_BYTES);
      try {
        return in.remaining() == 0 ? "/Tables" : ofTable(key, in);
      } catch (MalformedBytes ofNoTable) {
        return "/Tables/" + rest(key, TAG_BYTES);
      }
    }
    return "/System/" + rest(key, TAG_BYTES);
  }

  private static String namespaced(Key key) {
    int length = key.length() > TAG_BYTES ? key.bytes()[TAG_BYTES] & 0xFF : 0;
    int end = TAG_BYTES + 1 + length;
    if (key.length() <= TAG_BYTES) {
      return "";
    }
    if (key.length() < end) {
      return "/" + rest(key, TAG_BYTES);
    }
    Key name = Key.wrap(Arrays.copyOfRange(key.bytes(), TAG_BYTES + 1, end));
    return "/" + name + (key.length() == end ? "" : "/" + rest(key, end));
  }

  private String ofTable(Key key, ByteReader in) {
    long id = TableKeys.readOrdered(in);
    if (id == 0) {
      return "/Catalog";
    }
    TableDescriptor table = tables.apply(id);
    if (table == null) {
      return "/Table " + id + (in.remaining() == 0 ? "" : "/" + rest(key, in.position()));
    }
    var text = new StringBuilder("/").append(table.name());
    if (in.remaining() == 0) {
      return text.toString();
    }
    long number = TableKeys.readOrdered(in);
    IndexDescriptor index = index(table, number);
    if (index == null) {
      return text.append("/Index ").append(number).toString();
    }
    text.append('/').append(index.name());
    if (in.remaining() == 0) {
      return text.toString();
    }
    return readable.test(table)
        ? values(key, in, table, index, text)
        : text.append("/…").toString();
  }

  private static @Nullable IndexDescriptor index(TableDescriptor table, long id) {
    if (table.primary().id() == id) {
      return table.primary();
    }
    return table.indexes().stream().filter(i -> i.id() == id).findFirst().orElse(null);
  }

  private String values(
      Key key, ByteReader in, TableDescriptor table, IndexDescriptor index, StringBuilder text) {
    KeyColumns columns = KeyColumns.of(table, index);
    KeyColumns behind = KeyColumns.of(table, table.primary());
    boolean primary = index.id() == table.primary().id();
    int count = columns.size() + (primary ? 0 : behind.size());
    for (int i = 0; i < count && in.remaining() > 0; i++) {
      int before = in.position();
      boolean own = i < columns.size();
      int at = own ? i : i - columns.size();
      KeyColumns part = own ? columns : behind;
      try {
        Object value = part.decode(at, in);
        SqlType type = table.columns().get(part.position(at)).type();
        text.append('/').append(value == null ? "NULL" : Format.of(type).toText(value, types));
      } catch (MalformedBytes partOfAValue) {
        return text.append('/').append(rest(key, before)).toString();
      }
    }
    return in.remaining() == 0
        ? text.toString()
        : text.append('/').append(rest(key, in.position())).toString();
  }

  private static String rest(Key key, int from) {
    return Key.wrap(Arrays.copyOfRange(key.bytes(), from, key.length())).toString();
  }
}
