package dev.troupe.sql.type.codec;

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
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** jsonb in its own order: kind, then size, then content. */
final class JsonKeyCodec extends KeyValueCodec {
  private static final int TAG = 0x50;

  /** An empty array at the root is below everything else. */
  private static final int EMPTY_ROOT = 0x01;

  private static final int NULL = 0x02;
  private static final int STRING = 0x03;
  private static final int NUMBER = 0x04;
  private static final int FALSE = 0x05;
  private static final int TRUE = 0x06;
  private static final int ARRAY = 0x07;
  private static final int OBJECT = 0x08;

  private static final NumericKeyCodec NUMBERS = new NumericKeyCodec();

  /** The scales of numbers are lost. */
  @Override
  public boolean exact() {
    return false;
  }

  @Override
  void write(Object value, ByteWriter out) {
    out.putByte(TAG);
    if (value instanceof JsonArray array && array.elements().isEmpty()) {
      out.putByte(EMPTY_ROOT);
    } else {
      put((JsonValue) value, out);
    }
  }

  private static void put(JsonValue value, ByteWriter out) {
    switch (value) {
      case JsonNull n -> out.putByte(NULL);
      case JsonString s -> {
        out.putByte(STRING);
        putText(s.value(), out);
      }
      case JsonNumber n -> {
        out.putByte(NUMBER);
        NUMBERS.write(n.value(), out);
      }
      case JsonBoolean b -> out.putByte(b.value() ? TRUE : FALSE);
      case JsonArray a -> {
        out.putByte(ARRAY).putInt(a.elements().size());
        a.elements().forEach(element -> put(element, out));
      }
      case JsonObject o -> {
        out.putByte(OBJECT).putInt(o.size());
        for (int i = 0; i < o.size(); i++) {
          putText(o.keys().get(i), out);
          put(o.values().get(i), out);
        }
      }
    }
  }

  private static void putText(String text, ByteWriter out) {
    KeyOutput.putTerminated(text.getBytes(StandardCharsets.UTF_8), out);
  }

  @Override
  Object read(int tag, KeyInput in) {
    requireTag(TAG, tag);
    int kind = in.readByte();
    return kind == EMPTY_ROOT ? JsonValue.of(List.of()) : take(kind, in);
  }

  private static JsonValue take(int kind, KeyInput in) {
    return switch (kind) {
      case NULL -> JsonValue.NULL;
      case STRING -> JsonValue.of(takeText(in));
      case NUMBER -> JsonValue.of((Numeric) NUMBERS.read(in.readByte(), in));
      case FALSE -> JsonValue.of(false);
      case TRUE -> JsonValue.of(true);
      case ARRAY -> {
        List<JsonValue> elements = new ArrayList<>();
        for (int left = in.readInt(); left > 0; left--) {
          elements.add(take(in.readByte(), in));
        }
        yield JsonValue.of(elements);
      }
      case OBJECT -> {
        List<String> keys = new ArrayList<>();
        List<JsonValue> values = new ArrayList<>();
        for (int left = in.readInt(); left > 0; left--) {
          keys.add(takeText(in));
          values.add(take(in.readByte(), in));
        }
        yield new JsonObject(keys, values);
      }
      default -> throw new MalformedBytes("unknown kind of JSON: " + kind);
    };
  }

  private static String takeText(KeyInput in) {
    return new String(in.readTerminated(), StandardCharsets.UTF_8);
  }
}
