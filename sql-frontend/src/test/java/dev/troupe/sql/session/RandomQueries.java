package dev.troupe.sql.session;

import java.util.Random;

/** Queries of a table {@code t}, from a seed; some of them fail at some row. */
final class RandomQueries {
  private final Random random;

  RandomQueries(Random random) {
    this.random = random;
  }

  private String one(String... of) {
    return of[random.nextInt(of.length)];
  }

  String select() {
    String where = random.nextInt(8) == 0 ? "" : " where " + condition(2);
    return switch (random.nextInt(5)) {
      case 0 -> "select %s from t%s".formatted(aggregates(), where);
      case 1 -> {
        String key = one("a", "s", "n", "yes", "late", "b % 3", "f", "a, yes", "d, s");
        yield "select %s, %s from t%s group by %s".formatted(key, aggregates(), where, key);
      }
      case 2 ->
          "select b, a from t%s order by b%s, a, id limit %d"
              .formatted(where, one("", " desc"), 1 + random.nextInt(90));
      case 3 ->
          "select id, %s from t%s order by id%s%s"
              .formatted(number(1), where, one("", " desc"), one("", " limit 5", " limit 70"));
      default -> "select *, %s from t%s".formatted(number(2), where);
    };
  }

  private String aggregates() {
    return aggregate() + ", " + aggregate() + ", " + aggregate();
  }

  private String aggregate() {
    String call =
        switch (random.nextInt(11)) {
          case 0 -> "count(*)";
          case 1 -> "count(" + one("a", "s", "n") + ")";
          case 2 -> "sum(" + number(1) + ")";
          case 3 -> "avg(" + one("a", "b", "n", "late") + ")";
          case 4 -> "min(" + one("a", "s", "n", "d", "f", "b") + ")";
          case 5 -> "max(" + one("a", "s", "n", "d", "f", "b") + ")";
          case 6 -> one("bool_and", "bool_or", "every") + "(yes)";
          case 7 -> "sum(" + one("f", "n", "b") + ")";
          case 8 -> "count(distinct a)";
          case 9 -> "max(distinct n)";
          default -> "string_agg(s, ',' order by id)";
        };
    return random.nextInt(4) == 0 ? call + " filter (where " + condition(1) + ")" : call;
  }

  private String number(int depth) {
    if (depth == 0 || random.nextInt(3) == 0) {
      return one("a", "b", "id", "late", "n", "2", "0", "7.5");
    }
    String left = number(depth - 1);
    String right = number(depth - 1);
    return switch (random.nextInt(10)) {
      case 0, 1 -> "(" + left + " + " + right + ")";
      case 2 -> "(" + left + " * " + right + ")";
      case 3 -> "(" + left + " / " + one("3", "7", right) + ")";
      case 4 -> "abs(" + left + ")";
      case 5 -> "coalesce(" + left + ", " + right + ")";
      case 6 -> "case when " + condition(0) + " then " + left + " else " + right + " end";
      case 7 -> "nullif(" + left + ", " + right + ")";
      case 8 -> one("greatest", "least") + "(" + left + ", " + right + ")";
      default -> "length(s)";
    };
  }

  private String condition(int depth) {
    if (depth > 0 && random.nextInt(3) > 0) {
      String left = condition(depth - 1);
      String right = condition(depth - 1);
      return switch (random.nextInt(5)) {
        case 0, 1 -> "(" + left + " and " + right + ")";
        case 2, 3 -> "(" + left + " or " + right + ")";
        default -> "not " + left;
      };
    }
    return switch (random.nextInt(16)) {
      case 0, 1, 2 -> number(1) + one(" = ", " <> ", " < ", " <= ", " > ", " >= ") + number(1);
      case 3 -> "s " + one("like", "not like") + one(" 'x%'", " '%3'", " '_1'");
      case 4 -> one("a", "s", "n", "yes", "d") + one(" is null", " is not null");
      case 5 -> "a " + one("in", "not in") + " (1, 2, -3, null)";
      case 6 -> "b in (1, 2, 3, 5, 7, 11, 13, 17)";
      case 7 -> "s = any (array['x1', 'y2', 'z3'])";
      case 8 -> "a is " + one("", "not ") + "distinct from late - 6";
      case 9 -> "yes" + one("", " is true", " is not false", " is unknown");
      case 10 -> "d " + one("<", ">=") + " date '2000-01-20'";
      case 11 -> "f " + one("<", "=", ">") + " 1.5";
      case 12 -> "now() > timestamptz '2000-01-01 00:00+00'";
      case 13 -> "random() < 2";
      case 14 -> "(select count(*) from t u where u.id < 3) = 3";
      default -> "d::text > '2000-01-15'";
    };
  }
}
