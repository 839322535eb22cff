package dev.troupe.sql.type.codec;

import dev.troupe.protocol.codec.ByteReader;
import dev.troupe.protocol.codec.ByteReader.MalformedBytes;
import dev.troupe.protocol.codec.ByteWriter;
import dev.troupe.sql.type.SqlRecord;
import dev.troupe.sql.type.SqlType;
import dev.troupe.sql.type.TypeNames;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Records carry the types of their columns, and their names when they have any. */
final class RecordRowCodec extends RowValueCodec {
  /** Added to the number of columns when their names follow. */
  private static final int NAMED = 1 << 16;

  @Override
  public void encode(Object value, ByteWriter out) {
    SqlRecord row = (SqlRecord) value;
    out.putVarInt(row.names().isEmpty() ? row.size() : NAMED + row.size());
    row.names().forEach(out::putString);
    for (int i = 0; i < row.size(); i++) {
      SqlType type = row.types().get(i);
      Object column = row.value(i);
      out.putVarInt(type.oid());
      putSigned(type.modifier(), out);
      out.putBoolean(column != null);
      if (column != null) {
        RowValueCodec.of(type).encode(column, out);
      }
    }
  }

  @Override
  public Object decode(ByteReader in) {
    int lead = in.readVarInt();
    int size = lead >= NAMED ? lead - NAMED : lead;
    if (size < 0 || size > in.remaining()) {
      throw new MalformedBytes("a record of " + size + " columns");
    }
    List<String> names = new ArrayList<>();
    for (int i = 0; lead >= NAMED && i < size; i++) {
      names.add(in.readString());
    }
    List<SqlType> types = new ArrayList<>(size);
    List<@Nullable Object> values = new ArrayList<>(size);
    for (int i = 0; i < size; i++) {
      int oid = in.readVarInt();
      SqlType type = TypeNames.ofOid(oid, (int) readSigned(in));
      if (type == null) {
        throw new MalformedBytes("a column of the unknown type " + oid);
      }
      types.add(type);
      values.add(in.readBoolean() ? RowValueCodec.of(type).decode(in) : null);
    }
    return new SqlRecord(types, names, values.toArray());
  }
}
