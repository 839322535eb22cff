package dev.troupe.sql.schema;

import java.util.Set;

/** Names and strings as SQL writes them. */
public final class Identifiers {
  /** Words that name nothing unless they are quoted: PostgreSQL's reserved key words. */
  private static final Set<String> RESERVED =
      Set.of(
          ("all analyse analyze and any array as asc asymmetric authorization between bigint binary"
               + " bit boolean both case cast char character check coalesce collate collation"
               + " column concurrently constraint create cross current_catalog current_date"
               + " current_role current_schema current_time current_timestamp current_user dec"
               + " decimal default deferrable desc distinct do else end except exists extract false"
               + " fetch float for foreign freeze from full grant greatest group grouping having"
               + " ilike in index initially inner inout int integer intersect interval into is"
               + " isnull join lateral leading least left like limit localtime localtimestamp"
               + " national natural nchar none normalize not notnull null nullif numeric offset on"
               + " only or order out outer overlaps overlay placing position precision primary real"
               + " references returning right row select session_user setof similar smallint some"
               + " substring symmetric table tablesample then time timestamp to trailing treat trim"
               + " true union unique user using values varchar variadic verbose when where window"
               + " with xmlattributes xmlconcat xmlelement xmlexists xmlforest xmlnamespaces"
               + " xmlparse xmlpi xmlroot xmlserialize xmltable")
              .split(" "));

  private Identifiers() {}

  /** The name, in quotes if it would otherwise be read differently: {@code quote_ident}. */
  public static String quote(String name) {
    return isPlain(name) && !RESERVED.contains(name)
        ? name
        : '"' + name.replace("\"", "\"\"") + '"';
  }

  public static String quote(String schema, String name) {
    return quote(schema) + "." + quote(name);
  }

  /** The text as a literal. */
  public static String literal(String text) {
    String doubled = text.replace("'", "''");
    return text.indexOf('\\') < 0
        ? "'" + doubled + "'"
        : "E'" + doubled.replace("\\", "\\\\") + "'";
  }

  private static boolean isPlain(String name) {
    if (name.isEmpty() || !isStart(name.charAt(0))) {
      return false;
    }
    return name.chars().allMatch(c -> isStart((char) c) || (c >= '0' && c <= '9'));
  }

  private static boolean isStart(char c) {
    return (c >= 'a' && c <= 'z') || c == '_';
  }
}
