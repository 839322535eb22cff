package dev.troupe.sql.type.codec;

import dev.troupe.protocol.codec.ByteReader;
import dev.troupe.protocol.codec.ByteReader.MalformedBytes;
import dev.troupe.protocol.codec.ByteWriter;
import dev.troupe.sql.type.SqlArray;
import dev.troupe.sql.type.SqlType;
import org.jspecify.annotations.Nullable;

/** Arrays: the shape, then every element behind a byte that says whether it is there. */
final class ArrayRowCodec extends RowValueCodec {
  private static final int NULL_ELEMENT = 0;
  private static final int ELEMENT = 1;

  private final SqlType elementType;
  private final RowValueCodec elements;

  ArrayRowCodec(SqlType elementType) {
    this.elementType = elementType;
    this.elements = RowValueCodec.of(elementType);
  }

  @Override
  public void encode(Object value, ByteWriter out) {
    SqlArray array = (SqlArray) value;
    out.putVarInt(array.dimensions());
    for (int d = 0; d < array.dimensions(); d++) {
      out.putVarInt(array.length(d));
      putSigned(array.lowerBound(d), out);
    }
    for (int i = 0; i < array.size(); i++) {
      Object element = array.element(i);
      out.putByte(element == null ? NULL_ELEMENT : ELEMENT);
      if (element != null) {
        elements.encode(element, out);
      }
    }
  }

  @Override
  public Object decode(ByteReader in) {
    int dimensions = in.readVarInt();
    if (dimensions < 0 || dimensions > SqlArray.DIMENSIONS_MAX) {
      throw new MalformedBytes(dimensions + " dimensions");
    }
    int[] lengths = new int[dimensions];
    int[] lowerBounds = new int[dimensions];
    long size = dimensions == 0 ? 0 : 1;
    for (int d = 0; d < dimensions; d++) {
      lengths[d] = in.readCount();
      size *= lengths[d];
      lowerBounds[d] = (int) readSigned(in);
      if (size > in.remaining()) {
        throw new MalformedBytes(size + " elements exceed the bytes left");
      }
    }
    @Nullable Object[] values = new @Nullable Object[(int) size];
    for (int i = 0; i < values.length; i++) {
      values[i] = in.readByte() == NULL_ELEMENT ? null : elements.decode(in);
    }
    return SqlArray.of(elementType, lengths, lowerBounds, values);
  }
}
