package dev.troupe.sql.differential;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Expressions over some columns, by chance. They avoid what PostgreSQL leaves open: which of two
 * errors comes first, and sums of floating point numbers in no order.
 */
final class RandomExpressions {
  /** A column that can be named. */
  record Field(String name, Kind kind) {}

  private static final List<String> COMPARISONS = List.of("=", "<>", "<", "<=", ">", ">=");

  private final SplittableRandom random;
  private final List<Field> fields;

  RandomExpressions(SplittableRandom random, List<Field> fields) {
    this.random = random;
    this.fields = List.copyOf(fields);
  }

  <T> T any(List<T> choices) {
    return choices.get(random.nextInt(choices.size()));
  }

  boolean chance(int percent) {
    return random.nextInt(100) < percent;
  }

  Kind kind() {
    return any(List.of(Kind.values()));
  }

  String of(Kind kind, int depth) {
    if (depth <= 0 || chance(25)) {
      return leaf(kind);
    }
    return switch (random.nextInt(12)) {
      case 0 ->
          "(CASE WHEN %s THEN %s ELSE %s END)"
              .formatted(bool(depth), sub(kind, depth), sub(kind, depth));
      case 1 -> "(CASE WHEN %s THEN %s END)".formatted(bool(depth), sub(kind, depth));
      case 2 -> "coalesce(%s, %s)".formatted(sub(kind, depth), sub(kind, depth));
      case 3 -> "nullif(%s, %s)".formatted(sub(kind, depth), sub(kind, depth));
      case 4 ->
          any(List.of("greatest", "least"))
              + "(%s, %s)".formatted(sub(kind, depth), sub(kind, depth));
      default -> operation(kind, depth);
    };
  }

  private String sub(Kind kind, int depth) {
    return of(kind, depth - 1);
  }

  String bool(int depth) {
    return of(Kind.BOOL, depth - 1);
  }

  private String leaf(Kind kind) {
    List<String> columns = new ArrayList<>();
    for (Field field : fields) {
      if (field.kind() == kind) {
        columns.add(field.name());
      }
    }
    if (!columns.isEmpty() && chance(75)) {
      return any(columns);
    }
    return chance(8) ? "NULL::" + kind.sql() : constant(kind);
  }

  String constant(Kind kind) {
    return switch (kind) {
      case INT -> Integer.toString(random.nextInt(-20, 100));
      case BIGINT -> random.nextInt(-20, 1000) + "::bigint";
      case NUMERIC -> any(List.of("0.5", "1.25", "10.00", "-3.7", "100", "0.0")) + "::numeric";
      case TEXT -> any(List.of("'a'", "'b'", "'abc'", "''", "'Zz'", "'x%y'")) + "::text";
      case BOOL -> any(List.of("true", "false"));
      case DATE -> "date '2024-0%d-1%d'".formatted(random.nextInt(1, 10), random.nextInt(0, 10));
      case TIMESTAMP ->
          "timestamp '2024-0%d-11 0%d:30:00'".formatted(random.nextInt(1, 10), random.nextInt(10));
      case FLOAT -> any(List.of("0.5", "1.5", "-2.25", "8", "0")) + "::float8";
    };
  }

  private String operation(Kind kind, int depth) {
    return switch (kind) {
      case INT -> ofInt(depth);
      case BIGINT ->
          "(%s %s %s)"
              .formatted(sub(Kind.BIGINT, depth), any(List.of("+", "-")), sub(Kind.INT, depth));
      case NUMERIC -> ofNumeric(depth);
      case TEXT -> ofText(depth);
      case BOOL -> condition(depth);
      case DATE ->
          chance(50)
              ? "(%s %s (%s %% 50))"
                  .formatted(sub(Kind.DATE, depth), any(List.of("+", "-")), leaf(Kind.INT))
              : "(%s)::date".formatted(sub(Kind.TIMESTAMP, depth));
      case TIMESTAMP ->
          switch (random.nextInt(3)) {
            case 0 ->
                "(%s + interval '%d hours')"
                    .formatted(sub(Kind.TIMESTAMP, depth), random.nextInt(1, 50));
            case 1 ->
                "date_trunc('%s', %s)"
                    .formatted(
                        any(List.of("month", "day", "hour", "week", "quarter")),
                        sub(Kind.TIMESTAMP, depth));
            default -> "(%s)::timestamp".formatted(sub(Kind.DATE, depth));
          };
      case FLOAT ->
          switch (random.nextInt(3)) {
            case 0 -> "(%s)::float8".formatted(sub(Kind.INT, depth));
            case 1 -> "abs(%s)".formatted(sub(Kind.FLOAT, depth));
            default ->
                "(%s %s %s)"
                    .formatted(
                        sub(Kind.FLOAT, depth), any(List.of("+", "-", "*")), leaf(Kind.FLOAT));
          };
    };
  }

  private String ofInt(int depth) {
    return switch (random.nextInt(8)) {
      case 0, 1 ->
          "(%s %s %s)".formatted(sub(Kind.INT, depth), any(List.of("+", "-")), leaf(Kind.INT));
      case 2 ->
          "(%s %s %d)"
              .formatted(sub(Kind.INT, depth), any(List.of("%", "/")), random.nextInt(2, 9));
      case 3 -> "length(%s)".formatted(sub(Kind.TEXT, depth));
      case 4 -> "(%s)::int".formatted(sub(Kind.BOOL, depth));
      case 5 ->
          "extract(%s from %s)::int"
              .formatted(any(List.of("year", "month", "day", "dow", "doy")), sub(Kind.DATE, depth));
      case 6 -> "(%s - %s)".formatted(sub(Kind.DATE, depth), sub(Kind.DATE, depth));
      default -> "sign(%s)::int".formatted(sub(Kind.NUMERIC, depth));
    };
  }

  private String ofNumeric(int depth) {
    return switch (random.nextInt(6)) {
      case 0 ->
          "(%s %s %s)"
              .formatted(
                  sub(Kind.NUMERIC, depth), any(List.of("+", "-")), sub(Kind.NUMERIC, depth));
      case 1 -> "(%s * %s)".formatted(sub(Kind.NUMERIC, depth), leaf(Kind.NUMERIC));
      case 2 -> "round(%s, %d)".formatted(sub(Kind.NUMERIC, depth), random.nextInt(-1, 4));
      case 3 -> "(%s / nullif(%s, 0))".formatted(sub(Kind.NUMERIC, depth), leaf(Kind.NUMERIC));
      case 4 -> "(%s)::numeric".formatted(sub(Kind.INT, depth));
      default ->
          any(List.of("abs", "floor", "ceil", "trunc"))
              + "(%s)".formatted(sub(Kind.NUMERIC, depth));
    };
  }

  private String ofText(int depth) {
    if (chance(35)) {
      return moreText(depth);
    }
    return switch (random.nextInt(17)) {
      case 8 -> "lpad(%s, %d, 'xy')".formatted(sub(Kind.TEXT, depth), random.nextInt(0, 9));
      case 9 -> "split_part(%s, 'b', %d)".formatted(sub(Kind.TEXT, depth), random.nextInt(1, 3));
      case 10 -> "translate(%s, 'abc', 'x')".formatted(sub(Kind.TEXT, depth));
      case 11 -> "repeat(%s, %d)".formatted(sub(Kind.TEXT, depth), random.nextInt(-1, 3));
      case 12 -> "regexp_replace(%s, '[a-c]+', '<\\\\&>')".formatted(sub(Kind.TEXT, depth));
      case 13 ->
          "to_char(%s, '%s')"
              .formatted(
                  sub(Kind.NUMERIC, depth),
                  any(List.of("999.99", "FM0000.0", "S99990", "9,999.9")));
      case 14 -> "(array[%s, %s])::text".formatted(sub(Kind.TEXT, depth), leaf(Kind.TEXT));
      case 15 -> "(row(%s, %s))::text".formatted(sub(Kind.TEXT, depth), sub(kind(), depth));
      case 16 ->
          "(%s - %s)::text".formatted(sub(Kind.TIMESTAMP, depth), sub(Kind.TIMESTAMP, depth));
      case 0 -> "(%s || %s)".formatted(sub(Kind.TEXT, depth), sub(Kind.TEXT, depth));
      case 1 ->
          any(List.of("upper", "lower", "reverse", "initcap", "trim", "md5"))
              + "(%s)".formatted(sub(Kind.TEXT, depth));
      case 2 ->
          "substr(%s, %d, %d)"
              .formatted(sub(Kind.TEXT, depth), random.nextInt(-1, 4), random.nextInt(0, 4));
      case 3 ->
          "(%s)::text"
              .formatted(
                  sub(
                      any(List.of(Kind.INT, Kind.NUMERIC, Kind.DATE, Kind.BOOL, Kind.TIMESTAMP)),
                      depth));
      case 4 -> "replace(%s, 'a', %s)".formatted(sub(Kind.TEXT, depth), leaf(Kind.TEXT));
      case 5 ->
          any(List.of("left", "right"))
              + "(%s, %d)".formatted(sub(Kind.TEXT, depth), random.nextInt(-2, 4));
      case 6 -> "to_char(%s, 'YYYY-MM-DD')".formatted(sub(Kind.TIMESTAMP, depth));
      default -> "concat(%s, %s)".formatted(sub(Kind.TEXT, depth), sub(Kind.INT, depth));
    };
  }

  /** Texts of values of other types. */
  private String moreText(int depth) {
    String text = sub(Kind.TEXT, depth);
    String number = sub(any(List.of(Kind.INT, Kind.NUMERIC, Kind.BIGINT)), depth);
    String moment = sub(Kind.TIMESTAMP, depth);
    String other = sub(kind(), depth);
    return switch (random.nextInt(20)) {
      case 0 -> "string_to_array(%s, 'b')::text".formatted(text);
      case 1 -> "jsonb_build_object('k', %s, 'l', %s)::text".formatted(other, number);
      case 2 -> "to_json(%s)::text".formatted(other);
      case 3 -> "age(%s, %s)::text".formatted(moment, leaf(Kind.TIMESTAMP));
      case 4 -> "format('%%s-%%L-%%I', %s, %s, %s)".formatted(other, text, "'q w'");
      case 5 -> "quote_nullable(%s)".formatted(text);
      case 6 -> "overlay(%s placing 'zz' from %d)".formatted(text, random.nextInt(1, 4));
      case 7 -> "btrim(%s, 'ab')".formatted(text);
      case 8 ->
          "encode(convert_to(%s, 'UTF8'), '%s')"
              .formatted(text, any(List.of("hex", "base64", "escape")));
      case 9 ->
          "to_char(%s, '%s')"
              .formatted(
                  moment,
                  any(
                      List.of(
                          "Dy DD Mon YY",
                          "HH12:MI:SS AM",
                          "Q WW IW J",
                          "FMMonth FMDDth",
                          "IYYY-IW-ID",
                          "DAY")));
      case 10 ->
          "to_char(%s, '%s')"
              .formatted(
                  number,
                  any(
                      List.of(
                          "9G999",
                          "RN",
                          "99D99",
                          "PL99",
                          "0999V9",
                          "99MI",
                          "L9",
                          "FM990.099",
                          "9.99EEEE")));
      case 11 -> "array_to_string(array[%s, %s], ',', '*')".formatted(text, text);
      case 12 ->
          "(array[%s, %s] || %s)::text"
              .formatted(leaf(Kind.INT), leaf(Kind.INT), sub(Kind.INT, depth));
      case 13 -> "row_to_json(row(%s, %s))::text".formatted(other, text);
      case 14 -> "justify_interval(%s - %s)::text".formatted(moment, leaf(Kind.TIMESTAMP));
      case 15 -> "regexp_match(%s, '(a|b)(.?)')::text".formatted(text);
      case 16 -> "(%s)::varchar(%d)::text".formatted(text, random.nextInt(1, 4));
      case 17 -> "((%s)::char(3) || '|')".formatted(text);
      case 18 -> "concat_ws('-', %s, %s, %s)".formatted(text, number, other);
      default -> "(interval '1 month' * (%s %% 20))::text".formatted(sub(Kind.INT, depth));
    };
  }

  private String condition(int depth) {
    Kind kind = any(List.of(Kind.INT, Kind.NUMERIC, Kind.TEXT, Kind.DATE, Kind.BIGINT, Kind.FLOAT));
    return switch (random.nextInt(11)) {
      case 0, 1, 2 -> "(%s %s %s)".formatted(sub(kind, depth), any(COMPARISONS), sub(kind, depth));
      case 3 -> "(%s AND %s)".formatted(bool(depth), bool(depth));
      case 4 -> "(%s OR %s)".formatted(bool(depth), bool(depth));
      case 5 -> "(NOT %s)".formatted(bool(depth));
      case 6 -> "(%s IS %sNULL)".formatted(sub(kind(), depth), chance(50) ? "NOT " : "");
      case 7 ->
          "(%s %sIN (%s, %s, %s))"
              .formatted(
                  sub(kind, depth), chance(40) ? "NOT " : "", leaf(kind), leaf(kind), leaf(kind));
      case 8 -> "(%s BETWEEN %s AND %s)".formatted(sub(kind, depth), leaf(kind), leaf(kind));
      case 9 ->
          "(%s %s '%s')"
              .formatted(
                  sub(Kind.TEXT, depth),
                  any(List.of("LIKE", "NOT LIKE", "ILIKE", "~")),
                  any(List.of("a%", "%b%", "_", "%", "x", "")));
      default ->
          "(%s IS %sDISTINCT FROM %s)"
              .formatted(sub(kind, depth), chance(50) ? "NOT " : "", sub(kind, depth));
    };
  }
}
