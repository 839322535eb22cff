package dev.troupe.sql.type.format;

import dev.troupe.protocol.codec.ByteReader;
import dev.troupe.protocol.codec.ByteWriter;
import dev.troupe.sql.type.TypeSession;
import java.util.Locale;

/** Booleans: t and f; read from unique beginnings of true, false, yes, no, on, off, and 1 and 0. */
final class BoolFormat extends Format {
  @Override
  public void writeText(Object value, TypeSession session, StringBuilder out) {
    out.append((Boolean) value ? 't' : 'f');
  }

  @Override
  public void writeUtf8(Object value, TypeSession session, ByteWriter out) {
    out.putByte((Boolean) value ? 't' : 'f');
  }

  @Override
  public Object readText(String text, TypeSession session) {
    return switch (trim(text).toLowerCase(Locale.ROOT)) {
      case "t", "tr", "tru", "true", "y", "ye", "yes", "on", "1" -> true;
      case "f", "fa", "fal", "fals", "false", "n", "no", "of", "off", "0" -> false;
      default -> throw invalid("boolean", text);
    };
  }

  @Override
  public void writeBinary(Object value, ByteWriter out) {
    out.putBoolean((Boolean) value);
  }

  @Override
  Object parseBinary(ByteReader in) {
    return in.readByte() != 0;
  }
}
