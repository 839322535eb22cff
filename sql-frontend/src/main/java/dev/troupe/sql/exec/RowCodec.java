package dev.troupe.sql.exec;

import dev.troupe.protocol.codec.ByteReader;
import dev.troupe.protocol.codec.ByteWriter;
import dev.troupe.sql.type.SqlType;
import dev.troupe.sql.type.codec.RowValueCodec;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Rows as bytes, for temporary files. */
final class RowCodec {
  private final RowValueCodec[] columns;

  RowCodec(List<SqlType> types) {
    columns = types.stream().map(RowValueCodec::of).toArray(RowValueCodec[]::new);
  }

  void write(@Nullable Object[] row, ByteWriter out) {
    for (int i = 0; i < columns.length; i++) {
      Object value = row[i];
      out.putBoolean(value != null);
      if (value != null) {
        columns[i].encode(value, out);
      }
    }
  }

  @Nullable Object[] read(ByteReader in) {
    var row = new @Nullable Object[columns.length];
    for (int i = 0; i < columns.length; i++) {
      row[i] = in.readBoolean() ? columns[i].decode(in) : null;
    }
    return row;
  }
}
