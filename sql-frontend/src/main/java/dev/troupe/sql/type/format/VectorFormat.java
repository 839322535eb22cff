package dev.troupe.sql.type.format;

import dev.troupe.protocol.codec.ByteReader;
import dev.troupe.protocol.codec.ByteWriter;
import dev.troupe.sql.type.SqlArray;
import dev.troupe.sql.type.SqlType;
import dev.troupe.sql.type.TypeSession;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** The catalog's vectors: numbers with blanks between them, counted from 0. */
final class VectorFormat extends Format {
  private final SqlType elementType;
  private final Format elements;
  private final ArrayFormat binary;

  VectorFormat(SqlType elementType) {
    this.elementType = elementType;
    this.elements = Format.of(elementType);
    this.binary = new ArrayFormat(elementType);
  }

  @Override
  public void writeText(Object value, TypeSession session, StringBuilder out) {
    SqlArray array = (SqlArray) value;
    for (int i = 0; i < array.size(); i++) {
      out.append(i == 0 ? "" : " ");
      elements.writeText(Objects.requireNonNull(array.element(i)), session, out);
    }
  }

  @Override
  public Object readText(String text, TypeSession session) {
    List<Object> values = new ArrayList<>();
    String trimmed = trim(text);
    if (!trimmed.isEmpty()) {
      for (String number : trimmed.split("\\s+", -1)) {
        values.add(elements.readText(number, session));
      }
    }
    return values.isEmpty()
        ? SqlArray.empty(elementType)
        : SqlArray.of(elementType, new int[] {values.size()}, new int[] {0}, values.toArray());
  }

  @Override
  public void writeBinary(Object value, ByteWriter out) {
    binary.writeBinary(value, out);
  }

  @Override
  Object parseBinary(ByteReader in) {
    return binary.parseBinary(in);
  }
}
