package dev.troupe.sql.type.format;

import dev.troupe.protocol.codec.ByteReader;
import dev.troupe.protocol.codec.ByteWriter;
import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.type.SqlArray;
import dev.troupe.sql.type.SqlType;
import dev.troupe.sql.type.TypeSession;
import org.jspecify.annotations.Nullable;

/** Arrays of any type. */
final class ArrayFormat extends Format {
  private final SqlType elementType;
  private final Format elements;

  ArrayFormat(SqlType elementType) {
    this.elementType = elementType;
    this.elements = Format.of(elementType);
  }

  @Override
  public void writeText(Object value, TypeSession session, StringBuilder out) {
    SqlArray array = (SqlArray) value;
    if (array.dimensions() == 0) {
      out.append("{}");
      return;
    }
    if (!array.countsFromOne()) {
      for (int d = 0; d < array.dimensions(); d++) {
        int lower = array.lowerBound(d);
        out.append('[').append(lower).append(':').append(lower + array.length(d) - 1).append(']');
      }
      out.append('=');
    }
    appendDimension(array, 0, 0, session, out);
  }

  /** Appends one dimension from an element on; gives the index behind its last element. */
  private int appendDimension(
      SqlArray array, int dimension, int from, TypeSession session, StringBuilder out) {
    int index = from;
    out.append('{');
    for (int i = 0; i < array.length(dimension); i++) {
      out.append(i == 0 ? "" : ",");
      if (dimension + 1 < array.dimensions()) {
        index = appendDimension(array, dimension + 1, index, session, out);
      } else {
        appendElement(array.element(index++), session, out);
      }
    }
    out.append('}');
    return index;
  }

  private void appendElement(@Nullable Object element, TypeSession session, StringBuilder out) {
    if (element == null) {
      out.append("NULL");
      return;
    }
    String text = elements.toText(element, session);
    if (!needsQuotes(text)) {
      out.append(text);
      return;
    }
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      out.append(c == '"' || c == '\\' ? "\\" : "").append(c);
    }
    out.append('"');
  }

  private static boolean needsQuotes(String text) {
    if (text.isEmpty() || text.equalsIgnoreCase("null")) {
      return true;
    }
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if ("{},\"\\".indexOf(c) >= 0 || isSpace(c)) {
        return true;
      }
    }
    return false;
  }

  @Override
  public Object readText(String text, TypeSession session) {
    return new ArrayTextParser(text, elementType, elements, session).parse();
  }

  @Override
  public void writeBinary(Object value, ByteWriter out) {
    SqlArray array = (SqlArray) value;
    out.putInt(array.dimensions()).putInt(array.hasNulls() ? 1 : 0).putInt(elementType.oid());
    for (int d = 0; d < array.dimensions(); d++) {
      out.putInt(array.length(d)).putInt(array.lowerBound(d));
    }
    for (int i = 0; i < array.size(); i++) {
      Object element = array.element(i);
      int length = out.size();
      out.putInt(-1);
      if (element != null) {
        elements.writeBinary(element, out);
        out.setInt(length, out.size() - length - 4);
      }
    }
  }

  @Override
  Object parseBinary(ByteReader in) {
    int dimensions = in.readInt();
    if (dimensions < 0 || dimensions > SqlArray.DIMENSIONS_MAX) {
      throw malformed();
    }
    in.skip(4);
    if (in.readInt() != elementType.oid()) {
      throw new SqlException(SqlState.DATATYPE_MISMATCH, "wrong element type");
    }
    int[] lengths = new int[dimensions];
    int[] lowerBounds = new int[dimensions];
    long size = dimensions == 0 ? 0 : 1;
    for (int d = 0; d < dimensions; d++) {
      lengths[d] = in.readInt();
      lowerBounds[d] = in.readInt();
      if (lengths[d] < 0) {
        throw malformed();
      }
      size *= lengths[d];
      // Every element takes four bytes at least.
      if (size > in.remaining() / 4) {
        throw malformed();
      }
    }
    @Nullable Object[] values = new @Nullable Object[(int) size];
    for (int i = 0; i < values.length; i++) {
      int length = in.readInt();
      if (length < -1) {
        throw malformed();
      }
      values[i] = length < 0 ? null : elements.readBinary(in.readRaw(length), 0, length);
    }
    return SqlArray.of(elementType, lengths, lowerBounds, values);
  }
}
