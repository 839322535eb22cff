package dev.troupe.sql.type.format;

import dev.troupe.protocol.codec.ByteReader;
import dev.troupe.protocol.codec.ByteWriter;
import dev.troupe.sql.type.CodePoints;
import dev.troupe.sql.type.SqlType;
import dev.troupe.sql.type.TypeId;
import dev.troupe.sql.type.TypeModifiers;
import dev.troupe.sql.type.TypeSession;
import java.nio.charset.StandardCharsets;

/** All types whose values are strings. */
final class TextFormat extends Format {
  private final SqlType type;

  TextFormat(SqlType type) {
    this.type = type;
  }

  @Override
  public void writeText(Object value, TypeSession session, StringBuilder out) {
    out.append(shown((String) value));
  }

  @Override
  public void writeUtf8(Object value, TypeSession session, ByteWriter out) {
    out.putRaw(shown((String) value).getBytes(StandardCharsets.UTF_8));
  }

  /** BPCHAR is kept without the blanks that fill it. */
  private String shown(String value) {
    int length = type.id() == TypeId.BPCHAR ? TypeModifiers.length(type.modifier()) : -1;
    if (length < 0) {
      return value;
    }
    int missing = length - CodePoints.length(value);
    return missing <= 0 ? value : value + " ".repeat(missing);
  }

  @Override
  public Object readText(String text, TypeSession session) {
    return ModifierCoercion.assign(type, text);
  }

  @Override
  public void writeBinary(Object value, ByteWriter out) {
    String shown = shown((String) value);
    if (type.id() == TypeId.CHAR && shown.isEmpty()) {
      out.putByte(0);
    } else {
      out.putRaw(shown.getBytes(StandardCharsets.UTF_8));
    }
  }

  @Override
  Object parseBinary(ByteReader in) {
    byte[] bytes = in.readRaw(in.remaining());
    if (type.id() == TypeId.CHAR && bytes.length == 1 && bytes[0] == 0) {
      return "";
    }
    return ModifierCoercion.assign(type, Utf8.decode(bytes, 0, bytes.length));
  }
}
