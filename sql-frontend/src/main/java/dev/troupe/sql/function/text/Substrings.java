package dev.troupe.sql.function.text;

import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.type.Bytes;
import dev.troupe.sql.type.CodePoints;
import java.util.ArrayList;
import java.util.List;

/** Parts of strings by position. Positions count code points from 1 and may lie outside. */
public final class Substrings {
  private Substrings() {}

  static String from(String text, int start) {
    return start <= 1 ? text : text.substring(offset(text, start - 1L));
  }

  static String of(String text, int start, int count) {
    requireCount(count);
    long end = (long) start + count;
    if (end <= 1) {
      return "";
    }
    int from = offset(text, Math.max(start, 1) - 1L);
    return text.substring(from, Math.max(from, offset(text, end - 1)));
  }

  /** Index of the character with this number (from 0), or the end of the text. */
  private static int offset(String text, long characters) {
    if (characters >= text.length()) {
      return text.length();
    }
    int index = 0;
    for (long i = 0; i < characters && index < text.length(); i++) {
      index += Character.charCount(text.codePointAt(index));
    }
    return index;
  }

  static Bytes from(Bytes bytes, int start) {
    return bytes.slice(Math.min(Math.max(start, 1) - 1, bytes.length()), bytes.length());
  }

  static Bytes of(Bytes bytes, int start, int count) {
    requireCount(count);
    long end = Math.min((long) start + count - 1, bytes.length());
    int from = Math.min(Math.max(start, 1) - 1, bytes.length());
    return end <= from ? Bytes.EMPTY : bytes.slice(from, (int) end);
  }

  private static void requireCount(int count) {
    if (count < 0) {
      throw new SqlException(SqlState.SUBSTRING_ERROR, "negative substring length not allowed");
    }
  }

  static String left(String text, int count) {
    return CodePoints.prefix(
        text, count >= 0 ? count : Math.max(0, CodePoints.length(text) + count));
  }

  static String right(String text, int count) {
    int length = CodePoints.length(text);
    long skipped = count >= 0 ? Math.max(0, length - count) : Math.min(length, -(long) count);
    return text.substring(offset(text, skipped));
  }

  /** Number of the first character of the part; 0 when it is not in there. */
  static int position(String text, String part) {
    int index = text.indexOf(part);
    return index < 0 ? 0 : text.codePointCount(0, index) + 1;
  }

  static int position(Bytes bytes, Bytes part) {
    for (int at = 0; at + part.length() <= bytes.length(); at++) {
      if (bytes.slice(at, at + part.length()).equals(part)) {
        return at + 1;
      }
    }
    return 0;
  }

  static String part(String text, String separator, int number) {
    if (number == 0) {
      throw new SqlException(SqlState.INVALID_PARAMETER_VALUE, "field position must not be zero");
    }
    List<String> parts = split(text, separator);
    int index = number > 0 ? number - 1 : parts.size() + number;
    return index >= 0 && index < parts.size() ? parts.get(index) : "";
  }

  /** An empty separator does not split; an empty text has one part. */
  static List<String> split(String text, String separator) {
    List<String> parts = new ArrayList<>();
    int from = 0;
    if (!separator.isEmpty()) {
      for (int at = text.indexOf(separator); at >= 0; at = text.indexOf(separator, from)) {
        parts.add(text.substring(from, at));
        from = at + separator.length();
      }
    }
    parts.add(text.substring(from));
    return parts;
  }

  static String overlay(String text, String by, int start, int count) {
    requireStart(start);
    return of(text, 1, start - 1) + by + from(text, Math.addExact(start, count));
  }

  static Bytes overlay(Bytes bytes, Bytes by, int start, int count) {
    requireStart(start);
    return of(bytes, 1, start - 1).concat(by).concat(from(bytes, Math.addExact(start, count)));
  }

  private static void requireStart(int start) {
    if (start <= 0) {
      throw new SqlException(SqlState.SUBSTRING_ERROR, "negative substring length not allowed");
    }
  }
}
