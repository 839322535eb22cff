package dev.troupe.sql.schema;

import dev.troupe.protocol.codec.ByteReader;
import dev.troupe.protocol.codec.ByteReader.MalformedBytes;
import dev.troupe.protocol.codec.ByteWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Shapes of fields that several catalog records have. */
final class RecordFields {
  private RecordFields() {}

  static <T> void putList(ByteWriter out, List<T> values, BiConsumer<ByteWriter, T> put) {
    out.putVarInt(values.size());
    values.forEach(value -> put.accept(out, value));
  }

  static <T> List<T> readList(ByteReader in, Function<ByteReader, T> read) {
    int count = in.readCount();
    List<T> values = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      values.add(read.apply(in));
    }
    return values;
  }

  static void putOptional(ByteWriter out, @Nullable String text) {
    out.putBoolean(text != null);
    if (text != null) {
      out.putString(text);
    }
  }

  static @Nullable String readOptional(ByteReader in) {
    return in.readBoolean() ? in.readString() : null;
  }

  /** Ordinals of enums are stored: their constants keep their order, new ones go to the end. */
  static <E extends Enum<E>> E readEnum(ByteReader in, E[] values) {
    int ordinal = in.readByte();
    if (ordinal >= values.length) {
      throw new MalformedBytes("no constant " + ordinal + " among " + values.length);
    }
    return values[ordinal];
  }
}
