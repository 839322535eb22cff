package dev.troupe.sql.type.codec;

import dev.troupe.protocol.codec.ByteReader;
import dev.troupe.protocol.codec.ByteReader.MalformedBytes;
import dev.troupe.protocol.codec.ByteWriter;
import dev.troupe.sql.type.JsonValue;
import dev.troupe.sql.type.JsonValue.JsonArray;
import dev.troupe.sql.type.JsonValue.JsonBoolean;
import dev.troupe.sql.type.JsonValue.JsonNull;
import dev.troupe.sql.type.JsonValue.JsonNumber;
import dev.troupe.sql.type.JsonValue.JsonObject;
import dev.troupe.sql.type.JsonValue.JsonString;
import dev.troupe.sql.type.Numeric;
import java.util.ArrayList;
import java.util.List;

/** jsonb as a tree, so that reading it does not parse text. */
final class JsonRowCodec extends RowValueCodec {
  private static final int NULL = 0;
  private static final int FALSE = 1;
  private static final int TRUE = 2;
  private static final int NUMBER = 3;
  private static final int STRING = 4;
  private static final int ARRAY = 5;
  private static final int OBJECT = 6;

  private static final NumericRowCodec NUMBERS = new NumericRowCodec();

  @Override
  public void encode(Object value, ByteWriter out) {
    switch ((JsonValue) value) {
      case JsonNull n -> out.putByte(NULL);
      case JsonBoolean b -> out.putByte(b.value() ? TRUE : FALSE);
      case JsonNumber n -> {
        out.putByte(NUMBER);
        NUMBERS.encode(n.value(), out);
      }
      case JsonString s -> out.putByte(STRING).putString(s.value());
      case JsonArray a -> {
        out.putByte(ARRAY).putVarInt(a.elements().size());
        a.elements().forEach(element -> encode(element, out));
      }
      case JsonObject o -> {
        out.putByte(OBJECT).putVarInt(o.size());
        for (int i = 0; i < o.size(); i++) {
          out.putString(o.keys().get(i));
          encode(o.values().get(i), out);
        }
      }
    }
  }

  @Override
  public Object decode(ByteReader in) {
    return read(in);
  }

  private JsonValue read(ByteReader in) {
    return switch (in.readByte()) {
      case NULL -> JsonValue.NULL;
      case FALSE -> JsonValue.of(false);
      case TRUE -> JsonValue.of(true);
      case NUMBER -> JsonValue.of((Numeric) NUMBERS.decode(in));
      case STRING -> JsonValue.of(in.readString());
      case ARRAY -> {
        List<JsonValue> elements = new ArrayList<>();
        for (int left = in.readCount(); left > 0; left--) {
          elements.add(read(in));
        }
        yield JsonValue.of(elements);
      }
      case OBJECT -> {
        List<String> keys = new ArrayList<>();
        List<JsonValue> values = new ArrayList<>();
        for (int left = in.readCount(); left > 0; left--) {
          keys.add(in.readString());
          values.add(read(in));
        }
        yield new JsonObject(keys, values);
      }
      default -> throw new MalformedBytes("unknown kind of JSON at " + in.position());
    };
  }
}
