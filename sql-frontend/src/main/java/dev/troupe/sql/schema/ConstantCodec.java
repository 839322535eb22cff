package dev.troupe.sql.schema;

import dev.troupe.protocol.codec.ByteReader;
import dev.troupe.protocol.codec.ByteReader.MalformedBytes;
import dev.troupe.protocol.codec.ByteWriter;
import dev.troupe.sql.type.Bytes;
import dev.troupe.sql.type.Interval;
import dev.troupe.sql.type.JsonValue;
import dev.troupe.sql.type.Numeric;
import dev.troupe.sql.type.SqlArray;
import dev.troupe.sql.type.SqlType;
import dev.troupe.sql.type.TimeTz;
import dev.troupe.sql.type.TypeId;
import dev.troupe.sql.type.TypeNames;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Bytes of types and of single values inside of catalog records. */
final class ConstantCodec {
  private static final int NULL = 0;
  private static final int FALSE = 1;
  private static final int TRUE = 2;
  private static final int INTEGER = 3;
  private static final int LONG = 4;
  private static final int FLOAT = 5;
  private static final int DOUBLE = 6;
  private static final int NUMERIC = 7;
  private static final int TEXT = 8;
  private static final int BYTES = 9;
  private static final int TIME_TZ = 10;
  private static final int INTERVAL = 11;
  private static final int UUID_TAG = 12;
  private static final int JSON = 13;
  private static final int ARRAY = 14;

  private ConstantCodec() {}

  static void putType(ByteWriter out, SqlType type) {
    out.putInt(type.oid()).putInt(type.modifier());
  }

  static SqlType readType(ByteReader in) {
    int oid = in.readInt();
    int modifier = in.readInt();
    SqlType type = TypeNames.ofOid(oid, modifier);
    if (type == null) {
      throw new MalformedBytes("no type has the OID " + oid);
    }
    return type;
  }

  static void putValue(ByteWriter out, @Nullable Object value) {
    switch (value) {
      case null -> out.putByte(NULL);
      case Boolean truth -> out.putByte(truth ? TRUE : FALSE);
      case Integer number -> out.putByte(INTEGER).putInt(number);
      case Long number -> out.putByte(LONG).putLong(number);
      case Float number -> out.putByte(FLOAT).putInt(Float.floatToRawIntBits(number));
      case Double number -> out.putByte(DOUBLE).putLong(Double.doubleToRawLongBits(number));
      case Numeric number -> out.putByte(NUMERIC).putString(number.toString());
      case String text -> out.putByte(TEXT).putString(text);
      case Bytes bytes -> out.putByte(BYTES).putBytes(bytes.shared());
      case TimeTz time -> out.putByte(TIME_TZ).putLong(time.micros()).putInt(time.secondsWest());
      case Interval span ->
          out.putByte(INTERVAL).putInt(span.months()).putInt(span.days()).putLong(span.micros());
      case UUID id ->
          out.putByte(UUID_TAG)
              .putLong(id.getMostSignificantBits())
              .putLong(id.getLeastSignificantBits());
      case JsonValue json -> out.putByte(JSON).putString(json.toString());
      case SqlArray array -> putArray(out, array);
      default ->
          throw new IllegalArgumentException("no constant of the catalog: " + value.getClass());
    }
  }

  static @Nullable Object readValue(ByteReader in) {
    int tag = in.readByte();
    return switch (tag) {
      case NULL -> null;
      case FALSE -> false;
      case TRUE -> true;
      case INTEGER -> in.readInt();
      case LONG -> in.readLong();
      case FLOAT -> Float.intBitsToFloat(in.readInt());
      case DOUBLE -> Double.longBitsToDouble(in.readLong());
      case NUMERIC -> Numeric.parse(in.readString());
      case TEXT -> in.readString();
      case BYTES -> Bytes.owning(in.readBytes());
      case TIME_TZ -> new TimeTz(in.readLong(), in.readInt());
      case INTERVAL -> new Interval(in.readInt(), in.readInt(), in.readLong());
      case UUID_TAG -> new UUID(in.readLong(), in.readLong());
      case JSON -> JsonValue.parse(in.readString());
      case ARRAY -> readArray(in);
      default -> throw new MalformedBytes("no kind of constants: " + tag);
    };
  }

  private static void putArray(ByteWriter out, SqlArray array) {
    out.putByte(ARRAY);
    putType(out, array.elementType());
    int[] lengths = array.lengths();
    int[] bounds = array.lowerBounds();
    out.putVarInt(lengths.length);
    for (int i = 0; i < lengths.length; i++) {
      out.putInt(lengths[i]).putInt(bounds[i]);
    }
    for (Object element : array.toArray()) {
      putValue(out, element);
    }
  }

  private static SqlArray readArray(ByteReader in) {
    SqlType element = readType(in);
    int dimensions = in.readCount();
    int[] lengths = new int[dimensions];
    int[] bounds = new int[dimensions];
    int count = dimensions == 0 ? 0 : 1;
    for (int i = 0; i < dimensions; i++) {
      lengths[i] = in.readInt();
      bounds[i] = in.readInt();
      count = Math.multiplyExact(count, lengths[i]);
    }
    if (count < 0 || count > in.remaining()) {
      throw new MalformedBytes("an array of " + count + " elements exceeds the bytes left");
    }
    @Nullable Object[] elements = new @Nullable Object[count];
    for (int i = 0; i < count; i++) {
      elements[i] = readValue(in);
    }
    return SqlArray.of(element, lengths, bounds, elements);
  }

  /** Whether a value of the type can be kept. */
  static boolean canKeep(SqlType type) {
    return type.id() != TypeId.RECORD && type.id() != TypeId.VOID;
  }
}
