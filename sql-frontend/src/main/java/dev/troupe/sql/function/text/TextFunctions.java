package dev.troupe.sql.function.text;

import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.function.define.Definitions;
import dev.troupe.sql.type.Bytes;
import dev.troupe.sql.type.CodePoints;
import java.text.Normalizer;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** Functions of strings that change, measure or take them apart. Characters are code points. */
public final class TextFunctions {
  /** PostgreSQL's limit, or what a statement can hold without endangering the others. */
  static final int CHARACTERS_MAX =
      (int) Math.min(0x3fffffff, Runtime.getRuntime().maxMemory() / 8);

  private TextFunctions() {}

  public static void define(Definitions to) {
    defineLengths(to);
    defineCases(to);
    definePieces(to);
    defineTrims(to);
    defineReplacements(to);
    defineCharacters(to);
  }

  private static void defineLengths(Definitions to) {
    for (String name : new String[] {"length", "char_length", "character_length"}) {
      to.add(name + "(text) int4", (String s) -> CodePoints.length(s));
      to.add(name + "(bpchar) int4", (String s) -> CodePoints.length(s));
    }
    to.add("octet_length(text) int4", (String s) -> CodePoints.utf8Length(s));
    to.add("octet_length(bpchar) int4", (String s) -> CodePoints.utf8Length(s));
    to.add("bit_length(text) int4", (String s) -> 8 * CodePoints.utf8Length(s));
    to.add("octet_length(bytea) int4", (Bytes b) -> b.length());
    to.add("length(bytea) int4", (Bytes b) -> b.length());
    to.add("bit_length(bytea) int4", (Bytes b) -> 8 * b.length());
  }

  private static void defineCases(Definitions to) {
    to.add("lower(text) text", (String s) -> s.toLowerCase(Locale.ROOT));
    to.add("upper(text) text", (String s) -> s.toUpperCase(Locale.ROOT));
    to.add("initcap(text) text", (String s) -> initcap(s));
    to.add("reverse(text) text", (String s) -> new StringBuilder(s).reverse().toString());
    to.add("normalize(text) text", (String s) -> normalize(s, "NFC"));
    to.add("normalize(text, text) text", (String s, String form) -> normalize(s, form));
    to.add("is_normalized(text) bool", (String s) -> isNormalized(s, "NFC"));
    to.add("is_normalized(text, text) bool", (String s, String form) -> isNormalized(s, form));
  }

  private static String initcap(String text) {
    StringBuilder out = new StringBuilder(text.length());
    boolean inWord = false;
    for (int i = 0; i < text.length(); ) {
      int c = text.codePointAt(i);
      out.appendCodePoint(inWord ? Character.toLowerCase(c) : Character.toUpperCase(c));
      inWord = Character.isLetterOrDigit(c);
      i += Character.charCount(c);
    }
    return out.toString();
  }

  private static String normalize(String text, String form) {
    return Normalizer.normalize(text, form(form));
  }

  private static boolean isNormalized(String text, String form) {
    return Normalizer.isNormalized(text, form(form));
  }

  private static Normalizer.Form form(String name) {
    return switch (name.toUpperCase(Locale.ROOT)) {
      case "NFC" -> Normalizer.Form.NFC;
      case "NFD" -> Normalizer.Form.NFD;
      case "NFKC" -> Normalizer.Form.NFKC;
      case "NFKD" -> Normalizer.Form.NFKD;
      default ->
          throw SqlException.of(
              SqlState.INVALID_PARAMETER_VALUE, "invalid normalization form: %s", name);
    };
  }

  private static void definePieces(Definitions to) {
    for (String name : new String[] {"substr", "substring"}) {
      to.add(name + "(text, int4) text", (String s, Integer from) -> Substrings.from(s, from));
      to.add(
          name + "(text, int4, int4) text",
          (String s, Integer from, Integer count) -> Substrings.of(s, from, count));
      to.add(name + "(bytea, int4) bytea", (Bytes b, Integer from) -> Substrings.from(b, from));
      to.add(
          name + "(bytea, int4, int4) bytea",
          (Bytes b, Integer from, Integer count) -> Substrings.of(b, from, count));
    }
    to.add("left(text, int4) text", (String s, Integer count) -> Substrings.left(s, count));
    to.add("right(text, int4) text", (String s, Integer count) -> Substrings.right(s, count));
    to.add("position(text, text) int4", (String s, String part) -> Substrings.position(s, part));
    to.add("strpos(text, text) int4", (String s, String part) -> Substrings.position(s, part));
    to.add("position(bytea, bytea) int4", (Bytes b, Bytes part) -> Substrings.position(b, part));
    to.add("starts_with(text, text) bool", (String s, String start) -> s.startsWith(start));
    to.add("^@(text, text) bool", (String s, String start) -> s.startsWith(start));
    to.add(
        "split_part(text, text, int4) text",
        (String s, String separator, Integer n) -> Substrings.part(s, separator, n));
    to.add(
        "overlay(text, text, int4) text",
        (String s, String by, Integer from) ->
            Substrings.overlay(s, by, from, CodePoints.length(by)));
    to.add(
        "overlay(text, text, int4, int4) text",
        (String s, String by, Integer from, Integer count) ->
            Substrings.overlay(s, by, from, count));
    to.add(
        "overlay(bytea, bytea, int4) bytea",
        (Bytes b, Bytes by, Integer from) -> Substrings.overlay(b, by, from, by.length()));
    to.add(
        "overlay(bytea, bytea, int4, int4) bytea",
        (Bytes b, Bytes by, Integer from, Integer count) -> Substrings.overlay(b, by, from, count));
  }

  private static void defineTrims(Definitions to) {
    to.add("btrim(text) text", (String s) -> trim(s, " ", true, true));
    to.add("ltrim(text) text", (String s) -> trim(s, " ", true, false));
    to.add("rtrim(text) text", (String s) -> trim(s, " ", false, true));
    to.add("btrim(text, text) text", (String s, String of) -> trim(s, of, true, true));
    to.add("ltrim(text, text) text", (String s, String of) -> trim(s, of, true, false));
    to.add("rtrim(text, text) text", (String s, String of) -> trim(s, of, false, true));
    to.add("btrim(bytea, bytea) bytea", (Bytes b, Bytes of) -> trim(b, of, true, true));
    to.add("ltrim(bytea, bytea) bytea", (Bytes b, Bytes of) -> trim(b, of, true, false));
    to.add("rtrim(bytea, bytea) bytea", (Bytes b, Bytes of) -> trim(b, of, false, true));
    to.add("lpad(text, int4) text", (String s, Integer n) -> pad(s, n, " ", true));
    to.add("rpad(text, int4) text", (String s, Integer n) -> pad(s, n, " ", false));
    to.add("lpad(text, int4, text) text", (String s, Integer n, String by) -> pad(s, n, by, true));
    to.add("rpad(text, int4, text) text", (String s, Integer n, String by) -> pad(s, n, by, false));
  }

  private static String trim(String text, String characters, boolean atStart, boolean atEnd) {
    int from = 0;
    int to = text.length();
    while (atStart && from < to && characters.indexOf(text.codePointAt(from)) >= 0) {
      from += Character.charCount(text.codePointAt(from));
    }
    while (atEnd && from < to && characters.indexOf(text.codePointBefore(to)) >= 0) {
      to -= Character.charCount(text.codePointBefore(to));
    }
    return text.substring(from, to);
  }

  private static Bytes trim(Bytes bytes, Bytes of, boolean atStart, boolean atEnd) {
    int from = 0;
    int to = bytes.length();
    while (atStart && from < to && contains(of, bytes.at(from))) {
      from++;
    }
    while (atEnd && from < to && contains(of, bytes.at(to - 1))) {
      to--;
    }
    return bytes.slice(from, to);
  }

  private static boolean contains(Bytes bytes, int wanted) {
    for (int i = 0; i < bytes.length(); i++) {
      if (bytes.at(i) == wanted) {
        return true;
      }
    }
    return false;
  }

  private static String pad(String text, int length, String by, boolean left) {
    int present = CodePoints.length(text);
    if (present >= length || by.isEmpty()) {
      return CodePoints.prefix(text, Math.max(0, length));
    }
    requireLength(length);
    int missing = length - present;
    String filling = CodePoints.prefix(by.repeat(missing / CodePoints.length(by) + 1), missing);
    return left ? filling + text : text + filling;
  }

  static void requireLength(long length) {
    if (length > CHARACTERS_MAX) {
      throw new SqlException(SqlState.PROGRAM_LIMIT_EXCEEDED, "requested length too large");
    }
  }

  private static void defineReplacements(Definitions to) {
    to.add(
        "replace(text, text, text) text",
        (String s, String what, String by) -> replace(s, what, by));
    to.add(
        "translate(text, text, text) text",
        (String s, String what, String by) -> translate(s, what, by));
    to.add("repeat(text, int4) text", (String s, Integer n) -> repeat(s, n));
  }

  private static String replace(String text, String what, String by) {
    if (what.isEmpty()) {
      return text;
    }
    if (by.length() > what.length()) {
      long growth = (long) by.length() - what.length();
      long length = text.length();
      for (int at = text.indexOf(what); at >= 0; at = text.indexOf(what, at + what.length())) {
        length += growth;
      }
      requireLength(length);
    }
    return text.replace(what, by);
  }

  /** The one text after the other. */
  static String concat(String left, String right) {
    requireLength((long) left.length() + right.length());
    return left.concat(right);
  }

  private static String repeat(String text, int count) {
    if (count <= 0 || text.isEmpty()) {
      return "";
    }
    requireLength((long) count * text.length());
    return text.repeat(count);
  }

  private static String translate(String text, String what, String by) {
    int[] to = by.codePoints().toArray();
    Map<Integer, Integer> mapping = new HashMap<>();
    int[] from = what.codePoints().toArray();
    for (int i = 0; i < from.length; i++) {
      mapping.putIfAbsent(from[i], i < to.length ? to[i] : -1);
    }
    StringBuilder out = new StringBuilder(text.length());
    text.codePoints()
        .forEach(
            c -> {
              int replaced = mapping.getOrDefault(c, c);
              if (replaced >= 0) {
                out.appendCodePoint(replaced);
              }
            });
    return out.toString();
  }

  private static void defineCharacters(Definitions to) {
    to.add("ascii(text) int4", (String s) -> s.isEmpty() ? 0 : s.codePointAt(0));
    to.add("chr(int4) text", (Integer code) -> chr(code));
    to.add("to_hex(int4) text", (Integer n) -> Integer.toHexString(n));
    to.add("to_hex(int8) text", (Long n) -> Long.toHexString(n));
    to.add("unistr(text) text", (String s) -> UnicodeEscapes.decode(s));
  }

  private static String chr(int code) {
    if (code == 0) {
      throw new SqlException(SqlState.PROGRAM_LIMIT_EXCEEDED, "null character not permitted");
    }
    if (code < 0) {
      throw new SqlException(SqlState.INVALID_PARAMETER_VALUE, "character number must be positive");
    }
    boolean surrogate = code >= Character.MIN_SURROGATE && code <= Character.MAX_SURROGATE;
    if (code > Character.MAX_CODE_POINT) {
      throw SqlException.of(
          SqlState.PROGRAM_LIMIT_EXCEEDED, "requested character too large for encoding: %d", code);
    }
    if (surrogate) {
      throw SqlException.of(
          SqlState.PROGRAM_LIMIT_EXCEEDED, "requested character not valid for encoding: %d", code);
    }
    return Character.toString(code);
  }
}
