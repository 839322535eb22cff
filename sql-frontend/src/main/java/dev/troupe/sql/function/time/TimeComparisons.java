package dev.troupe.sql.function.time;

import dev.troupe.sql.eval.EvalContext;
import dev.troupe.sql.function.define.Definitions;
import java.time.ZoneId;
import java.util.function.IntPredicate;

/** Comparison of dates with timestamps, and of timestamps with and without a zone. */
public final class TimeComparisons {
  private TimeComparisons() {}

  public static void define(Definitions to) {
    define(to, "date", "timestamp", (Integer a, Long b, ZoneId z) -> order(a, b));
    define(to, "timestamp", "date", (Long a, Integer b, ZoneId z) -> -order(b, a));
    define(to, "date", "timestamptz", (Integer a, Long b, ZoneId z) -> order(a, b, z));
    define(to, "timestamptz", "date", (Long a, Integer b, ZoneId z) -> -order(b, a, z));
    define(to, "timestamp", "timestamptz", (Long a, Long b, ZoneId z) -> local(a, b, z));
    define(to, "timestamptz", "timestamp", (Long a, Long b, ZoneId z) -> -local(b, a, z));
    defineOverlaps(to);
  }

  @FunctionalInterface
  private interface Comparing<A, B> {
    int compare(A left, B right, ZoneId zone);
  }

  private static int order(int date, long timestamp) {
    return Long.compare(Moments.ofDate(date), timestamp);
  }

  private static int order(int date, long utc, ZoneId zone) {
    return local(Moments.ofDate(date), utc, zone);
  }

  private static int local(long local, long utc, ZoneId zone) {
    return Long.compare(Moments.toUtc(local, zone), utc);
  }

  private static <A, B> void define(
      Definitions to, String left, String right, Comparing<A, B> comparing) {
    String types = "(" + left + ", " + right + ") bool";
    types += left.endsWith("tz") || right.endsWith("tz") ? " stable" : "";
    define(to, "=" + types, comparing, difference -> difference == 0);
    define(to, "<>" + types, comparing, difference -> difference != 0);
    define(to, "<" + types, comparing, difference -> difference < 0);
    define(to, "<=" + types, comparing, difference -> difference <= 0);
    define(to, ">" + types, comparing, difference -> difference > 0);
    define(to, ">=" + types, comparing, difference -> difference >= 0);
  }

  private static <A, B> void define(
      Definitions to, String signature, Comparing<A, B> comparing, IntPredicate test) {
    to.addAsking(
        signature,
        (A left, B right, EvalContext context) ->
            test.test(comparing.compare(left, right, context.timeZone())));
  }

  private static void defineOverlaps(Definitions to) {
    for (String type : new String[] {"timestamp", "timestamptz", "time"}) {
      to.add(
          "overlaps(" + String.join(", ", type, type, type, type) + ") bool",
          (Long from, Long until, Long otherFrom, Long otherUntil) ->
              overlap(from, until, otherFrom, otherUntil));
    }
  }

  /** Each pair may be in either order; the end is not part of a period unless it is its start. */
  private static boolean overlap(long a, long b, long c, long d) {
    long from = Math.min(a, b);
    long until = Math.max(a, b);
    long otherFrom = Math.min(c, d);
    long otherUntil = Math.max(c, d);
    if (from == otherFrom) {
      return true;
    }
    return from > otherFrom ? from < otherUntil : otherFrom < until;
  }
}
