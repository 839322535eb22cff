package dev.troupe.sql.type.format;

import dev.troupe.protocol.codec.ByteReader;
import dev.troupe.protocol.codec.ByteWriter;
import dev.troupe.sql.type.TypeSession;
import java.util.UUID;

/** UUIDs; read with or without braces, and with or without hyphens after groups of four digits. */
final class UuidFormat extends Format {
  private static final int DIGITS = 32;

  @Override
  public void writeText(Object value, TypeSession session, StringBuilder out) {
    out.append(value);
  }

  @Override
  public Object readText(String text, TypeSession session) {
    boolean braces = text.startsWith("{");
    int i = braces ? 1 : 0;
    long high = 0;
    long low = 0;
    for (int n = 0; n < DIGITS; n++) {
      int digit =
          i < text.length() && text.charAt(i) < 0x80 ? Character.digit(text.charAt(i), 16) : -1;
      if (digit < 0) {
        throw invalid("uuid", text);
      }
      high = high << 4 | low >>> 60;
      low = low << 4 | digit;
      i++;
      boolean groupEnds = n % 4 == 3 && n < DIGITS - 1;
      if (groupEnds && i < text.length() && text.charAt(i) == '-') {
        i++;
      }
    }
    if (!text.substring(i).equals(braces ? "}" : "")) {
      throw invalid("uuid", text);
    }
    return new UUID(high, low);
  }

  @Override
  public void writeBinary(Object value, ByteWriter out) {
    UUID uuid = (UUID) value;
    out.putLong(uuid.getMostSignificantBits()).putLong(uuid.getLeastSignificantBits());
  }

  @Override
  Object parseBinary(ByteReader in) {
    return new UUID(in.readLong(), in.readLong());
  }
}
