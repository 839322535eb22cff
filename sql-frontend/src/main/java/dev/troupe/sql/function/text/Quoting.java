package dev.troupe.sql.function.text;

import dev.troupe.sql.function.define.Definitions;
import java.util.Objects;
import java.util.Set;

/** quote_ident, quote_literal and quote_nullable. */
public final class Quoting {
  private static final String WORDS =
      "all analyse analyze and any array as asc asymmetric authorization between bigint "
          + "binary bit boolean both case cast char character check coalesce collate "
          + "collation column concurrently constraint create cross current_catalog "
          + "current_date current_role current_schema current_time current_timestamp "
          + "current_user dec decimal default deferrable desc distinct do else end except "
          + "exists extract false fetch float for foreign freeze from full grant greatest "
          + "group grouping having ilike in initially inner inout int integer intersect "
          + "interval into is isnull join lateral leading least left like limit localtime "
          + "localtimestamp national natural nchar none normalize not notnull null nullif "
          + "numeric offset on only or order out outer overlaps overlay placing position "
          + "precision primary real references returning right row select session_user setof "
          + "similar smallint some substring symmetric table tablesample then time timestamp "
          + "to trailing treat trim true union unique user using values varchar variadic "
          + "verbose when where window with xmlattributes xmlconcat xmlelement xmlexists "
          + "xmlforest xmlnamespaces xmlparse xmlpi xmlroot xmlserialize xmltable";

  /** Keywords that cannot be names as they are: all but those that PostgreSQL calls unreserved. */
  private static final Set<String> RESERVED = Set.of(WORDS.split(" "));

  private Quoting() {}

  public static void define(Definitions to) {
    to.add("quote_ident(text) text", (String name) -> identifier(name));
    to.add("quote_literal(text) text", (String text) -> literal(text));
    to.addTyped(
        "quote_literal(anyelement) text stable",
        types ->
            (a, c) -> literal(ValueText.of(types.parameter(0), Objects.requireNonNull(a[0]), c)));
    to.addMany(
        "quote_nullable(text) text nullable",
        (a, c) -> a[0] == null ? "NULL" : literal((String) a[0]));
    to.addTyped(
        "quote_nullable(anyelement) text stable nullable",
        types ->
            (a, c) -> a[0] == null ? "NULL" : literal(ValueText.of(types.parameter(0), a[0], c)));
  }

  /** As it has to be written in a statement. */
  public static String identifier(String name) {
    boolean plain = !name.isEmpty() && !RESERVED.contains(name);
    for (int i = 0; i < name.length() && plain; i++) {
      char c = name.charAt(i);
      plain = (c >= 'a' && c <= 'z') || c == '_' || (i > 0 && c >= '0' && c <= '9');
    }
    return plain ? name : '"' + name.replace("\"", "\"\"") + '"';
  }

  public static String literal(String text) {
    String quoted = "'" + text.replace("'", "''") + "'";
    return text.indexOf('\\') < 0 ? quoted : "E" + quoted.replace("\\", "\\\\");
  }
}
