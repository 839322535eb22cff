package dev.troupe.sql.type.format;

import dev.troupe.protocol.codec.ByteReader;
import dev.troupe.protocol.codec.ByteWriter;
import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.type.SqlRecord;
import dev.troupe.sql.type.SqlType;
import dev.troupe.sql.type.TypeNames;
import dev.troupe.sql.type.TypeSession;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Rows: (1,"a b",). */
final class RecordFormat extends Format {
  @Override
  public void writeText(Object value, TypeSession session, StringBuilder out) {
    SqlRecord row = (SqlRecord) value;
    out.append('(');
    for (int i = 0; i < row.size(); i++) {
      out.append(i == 0 ? "" : ",");
      Object column = row.value(i);
      if (column != null) {
        appendColumn(Format.of(row.types().get(i)).toText(column, session), out);
      }
    }
    out.append(')');
  }

  private static void appendColumn(String text, StringBuilder out) {
    boolean quotes = text.isEmpty();
    for (int i = 0; i < text.length() && !quotes; i++) {
      char c = text.charAt(i);
      quotes = "\"\\(),".indexOf(c) >= 0 || isSpace(c);
    }
    if (!quotes) {
      out.append(text);
      return;
    }
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        out.append(c);
      }
      out.append(c);
    }
    out.append('"');
  }

  /** Nothing says which types the columns have. */
  @Override
  public Object readText(String text, TypeSession session) {
    throw new SqlException(
        SqlState.FEATURE_NOT_SUPPORTED, "input of anonymous composite types is not implemented");
  }

  @Override
  public void writeBinary(Object value, ByteWriter out) {
    SqlRecord row = (SqlRecord) value;
    out.putInt(row.size());
    for (int i = 0; i < row.size(); i++) {
      SqlType type = row.types().get(i);
      Object column = row.value(i);
      out.putInt(type.oid());
      int length = out.size();
      out.putInt(-1);
      if (column != null) {
        Format.of(type).writeBinary(column, out);
        out.setInt(length, out.size() - length - 4);
      }
    }
  }

  @Override
  Object parseBinary(ByteReader in) {
    int size = in.readInt();
    if (size < 0 || size > in.remaining() / 8) {
      throw malformed();
    }
    List<SqlType> types = new ArrayList<>();
    List<@Nullable Object> values = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      SqlType type = TypeNames.ofOid(in.readInt(), -1);
      int length = in.readInt();
      if (type == null || length < -1) {
        throw malformed();
      }
      types.add(type);
      values.add(length < 0 ? null : Format.of(type).readBinary(in.readRaw(length), 0, length));
    }
    return new SqlRecord(types, values.toArray());
  }
}
