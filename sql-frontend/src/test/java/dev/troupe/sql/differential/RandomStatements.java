package dev.troupe.sql.differential;

import dev.troupe.sql.differential.RandomExpressions.Field;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Queries and changes over three tables, by chance. Not for several threads. */
final class RandomStatements {
  private static final List<String> AGGREGATES =
      List.of("count(%s)", "min(%s)", "max(%s)", "count(DISTINCT %s)");

  /** A table of the schema. */
  private record Table(String name, List<Field> fields) {}

  private static final List<Table> TABLES =
      List.of(
          new Table(
              "t1",
              List.of(
                  new Field("id", Kind.INT),
                  new Field("a", Kind.INT),
                  new Field("b", Kind.BIGINT),
                  new Field("c", Kind.NUMERIC),
                  new Field("d", Kind.TEXT),
                  new Field("e", Kind.BOOL),
                  new Field("f", Kind.DATE))),
          new Table(
              "t2",
              List.of(
                  new Field("id", Kind.INT),
                  new Field("t1_id", Kind.INT),
                  new Field("x", Kind.INT),
                  new Field("y", Kind.TEXT),
                  new Field("g", Kind.TIMESTAMP))),
          new Table(
              "t3",
              List.of(
                  new Field("k", Kind.TEXT),
                  new Field("v", Kind.INT),
                  new Field("w", Kind.FLOAT),
                  new Field("n", Kind.NUMERIC))));

  /** What the tables are made by. */
  static final List<String> SCHEMA =
      List.of(
          "CREATE TABLE t1 (id int PRIMARY KEY, a int, b bigint, c numeric, d text, e bool, f"
              + " date)",
          "CREATE INDEX t1_a ON t1 (a)",
          "CREATE TABLE t2 (id int PRIMARY KEY, t1_id int, x int NOT NULL, y text, g timestamp)",
          "CREATE INDEX t2_t1 ON t2 (t1_id, x)",
          "CREATE TABLE t3 (k text PRIMARY KEY, v int CHECK (v < 1000), w float8, n numeric"
              + " UNIQUE)");

  /** All that the tables hold. */
  static final List<String> CONTENTS =
      List.of(
          "SELECT * FROM t1 ORDER BY id",
          "SELECT * FROM t2 ORDER BY id",
          "SELECT * FROM t3 ORDER BY k");

  private final SplittableRandom random;
  private int aliases;

  RandomStatements(SplittableRandom random) {
    this.random = random;
  }

  private <T> T any(List<T> choices) {
    return choices.get(random.nextInt(choices.size()));
  }

  private boolean chance(int percent) {
    return random.nextInt(100) < percent;
  }

  /** Rows to begin with. */
  List<String> rows() {
    List<String> all = new ArrayList<>();
    for (Table table : TABLES) {
      for (int i = 1; i <= 12; i++) {
        all.add(insert(table, i));
      }
    }
    return all;
  }

  private String insert(Table table, int key) {
    var constants = new RandomExpressions(random, List.of());
    List<String> values = new ArrayList<>();
    for (Field field : table.fields()) {
      boolean isKey = field == table.fields().getFirst();
      boolean required = isKey || field.name().equals("x");
      if (field.name().equals("t1_id")) {
        values.add(chance(20) ? "NULL" : Integer.toString(random.nextInt(1, 16)));
      } else if (isKey) {
        values.add(field.kind() == Kind.TEXT ? "'k" + key + "'" : Integer.toString(key));
      } else {
        values.add(!required && chance(20) ? "NULL" : constants.constant(field.kind()));
      }
    }
    return "INSERT INTO %s VALUES (%s)".formatted(table.name(), String.join(", ", values));
  }

  /** Any statement; queries mostly. */
  String next() {
    aliases = 0;
    return switch (random.nextInt(16)) {
      case 12 -> groupingSets();
      case 13 -> nested();
      case 14 -> distinctOn();
      case 15 -> usingJoin();
      case 0 -> change();
      case 1 -> setOperation();
      case 2 -> "WITH w AS (%s) SELECT * FROM w".formatted(query());
      case 3 -> windows();
      case 4, 5, 6 -> grouped();
      default -> query();
    };
  }

  // --- queries ---------------------------------------------------------------------------------

  /** A FROM clause and the columns that it has. */
  private record From(String sql, List<Field> fields) {}

  private From from() {
    From first = table();
    if (chance(55)) {
      return first;
    }
    From second = table();
    List<Field> both = new ArrayList<>(first.fields());
    both.addAll(second.fields());
    var on = new RandomExpressions(random, both);
    String join = any(List.of("JOIN", "LEFT JOIN", "RIGHT JOIN", "JOIN", "LEFT JOIN"));
    String condition = equality(first, second) + (chance(40) ? " AND " + on.bool(2) : "");
    return chance(10)
        ? new From("%s, %s".formatted(first.sql(), second.sql()), both)
        : new From("%s %s %s ON %s".formatted(first.sql(), join, second.sql(), condition), both);
  }

  private static String equality(From first, From second) {
    for (Field left : first.fields()) {
      for (Field right : second.fields()) {
        if (left.kind() == Kind.INT && right.kind() == Kind.INT && right.name().endsWith("id")) {
          return left.name() + " = " + right.name();
        }
      }
    }
    return first.fields().getFirst().name()
        + "::text = "
        + second.fields().getFirst().name()
        + "::text";
  }

  private From table() {
    Table table = any(TABLES);
    String alias = "r" + aliases++;
    List<Field> fields = new ArrayList<>();
    table.fields().forEach(f -> fields.add(new Field(alias + "." + f.name(), f.kind())));
    return new From(table.name() + " " + alias, fields);
  }

  private String where(From from, int percent) {
    if (!chance(percent)) {
      return "";
    }
    var expressions = new RandomExpressions(random, from.fields());
    String condition = expressions.bool(4);
    if (chance(20)) {
      condition = "(%s %s %s)".formatted(condition, any(List.of("AND", "OR")), subquery(from));
    }
    return " WHERE " + condition;
  }

  private String subquery(From outer) {
    From inner = table();
    List<Field> both = new ArrayList<>(outer.fields());
    both.addAll(inner.fields());
    String condition = new RandomExpressions(random, both).bool(3);
    String value = first(outer, Kind.INT);
    String other = first(inner, Kind.INT);
    return switch (random.nextInt(5)) {
      case 0 -> "EXISTS (SELECT 1 FROM %s WHERE %s)".formatted(inner.sql(), condition);
      case 1 -> "NOT EXISTS (SELECT 1 FROM %s WHERE %s)".formatted(inner.sql(), condition);
      case 2 ->
          "%s IN (SELECT %s FROM %s WHERE %s)".formatted(value, other, inner.sql(), condition);
      case 3 ->
          "%s NOT IN (SELECT %s FROM %s WHERE %s)".formatted(value, other, inner.sql(), condition);
      default ->
          "%s > (SELECT %s(%s) FROM %s WHERE %s)"
              .formatted(
                  value, any(List.of("min", "max", "count", "sum")), other, inner.sql(), condition);
    };
  }

  private static String first(From from, Kind kind) {
    return from.fields().stream().filter(f -> f.kind() == kind).findFirst().orElseThrow().name();
  }

  String query() {
    From from = from();
    var expressions = new RandomExpressions(random, from.fields());
    List<String> items = new ArrayList<>();
    int count = random.nextInt(1, 5);
    for (int i = 0; i < count; i++) {
      items.add(expressions.of(expressions.kind(), 3) + " AS c" + i);
    }
    String distinct = chance(20) ? "DISTINCT " : "";
    String body =
        "SELECT %s%s FROM %s%s"
            .formatted(distinct, String.join(", ", items), from.sql(), where(from, 60));
    return chance(40) ? body + ordered(count) : body;
  }

  /** By all columns, so that there is one order, and maybe only the first rows of it. */
  private String ordered(int columns) {
    List<String> keys = new ArrayList<>();
    for (int i = 1; i <= columns; i++) {
      keys.add(i + any(List.of("", " DESC", " NULLS FIRST", " DESC NULLS LAST")));
    }
    String limit = chance(50) ? " LIMIT " + random.nextInt(0, 8) : "";
    String offset = chance(25) ? " OFFSET " + random.nextInt(0, 4) : "";
    return " ORDER BY " + String.join(", ", keys) + limit + offset;
  }

  private String grouped() {
    From from = from();
    var expressions = new RandomExpressions(random, from.fields());
    List<String> keys = new ArrayList<>();
    int count = random.nextInt(0, 3);
    for (int i = 0; i < count; i++) {
      keys.add(expressions.of(expressions.kind(), 2));
    }
    List<String> items = new ArrayList<>(keys);
    items.add("count(*)");
    for (int i = random.nextInt(1, 4); i > 0; i--) {
      items.add(aggregate(expressions));
    }
    String by = keys.isEmpty() ? "" : " GROUP BY " + (keys.size() == 1 ? "1" : "1, 2");
    String having = chance(25) ? " HAVING count(*) > " + random.nextInt(0, 4) : "";
    return "SELECT %s FROM %s%s%s%s"
        .formatted(String.join(", ", items), from.sql(), where(from, 50), by, having);
  }

  private String groupingSets() {
    From from = table();
    var expressions = new RandomExpressions(random, from.fields());
    String one = any(from.fields()).name();
    String two = any(from.fields()).name();
    String by = any(List.of("ROLLUP (%s, %s)", "CUBE (%s, %s)", "GROUPING SETS ((%s), (%s), ())"));
    return "SELECT %s, %s, grouping(%s), count(*), %s FROM %s%s GROUP BY %s"
        .formatted(
            one,
            two,
            one,
            aggregate(expressions),
            from.sql(),
            where(from, 40),
            by.formatted(one, two));
  }

  /** A subquery in FROM, maybe one for each row. */
  private String nested() {
    From outer = table();
    From inner = table();
    List<Field> both = new ArrayList<>(outer.fields());
    both.addAll(inner.fields());
    boolean lateral = chance(50);
    var expressions = new RandomExpressions(random, lateral ? both : inner.fields());
    Kind kind = expressions.kind();
    String subquery =
        "(SELECT %s AS s, count(*) AS n FROM %s WHERE %s GROUP BY 1) q"
            .formatted(expressions.of(kind, 2), inner.sql(), expressions.bool(3));
    List<Field> all = new ArrayList<>(outer.fields());
    all.add(new Field("q.s", kind));
    all.add(new Field("q.n", Kind.BIGINT));
    var top = new RandomExpressions(random, all);
    return "SELECT %s, q.* FROM %s %s JOIN %s%s ON %s"
        .formatted(
            top.of(top.kind(), 2),
            outer.sql(),
            any(List.of("LEFT", "INNER")),
            lateral ? "LATERAL " : "",
            subquery,
            top.bool(2));
  }

  private String distinctOn() {
    From from = table();
    var expressions = new RandomExpressions(random, from.fields());
    // A bare constant would be taken for the place of a column.
    String value = "(%s)::text".formatted(expressions.of(expressions.kind(), 2));
    String key = from.fields().getFirst().name();
    return "SELECT DISTINCT ON (%s) %s, %s FROM %s%s ORDER BY %s, %s"
        .formatted(value, value, key, from.sql(), where(from, 40), value, key);
  }

  private String usingJoin() {
    String join = any(List.of("JOIN", "LEFT JOIN", "RIGHT JOIN", "FULL JOIN"));
    var expressions =
        new RandomExpressions(
            random,
            List.of(
                new Field("id", Kind.INT),
                new Field("a", Kind.INT),
                new Field("x", Kind.INT),
                new Field("d", Kind.TEXT),
                new Field("y", Kind.TEXT)));
    return "SELECT id, %s FROM t1 %s t2 USING (id) WHERE %s"
        .formatted(expressions.of(expressions.kind(), 2), join, expressions.bool(3));
  }

  private String aggregate(RandomExpressions expressions) {
    Kind kind = any(List.of(Kind.INT, Kind.NUMERIC, Kind.TEXT, Kind.DATE, Kind.BIGINT));
    String filter = chance(20) ? " FILTER (WHERE %s)".formatted(expressions.bool(2)) : "";
    if (chance(15)) {
      return any(List.of("bool_and(%s)", "bool_or(%s)")).formatted(expressions.bool(3)) + filter;
    }
    if (kind.isNumber() && chance(50)) {
      return any(List.of("sum(%s)", "avg(%s)", "sum(DISTINCT %s)"))
              .formatted(expressions.of(kind, 2))
          + filter;
    }
    if (kind == Kind.TEXT && chance(40)) {
      String value = expressions.of(kind, 2);
      return "string_agg(%s, ',' ORDER BY %s)".formatted(value, value) + filter;
    }
    return any(AGGREGATES).formatted(expressions.of(kind, 2)) + filter;
  }

  private String windows() {
    From from = table();
    var expressions = new RandomExpressions(random, from.fields());
    String key = from.fields().getFirst().name();
    String partition =
        chance(60) ? "PARTITION BY " + expressions.of(expressions.kind(), 1) + " " : "";
    String frame =
        chance(40)
            ? " ROWS BETWEEN %d PRECEDING AND %s"
                .formatted(
                    random.nextInt(0, 4),
                    any(List.of("CURRENT ROW", "1 FOLLOWING", "UNBOUNDED FOLLOWING")))
            : "";
    String call =
        any(List.of(
                "row_number()",
                "rank()",
                "dense_rank()",
                "sum(%s)",
                "count(%s)",
                "min(%s)",
                "lag(%s, 1)",
                "lead(%s, 2)",
                "first_value(%s)",
                "last_value(%s)",
                "ntile(3)"))
            .formatted(expressions.of(Kind.INT, 2));
    return "SELECT %s, %s OVER (%sORDER BY %s%s) FROM %s%s"
        .formatted(key, call, partition, key, frame, from.sql(), where(from, 40));
  }

  private String setOperation() {
    Kind kind = any(List.of(Kind.INT, Kind.TEXT, Kind.NUMERIC, Kind.DATE));
    String operator =
        any(List.of("UNION", "UNION ALL", "INTERSECT", "EXCEPT", "EXCEPT ALL", "INTERSECT ALL"));
    return "%s %s %s".formatted(part(kind), operator, part(kind)) + (chance(40) ? ordered(1) : "");
  }

  private String part(Kind kind) {
    From from = table();
    var expressions = new RandomExpressions(random, from.fields());
    return "SELECT %s FROM %s%s".formatted(expressions.of(kind, 2), from.sql(), where(from, 40));
  }

  // --- changes ---------------------------------------------------------------------------------

  private String change() {
    Table table = any(TABLES);
    var expressions = new RandomExpressions(random, table.fields());
    String key = table.fields().getFirst().name();
    String returning =
        chance(40) ? " RETURNING " + key + ", " + expressions.of(expressions.kind(), 2) : "";
    return switch (random.nextInt(7)) {
      case 4 ->
          insert(table, random.nextInt(1, 25))
              + " ON CONFLICT (%s) DO UPDATE SET %s = excluded.%s"
                  .formatted(key, table.fields().getLast().name(), table.fields().getLast().name())
              + returning;
      case 5 ->
          "UPDATE t1 SET a = t2.x FROM t2 WHERE t1.id = t2.id AND "
              + new RandomExpressions(
                      random,
                      List.of(
                          new Field("t2.x", Kind.INT),
                          new Field("t1.a", Kind.INT),
                          new Field("t2.y", Kind.TEXT)))
                  .bool(3);
      case 6 ->
          "INSERT INTO t2 SELECT id + 100, a, coalesce(a, 1), d FROM t1 WHERE %s ON CONFLICT DO NOTHING"
              .formatted(
                  new RandomExpressions(
                          random,
                          List.of(new Field("t1.id", Kind.INT), new Field("t1.d", Kind.TEXT)))
                      .bool(3));
      case 0 ->
          "DELETE FROM %s WHERE %s AND %s%s"
              .formatted(
                  table.name(),
                  expressions.bool(3),
                  "length(%s::text) < 2".formatted(key),
                  returning);
      case 1 -> insert(table, random.nextInt(1, 25)) + " ON CONFLICT DO NOTHING" + returning;
      case 2 -> insert(table, random.nextInt(1, 25)) + returning;
      default -> {
        Field field = table.fields().get(random.nextInt(1, table.fields().size()));
        yield "UPDATE %s SET %s = %s WHERE %s%s"
            .formatted(
                table.name(),
                field.name(),
                expressions.of(field.kind(), 2),
                expressions.bool(3),
                returning);
      }
    };
  }
}
