package dev.troupe.sql.function.text;

import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.eval.EvalContext;
import dev.troupe.sql.function.define.Definitions;
import java.util.Objects;
import java.util.regex.Matcher;
import org.jspecify.annotations.Nullable;

/** regexp_replace, regexp_count, regexp_like, regexp_substr and regexp_instr. */
final class RegexSearch {
  private RegexSearch() {}

  static void define(Definitions to) {
    defineReplace(to);
    defineCount(to);
    defineSubstring(to);
    defineInstr(to);
  }

  private static void defineReplace(Definitions to) {
    String start = "regexp_replace(text, text, text";
    to.addMany(start + ") text", (a, c) -> replace(a, 1, 1, RegexFlags.NONE, c));
    to.addMany(
        start + ", text) text",
        (a, c) -> {
          String letters = text(a, 3);
          if (!letters.isEmpty() && Character.isDigit(letters.charAt(0))) {
            throw SqlException.of(
                    SqlState.INVALID_PARAMETER_VALUE,
                    "invalid regular expression option: \"%s\"",
                    letters.substring(0, 1))
                .withHint(
                    "If you meant to use regexp_replace() with a start parameter, cast the fourth"
                        + " argument to integer explicitly.");
          }
          RegexFlags flags = RegexFlags.parse(letters);
          return replace(a, 1, flags.global() ? 0 : 1, flags, c);
        });
    to.addMany(
        start + ", int4) text", (a, c) -> replace(a, number(a, 3, 1), 1, RegexFlags.NONE, c));
    to.addMany(
        start + ", int4, int4) text",
        (a, c) -> replace(a, number(a, 3, 1), number(a, 4, 0), RegexFlags.NONE, c));
    to.addMany(
        start + ", int4, int4, text) text",
        (a, c) -> replace(a, number(a, 3, 1), number(a, 4, 0), RegexFlags.parse(text(a, 5)), c));
  }

  private static String text(@Nullable Object[] arguments, int index) {
    return RegexFunctions.text(arguments, index);
  }

  /** An argument that counts from a least value; names as in PostgreSQL's messages. */
  private static int number(@Nullable Object[] arguments, int index, int least) {
    int value = (Integer) Objects.requireNonNull(arguments[index]);
    if (value < least) {
      throw SqlException.of(
          SqlState.INVALID_PARAMETER_VALUE,
          "invalid value for parameter \"%s\": %d",
          least == 0 || (index == 3 && arguments.length > 4) ? "n" : "start",
          value);
    }
    return value;
  }

  /**
   * @param occurrence which match to replace, from 1; 0 for all
   */
  private static String replace(
      @Nullable Object[] a, int start, int occurrence, RegexFlags flags, EvalContext context) {
    String text = text(a, 0);
    int from = offset(text, start);
    if (from > text.length()) {
      return text;
    }
    Matcher matcher = Regex.matcher(Regex.compile(text(a, 1), flags), text, context);
    StringBuilder out = new StringBuilder(text.length());
    int copied = 0;
    int seen = 0;
    boolean more = findFrom(matcher, from);
    while (more) {
      seen++;
      if (occurrence == 0 || seen == occurrence) {
        out.append(text, copied, matcher.start());
        appendReplacement(out, text(a, 2), matcher);
        copied = matcher.end();
      }
      more = (occurrence == 0 || seen < occurrence) && Regex.find(matcher);
    }
    return out.append(text, copied, text.length()).toString();
  }

  private static boolean findFrom(Matcher matcher, int from) {
    matcher.useTransparentBounds(true).useAnchoringBounds(false);
    matcher.region(from, matcher.regionEnd());
    return Regex.find(matcher);
  }

  private static int offset(String text, int start) {
    int characters = text.codePointCount(0, text.length());
    return start - 1 > characters ? text.length() + 1 : text.offsetByCodePoints(0, start - 1);
  }

  private static void appendReplacement(StringBuilder out, String by, Matcher matcher) {
    for (int i = 0; i < by.length(); i++) {
      char c = by.charAt(i);
      if (c != '\\' || i + 1 == by.length()) {
        out.append(c);
        continue;
      }
      i++;
      char escaped = by.charAt(i);
      if (escaped == '&') {
        out.append(matcher.group());
      } else if (escaped >= '1' && escaped <= '9') {
        int group = escaped - '0';
        String matched = group <= matcher.groupCount() ? matcher.group(group) : null;
        out.append(matched == null ? "" : matched);
      } else if (escaped == '\\') {
        out.append('\\');
      } else {
        out.append('\\').append(escaped);
      }
    }
  }

  private static void defineCount(Definitions to) {
    to.addMany("regexp_count(text, text) int4", (a, c) -> count(a, 1, "", c));
    to.addMany("regexp_count(text, text, int4) int4", (a, c) -> count(a, start(a), "", c));
    to.addMany(
        "regexp_count(text, text, int4, text) int4", (a, c) -> count(a, start(a), text(a, 3), c));
    to.addMany("regexp_like(text, text) bool", (a, c) -> like(a, "", c));
    to.addMany("regexp_like(text, text, text) bool", (a, c) -> like(a, text(a, 2), c));
  }

  private static int start(@Nullable Object[] a) {
    int start = (Integer) Objects.requireNonNull(a[2]);
    if (start < 1) {
      throw SqlException.of(
          SqlState.INVALID_PARAMETER_VALUE, "invalid value for parameter \"start\": %d", start);
    }
    return start;
  }

  private static int count(@Nullable Object[] a, int start, String letters, EvalContext context) {
    RegexFlags flags = RegexFlags.parse(letters).requireNotGlobal("regexp_count()");
    String text = text(a, 0);
    int from = offset(text, start);
    if (from > text.length()) {
      return 0;
    }
    Matcher matcher = Regex.matcher(Regex.compile(text(a, 1), flags), text, context);
    int found = 0;
    boolean more = findFrom(matcher, from);
    while (more) {
      found++;
      more = Regex.find(matcher);
    }
    return found;
  }

  private static boolean like(@Nullable Object[] a, String letters, EvalContext context) {
    RegexFlags flags = RegexFlags.parse(letters).requireNotGlobal("regexp_like()");
    return Regex.matches(text(a, 0), text(a, 1), flags, context);
  }

  private static void defineSubstring(Definitions to) {
    String start = "regexp_substr(text, text";
    to.addMany(start + ") text", (a, c) -> substring(a, 1, 1, "", 0, c));
    to.addMany(start + ", int4) text", (a, c) -> substring(a, start(a), 1, "", 0, c));
    to.addMany(
        start + ", int4, int4) text", (a, c) -> substring(a, start(a), number(a, 3, 1), "", 0, c));
    to.addMany(
        start + ", int4, int4, text) text",
        (a, c) -> substring(a, start(a), number(a, 3, 1), text(a, 4), 0, c));
    to.addMany(
        start + ", int4, int4, text, int4) text",
        (a, c) -> substring(a, start(a), number(a, 3, 1), text(a, 4), group(a, 5), c));
  }

  private static int group(@Nullable Object[] a, int index) {
    int group = (Integer) Objects.requireNonNull(a[index]);
    if (group < 0) {
      throw SqlException.of(
          SqlState.INVALID_PARAMETER_VALUE, "invalid value for parameter \"subexpr\": %d", group);
    }
    return group;
  }

  /** Null when there are not so many matches. */
  private static @Nullable Matcher nth(
      @Nullable Object[] a, int start, int n, RegexFlags flags, EvalContext context) {
    String text = text(a, 0);
    int from = offset(text, start);
    if (from > text.length()) {
      return null;
    }
    Matcher matcher = Regex.matcher(Regex.compile(text(a, 1), flags), text, context);
    boolean found = findFrom(matcher, from);
    for (int i = 1; i < n && found; i++) {
      found = Regex.find(matcher);
    }
    return found ? matcher : null;
  }

  private static @Nullable String substring(
      @Nullable Object[] a, int start, int n, String letters, int group, EvalContext context) {
    RegexFlags flags = RegexFlags.parse(letters).requireNotGlobal("regexp_substr()");
    Matcher matcher = nth(a, start, n, flags, context);
    return matcher == null || group > matcher.groupCount() ? null : matcher.group(group);
  }

  private static void defineInstr(Definitions to) {
    String start = "regexp_instr(text, text";
    to.addMany(start + ") int4", (a, c) -> instr(a, 1, 1, 0, "", 0, c));
    to.addMany(start + ", int4) int4", (a, c) -> instr(a, start(a), 1, 0, "", 0, c));
    to.addMany(
        start + ", int4, int4) int4", (a, c) -> instr(a, start(a), number(a, 3, 1), 0, "", 0, c));
    to.addMany(
        start + ", int4, int4, int4) int4",
        (a, c) -> instr(a, start(a), number(a, 3, 1), end(a), "", 0, c));
    to.addMany(
        start + ", int4, int4, int4, text) int4",
        (a, c) -> instr(a, start(a), number(a, 3, 1), end(a), text(a, 5), 0, c));
    to.addMany(
        start + ", int4, int4, int4, text, int4) int4",
        (a, c) -> instr(a, start(a), number(a, 3, 1), end(a), text(a, 5), group(a, 6), c));
  }

  private static int end(@Nullable Object[] a) {
    int end = (Integer) Objects.requireNonNull(a[4]);
    if (end != 0 && end != 1) {
      throw SqlException.of(
          SqlState.INVALID_PARAMETER_VALUE, "invalid value for parameter \"endoption\": %d", end);
    }
    return end;
  }

  private static int instr(
      @Nullable Object[] a,
      int start,
      int n,
      int end,
      String letters,
      int group,
      EvalContext context) {
    RegexFlags flags = RegexFlags.parse(letters).requireNotGlobal("regexp_instr()");
    Matcher matcher = nth(a, start, n, flags, context);
    if (matcher == null || group > matcher.groupCount() || matcher.start(group) < 0) {
      return 0;
    }
    int offset = end == 1 ? matcher.end(group) : matcher.start(group);
    return text(a, 0).codePointCount(0, offset) + 1;
  }
}
