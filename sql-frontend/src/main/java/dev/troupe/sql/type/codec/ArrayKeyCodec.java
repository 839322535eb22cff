package dev.troupe.sql.type.codec;

import dev.troupe.protocol.codec.ByteReader.MalformedBytes;
import dev.troupe.protocol.codec.ByteWriter;
import dev.troupe.sql.type.SqlArray;
import dev.troupe.sql.type.SqlType;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Arrays: the elements, a mark below every element, then dimensions, lengths, lower bounds. */
final class ArrayKeyCodec extends KeyValueCodec {
  private static final int TAG = 0x60;
  private static final int END_OF_ELEMENTS = 0x01;
  private static final int NULL_ELEMENT = 0xFF;

  private final SqlType elementType;
  private final KeyValueCodec elements;

  ArrayKeyCodec(SqlType elementType) {
    this.elementType = elementType;
    this.elements = KeyValueCodec.of(elementType);
  }

  @Override
  public boolean exact() {
    return elements.exact();
  }

  @Override
  void write(Object value, ByteWriter out) {
    SqlArray array = (SqlArray) value;
    out.putByte(TAG);
    for (int i = 0; i < array.size(); i++) {
      Object element = array.element(i);
      if (element == null) {
        out.putByte(NULL_ELEMENT);
      } else {
        elements.write(element, out);
      }
    }
    out.putByte(END_OF_ELEMENTS).putByte(array.dimensions());
    for (int d = 0; d < array.dimensions(); d++) {
      out.putInt(array.length(d));
    }
    for (int d = 0; d < array.dimensions(); d++) {
      out.putInt(array.lowerBound(d) ^ Integer.MIN_VALUE);
    }
  }

  @Override
  Object read(int tag, KeyInput in) {
    requireTag(TAG, tag);
    List<@Nullable Object> values = new ArrayList<>();
    for (int next = in.readByte(); next != END_OF_ELEMENTS; next = in.readByte()) {
      values.add(next == NULL_ELEMENT ? null : elements.read(next, in));
    }
    int dimensions = in.readByte();
    if (dimensions > SqlArray.DIMENSIONS_MAX) {
      throw new MalformedBytes(dimensions + " dimensions");
    }
    int[] lengths = new int[dimensions];
    long product = dimensions == 0 ? 0 : 1;
    for (int d = 0; d < dimensions; d++) {
      lengths[d] = in.readInt();
      product *= lengths[d];
    }
    if (product != values.size()) {
      throw new MalformedBytes(values.size() + " elements in an array of " + product);
    }
    int[] lowerBounds = new int[dimensions];
    for (int d = 0; d < dimensions; d++) {
      lowerBounds[d] = in.readInt() ^ Integer.MIN_VALUE;
    }
    return SqlArray.of(elementType, lengths, lowerBounds, values.toArray());
  }
}
