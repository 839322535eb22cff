package dev.troupe.sql.type.format;

import dev.troupe.protocol.codec.ByteReader;
import dev.troupe.protocol.codec.ByteWriter;
import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.type.Bytes;
import dev.troupe.sql.type.TypeSession;
import dev.troupe.sql.type.TypeSession.ByteaOutput;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Strings of bytes: hexadecimal, or escaped as octal numbers. */
final class ByteaFormat extends Format {
  private static final String HEX = "0123456789abcdef";

  @Override
  public void writeText(Object value, TypeSession session, StringBuilder out) {
    Bytes bytes = (Bytes) value;
    if (session.byteaOutput() == ByteaOutput.ESCAPE) {
      appendEscaped(bytes, out);
      return;
    }
    out.append("\\x");
    for (int i = 0; i < bytes.length(); i++) {
      out.append(HEX.charAt(bytes.at(i) >> 4)).append(HEX.charAt(bytes.at(i) & 0xF));
    }
  }

  private static void appendEscaped(Bytes bytes, StringBuilder out) {
    for (int i = 0; i < bytes.length(); i++) {
      int b = bytes.at(i);
      if (b == '\\') {
        out.append("\\\\");
      } else if (b < ' ' || b > '~') {
        out.append('\\').append((char) ('0' + (b >> 6)));
        out.append((char) ('0' + ((b >> 3) & 7))).append((char) ('0' + (b & 7)));
      } else {
        out.append((char) b);
      }
    }
  }

  @Override
  public Object readText(String text, TypeSession session) {
    return Bytes.owning(text.startsWith("\\x") ? readHex(text) : readEscaped(text));
  }

  private static byte[] readHex(String text) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(text.length() / 2);
    int i = 2;
    while (i < text.length()) {
      if (isSpace(text.charAt(i))) {
        i++;
        continue;
      }
      int high = hexDigit(text, i);
      if (i + 1 == text.length()) {
        throw new SqlException(
            SqlState.INVALID_PARAMETER_VALUE, "invalid hexadecimal data: odd number of digits");
      }
      out.write(high << 4 | hexDigit(text, i + 1));
      i += 2;
    }
    return out.toByteArray();
  }

  private static int hexDigit(String text, int at) {
    int digit = text.charAt(at) < 0x80 ? Character.digit(text.charAt(at), 16) : -1;
    if (digit < 0) {
      String shown = Character.toString(text.codePointAt(at));
      throw new SqlException(
          SqlState.INVALID_PARAMETER_VALUE, "invalid hexadecimal digit: \"" + shown + "\"");
    }
    return digit;
  }

  private static byte[] readEscaped(String text) {
    byte[] in = text.getBytes(StandardCharsets.UTF_8);
    ByteArrayOutputStream out = new ByteArrayOutputStream(in.length);
    int i = 0;
    while (i < in.length) {
      if (in[i] != '\\') {
        out.write(in[i++]);
      } else if (i + 1 < in.length && in[i + 1] == '\\') {
        out.write('\\');
        i += 2;
      } else if (isOctal(in, i + 1)) {
        out.write((in[i + 1] - '0') << 6 | (in[i + 2] - '0') << 3 | (in[i + 3] - '0'));
        i += 4;
      } else {
        throw new SqlException(
            SqlState.INVALID_TEXT_REPRESENTATION, "invalid input syntax for type bytea");
      }
    }
    return out.toByteArray();
  }

  private static boolean isOctal(byte[] in, int at) {
    return at + 2 < in.length
        && in[at] >= '0'
        && in[at] <= '3'
        && in[at + 1] >= '0'
        && in[at + 1] <= '7'
        && in[at + 2] >= '0'
        && in[at + 2] <= '7';
  }

  @Override
  public void writeBinary(Object value, ByteWriter out) {
    out.putRaw(((Bytes) value).shared());
  }

  @Override
  Object parseBinary(ByteReader in) {
    return Bytes.owning(in.readRaw(in.remaining()));
  }
}
