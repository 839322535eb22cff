package dev.troupe.sql.function.text;

import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.function.define.Definitions;
import dev.troupe.sql.type.Bytes;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;

/** Bytes and their textual forms, digests, character sets, single bytes and bits. */
public final class Encodings {
  private static final Map<String, Charset> CHARSETS =
      Map.of(
          "utf8", StandardCharsets.UTF_8,
          "unicode", StandardCharsets.UTF_8,
          "sqlascii", StandardCharsets.UTF_8,
          "latin1", StandardCharsets.ISO_8859_1,
          "iso88591", StandardCharsets.ISO_8859_1);

  private static final int BASE64_LINE = 76;

  private Encodings() {}

  public static void define(Definitions to) {
    to.add("md5(text) text", (String s) -> md5(s.getBytes(StandardCharsets.UTF_8)));
    to.add("md5(bytea) text", (Bytes b) -> md5(b.shared()));
    for (String bits : new String[] {"224", "256", "384", "512"}) {
      to.add("sha" + bits + "(bytea) bytea", (Bytes b) -> digest("SHA-" + bits, b.shared()));
    }
    to.add("encode(bytea, text) text", (Bytes b, String format) -> encode(b, format));
    to.add("decode(text, text) bytea", (String s, String format) -> decode(s, format));
    to.add("convert_to(text, name) bytea", (String s, String target) -> toBytes(s, target));
    to.add("convert_from(bytea, name) text", (Bytes b, String from) -> fromBytes(b, from));
    to.add(
        "convert(bytea, name, name) bytea",
        (Bytes b, String from, String target) -> toBytes(fromBytes(b, from), target));
    to.add("get_byte(bytea, int4) int4", (Bytes b, Integer n) -> b.at(index(n, b.length())));
    to.add(
        "set_byte(bytea, int4, int4) bytea",
        (Bytes b, Integer n, Integer value) -> withByte(b, index(n, b.length()), value));
    to.add("get_bit(bytea, int8) int4", (Bytes b, Long n) -> bit(b, n));
    to.add(
        "set_bit(bytea, int8, int4) bytea",
        (Bytes b, Long n, Integer value) -> withBit(b, n, value));
    to.add("bit_count(bytea) int8", (Bytes b) -> bitCount(b));
  }

  private static String md5(byte[] bytes) {
    return HexFormat.of().formatHex(digest("MD5", bytes).shared());
  }

  private static Bytes digest(String algorithm, byte[] bytes) {
    try {
      return Bytes.owning(MessageDigest.getInstance(algorithm).digest(bytes));
    } catch (NoSuchAlgorithmException missing) {
      throw new IllegalStateException("every Java has " + algorithm, missing);
    }
  }

  private static String encode(Bytes bytes, String format) {
    return switch (format.toLowerCase(Locale.ROOT)) {
      case "hex" -> HexFormat.of().formatHex(bytes.shared());
      case "base64" ->
          Base64.getMimeEncoder(BASE64_LINE, new byte[] {'\n'}).encodeToString(bytes.shared());
      case "escape" -> escape(bytes);
      default -> throw unknownEncoding(format);
    };
  }

  private static SqlException unknownEncoding(String format) {
    return SqlException.of(
        SqlState.INVALID_PARAMETER_VALUE, "unrecognized encoding: \"%s\"", format);
  }

  private static Bytes decode(String text, String format) {
    return switch (format.toLowerCase(Locale.ROOT)) {
      case "hex" -> Bytes.owning(decodeHex(text));
      case "base64" -> Bytes.owning(decodeBase64(text));
      case "escape" -> unescape(text);
      default -> throw unknownEncoding(format);
    };
  }

  private static byte[] decodeHex(String text) {
    String digits = text.replaceAll("[ \n\t\r]", "");
    for (int i = 0; i < digits.length(); i++) {
      if (Character.digit(digits.charAt(i), 16) < 0) {
        throw SqlException.of(
            SqlState.INVALID_PARAMETER_VALUE,
            "invalid hexadecimal digit: \"%s\"",
            Character.toString(digits.codePointAt(i)));
      }
    }
    if (digits.length() % 2 != 0) {
      throw new SqlException(
          SqlState.INVALID_PARAMETER_VALUE, "invalid hexadecimal data: odd number of digits");
    }
    return HexFormat.of().parseHex(digits);
  }

  private static byte[] decodeBase64(String text) {
    String digits = text.replaceAll("[ \n\t\r]", "");
    for (int i = 0; i < digits.length(); i++) {
      char c = digits.charAt(i);
      boolean known =
          (c >= 'A' && c <= 'Z')
              || (c >= 'a' && c <= 'z')
              || (c >= '0' && c <= '9')
              || "+/=".indexOf(c) >= 0;
      if (!known) {
        throw SqlException.of(
            SqlState.INVALID_PARAMETER_VALUE,
            "invalid symbol \"%s\" found while decoding base64 sequence",
            Character.toString(digits.codePointAt(i)));
      }
    }
    try {
      if (digits.length() % 4 == 0) {
        return Base64.getDecoder().decode(digits);
      }
    } catch (IllegalArgumentException wrong) {
      throw invalidBase64();
    }
    throw invalidBase64();
  }

  private static SqlException invalidBase64() {
    return new SqlException(SqlState.INVALID_PARAMETER_VALUE, "invalid base64 end sequence")
        .withHint("Input data is missing padding, is truncated, or is otherwise corrupted.");
  }

  private static String escape(Bytes bytes) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < bytes.length(); i++) {
      int b = bytes.at(i);
      if (b == 0 || b >= 128) {
        out.append(String.format(Locale.ROOT, "\\%03o", b));
      } else {
        out.append(b == '\\' ? "\\\\" : String.valueOf((char) b));
      }
    }
    return out.toString();
  }

  private static Bytes unescape(String text) {
    byte[] source = text.getBytes(StandardCharsets.UTF_8);
    ByteBuffer out = ByteBuffer.allocate(source.length);
    int i = 0;
    while (i < source.length) {
      if (source[i] != '\\') {
        out.put(source[i]);
        i++;
      } else if (i + 1 < source.length && source[i + 1] == '\\') {
        out.put((byte) '\\');
        i += 2;
      } else {
        out.put(octal(source, i + 1));
        i += 4;
      }
    }
    return Bytes.copyOf(java.util.Arrays.copyOf(out.array(), out.position()));
  }

  private static byte octal(byte[] source, int at) {
    int value = 0;
    for (int i = at; i < at + 3; i++) {
      int digit = i < source.length ? source[i] - '0' : -1;
      if (digit < 0 || digit > 7) {
        throw new SqlException(
            SqlState.INVALID_TEXT_REPRESENTATION, "invalid input syntax for type bytea");
      }
      value = value * 8 + digit;
    }
    if (value > 255) {
      throw new SqlException(
          SqlState.INVALID_TEXT_REPRESENTATION, "invalid input syntax for type bytea");
    }
    return (byte) value;
  }

  private static Charset charset(String name, String role) {
    String key = name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "");
    Charset charset = CHARSETS.get(key);
    if (charset == null) {
      throw SqlException.of(
          SqlState.INVALID_PARAMETER_VALUE, "invalid %s encoding name \"%s\"", role, name);
    }
    return charset;
  }

  private static Bytes toBytes(String text, String encoding) {
    Charset charset = charset(encoding, "destination");
    for (int i = 0; i < text.length(); i++) {
      if (charset.equals(StandardCharsets.ISO_8859_1) && text.charAt(i) > 0xff) {
        throw SqlException.of(
            SqlState.UNTRANSLATABLE_CHARACTER,
            "character with byte sequence %s in encoding \"UTF8\" has no equivalent in encoding"
                + " \"LATIN1\"",
            sequence(Character.toString(text.codePointAt(i)).getBytes(StandardCharsets.UTF_8)));
      }
    }
    return Bytes.owning(text.getBytes(charset));
  }

  private static String fromBytes(Bytes bytes, String encoding) {
    Charset charset = charset(encoding, "source");
    try {
      return charset
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPORT)
          .decode(ByteBuffer.wrap(bytes.shared()))
          .toString();
    } catch (CharacterCodingException malformed) {
      throw new SqlException(
          SqlState.CHARACTER_NOT_IN_REPERTOIRE,
          "invalid byte sequence for encoding \"UTF8\": " + firstInvalid(bytes));
    }
  }

  private static String firstInvalid(Bytes bytes) {
    for (int i = 0; i < bytes.length(); i++) {
      if (bytes.at(i) >= 0x80) {
        return sequence(new byte[] {(byte) bytes.at(i)});
      }
    }
    return sequence(bytes.toArray());
  }

  private static String sequence(byte[] bytes) {
    return "0x" + HexFormat.ofDelimiter(" 0x").formatHex(bytes);
  }

  private static int index(long given, long length) {
    if (given < 0 || given >= length) {
      throw SqlException.of(
          SqlState.ARRAY_SUBSCRIPT_ERROR, "index %d out of valid range, 0..%d", given, length - 1);
    }
    return (int) given;
  }

  private static Bytes withByte(Bytes bytes, int index, int value) {
    byte[] changed = bytes.toArray();
    changed[index] = (byte) value;
    return Bytes.owning(changed);
  }

  private static int bit(Bytes bytes, long number) {
    index(number, bytes.length() * 8L);
    return bytes.at((int) (number / 8)) >> (number % 8) & 1;
  }

  private static Bytes withBit(Bytes bytes, long number, int value) {
    index(number, bytes.length() * 8L);
    if (value != 0 && value != 1) {
      throw new SqlException(SqlState.INVALID_PARAMETER_VALUE, "new bit must be 0 or 1");
    }
    int at = (int) (number / 8);
    int mask = 1 << (number % 8);
    int old = bytes.at(at);
    return withByte(bytes, at, value == 1 ? old | mask : old & ~mask);
  }

  private static long bitCount(Bytes bytes) {
    long count = 0;
    for (int i = 0; i < bytes.length(); i++) {
      count += Integer.bitCount(bytes.at(i));
    }
    return count;
  }
}
