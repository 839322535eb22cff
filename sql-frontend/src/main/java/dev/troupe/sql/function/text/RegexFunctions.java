package dev.troupe.sql.function.text;

import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.eval.EvalContext;
import dev.troupe.sql.function.define.Definitions;
import dev.troupe.sql.type.SqlArray;
import dev.troupe.sql.type.SqlType;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.regex.Matcher;
import org.jspecify.annotations.Nullable;

/** Operators and functions of regular expressions, and SIMILAR TO. */
public final class RegexFunctions {
  private RegexFunctions() {}

  public static void define(Definitions to) {
    for (String left : List.of("text", "bpchar", "name")) {
      String types = "(" + left + ", text) bool";
      RegexFlags none = RegexFlags.NONE;
      RegexFlags fold = RegexFlags.IGNORE_CASE;
      to.addAsking(
          "~" + types, (String s, String p, EvalContext c) -> Regex.matches(s, p, none, c));
      to.addAsking(
          "!~" + types, (String s, String p, EvalContext c) -> !Regex.matches(s, p, none, c));
      to.addAsking(
          "~*" + types, (String s, String p, EvalContext c) -> Regex.matches(s, p, fold, c));
      to.addAsking(
          "!~*" + types, (String s, String p, EvalContext c) -> !Regex.matches(s, p, fold, c));
    }
    defineMatches(to);
    defineSplits(to);
    defineSimilar(to);
    RegexSearch.define(to);
  }

  private static void defineMatches(Definitions to) {
    to.addMany("regexp_match(text, text) text[]", (a, c) -> match(text(a, 0), text(a, 1), "", c));
    to.addMany(
        "regexp_match(text, text, text) text[]",
        (a, c) -> match(text(a, 0), text(a, 1), text(a, 2), c));
    to.addTable(
        "regexp_matches(text, text) setof text[]",
        (a, c) -> matches(text(a, 0), text(a, 1), "", c));
    to.addTable(
        "regexp_matches(text, text, text) setof text[]",
        (a, c) -> matches(text(a, 0), text(a, 1), text(a, 2), c));
    to.addAsking(
        "substring(text, text) text",
        (String s, String p, EvalContext c) -> firstGroupOrMatch(s, p, c));
  }

  static String text(@Nullable Object[] arguments, int index) {
    return (String) java.util.Objects.requireNonNull(arguments[index]);
  }

  private static @Nullable SqlArray match(
      String text, String pattern, String letters, EvalContext context) {
    RegexFlags flags = RegexFlags.parse(letters);
    if (flags.global()) {
      throw new SqlException(
              SqlState.INVALID_PARAMETER_VALUE,
              "regexp_match() does not support the \"global\" option")
          .withHint("Use the regexp_matches function instead.");
    }
    Matcher matcher = Regex.matcher(Regex.compile(pattern, flags), text, context);
    return Regex.find(matcher) ? groups(matcher) : null;
  }

  private static SqlArray groups(Matcher matcher) {
    if (matcher.groupCount() == 0) {
      return SqlArray.of(SqlType.TEXT, matcher.group());
    }
    @Nullable Object[] groups = new @Nullable Object[matcher.groupCount()];
    for (int i = 0; i < groups.length; i++) {
      groups[i] = matcher.group(i + 1);
    }
    return SqlArray.of(SqlType.TEXT, groups);
  }

  private static Iterator<@Nullable Object[]> matches(
      String text, String pattern, String letters, EvalContext context) {
    RegexFlags flags = RegexFlags.parse(letters);
    Matcher matcher = Regex.matcher(Regex.compile(pattern, flags), text, context);
    List<@Nullable Object[]> rows = new ArrayList<>();
    while (Regex.find(matcher)) {
      rows.add(new Object[] {groups(matcher)});
      if (!flags.global()) {
        break;
      }
    }
    return rows.iterator();
  }

  private static @Nullable String firstGroupOrMatch(
      String text, String pattern, EvalContext context) {
    Matcher matcher = Regex.matcher(Regex.compile(pattern, RegexFlags.NONE), text, context);
    if (!Regex.find(matcher)) {
      return null;
    }
    return matcher.groupCount() > 0 ? matcher.group(1) : matcher.group();
  }

  private static void defineSplits(Definitions to) {
    to.addAsking(
        "regexp_split_to_array(text, text) text[]",
        (String s, String p, EvalContext c) -> SqlArray.of(SqlType.TEXT, split(s, p, "", c)));
    to.addAsking(
        "regexp_split_to_array(text, text, text) text[]",
        (String s, String p, String flags, EvalContext c) ->
            SqlArray.of(SqlType.TEXT, split(s, p, flags, c)));
    to.addTable(
        "regexp_split_to_table(text, text) setof text",
        (a, c) -> rows(split(text(a, 0), text(a, 1), "", c)));
    to.addTable(
        "regexp_split_to_table(text, text, text) setof text",
        (a, c) -> rows(split(text(a, 0), text(a, 1), text(a, 2), c)));
  }

  static Iterator<@Nullable Object[]> rows(List<String> values) {
    return values.stream().map(value -> new @Nullable Object[] {value}).iterator();
  }

  /** Empty matches split between characters, but not before the first one or after the last. */
  private static List<String> split(
      String text, String pattern, String letters, EvalContext context) {
    RegexFlags flags = RegexFlags.parse(letters).requireNotGlobal("regexp_split_to_array()");
    Matcher matcher = Regex.matcher(Regex.compile(pattern, flags), text, context);
    List<String> parts = new ArrayList<>();
    int from = 0;
    while (Regex.find(matcher)) {
      boolean empty = matcher.start() == matcher.end();
      boolean useless = empty && (matcher.start() == from || matcher.start() == text.length());
      if (!useless) {
        parts.add(text.substring(from, matcher.start()));
        from = matcher.end();
      }
    }
    parts.add(text.substring(from));
    return parts;
  }

  private static void defineSimilar(Definitions to) {
    to.add("similar_to_escape(text) text", (String p) -> SimilarPattern.toRegex(p, "\\"));
    to.add(
        "similar_to_escape(text, text) text", (String p, String e) -> SimilarPattern.toRegex(p, e));
    to.addAsking(
        "substring(text, text, text) text",
        (String s, String p, String e, EvalContext c) ->
            firstGroupOrMatch(s, SimilarPattern.toRegex(p, e), c));
  }
}
