package dev.troupe.sql.analyze;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.plan.PlanPrinter;
import dev.troupe.sql.syntax.ParsedStatement;
import dev.troupe.sql.syntax.Parser;
import dev.troupe.sql.type.SqlType;
import dev.troupe.sql.type.TypeNames;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BinderTest {
  private static final FixtureCatalog CATALOG = FixtureCatalog.standard();

  private static BoundStatement bind(String sql, SqlType... parameters) {
    ParsedStatement parsed = Objects.requireNonNull(Parser.parseOne(sql));
    return Binder.bind(
        parsed.statement(), new BindContext(CATALOG, List.of(parameters), "defaultdb"));
  }

  private static String columns(BoundStatement bound) {
    return bound.output().stream()
        .map(column -> column.name() + " " + TypeNames.format(column.type()))
        .collect(Collectors.joining(", "));
  }

  private static String outcome(String sql) {
    try {
      return columns(bind(sql));
    } catch (SqlException e) {
      return e.state().code() + " " + e.getMessage() + " @" + e.position();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          SELECT 1 | ?column? integer
          SELECT 'a' | ?column? text
          SELECT 9999999999, 1.5, -2147483648 | ?column? bigint, ?column? numeric, ?column? integer
          SELECT id, name AS n FROM users | id bigint, n text
          SELECT * FROM items | order_id bigint, line integer, product text, quantity integer
          SELECT u.*, 1 AS one FROM adults u | id bigint, name text, one integer
          SELECT count(*), sum(age) FROM users | count bigint, sum bigint
          SELECT city, max(score) FROM users GROUP BY city | city character varying(40), max numeric
          SELECT id = 3 FROM users | ?column? boolean
          SELECT CASE WHEN age > 3 THEN 'a' ELSE name END FROM users | name text
          SELECT age::text, age::int8 FROM users | age text, age bigint
          SELECT '7'::int4 + 1 | ?column? integer
          SELECT age + 1.5 FROM users | ?column? numeric
          SELECT coalesce(age, 0) FROM users | coalesce integer
          SELECT 1 UNION SELECT 2.5 | ?column? numeric
          SELECT 1 UNION ALL SELECT '2' | ?column? integer
          VALUES (1, 'a'), (2, 'b') | column1 integer, column2 text
          SELECT x FROM (VALUES (1), (2)) AS v(x) | x integer
          SELECT (SELECT max(total) FROM orders WHERE user_id = u.id) FROM users u | max numeric
          SELECT exists(SELECT 1 FROM users) | exists boolean
          SELECT name FROM users WHERE id IN (SELECT user_id FROM orders) | name text
          WITH c AS (SELECT id FROM users) SELECT * FROM c | id bigint
          WITH c(x) AS (SELECT id FROM users) SELECT x FROM c ORDER BY 1 | x bigint
          WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT n FROM r | \
          n integer
          SELECT row_number() OVER (ORDER BY id) FROM users | row_number bigint
          SELECT DISTINCT city FROM users ORDER BY city | city character varying(40)
          SELECT array_agg(age) FROM users | array_agg integer[]
          SELECT (ARRAY[1, 2])[1] | array integer
          INSERT INTO users (id, name) VALUES (1, 'a') RETURNING id, name | id bigint, name text
          UPDATE users SET age = age + 1 WHERE id = 1 RETURNING * | \
          id bigint, name text, age integer, city character varying(40), score numeric(10,2)
          DELETE FROM users WHERE id = 1 RETURNING age | age integer
          SELECT id FROM users JOIN orders USING (id) | id bigint
          SELECT body FROM notes | body text
          SELECT * FROM notes | body text
          SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY age) FROM users | \
          percentile_cont double precision
          SELECT count(*) FILTER (WHERE age > 3), string_agg(name, ',' ORDER BY id) FROM users | \
          count bigint, string_agg text
          SELECT sum(age) OVER w FROM users WINDOW w AS (PARTITION BY city ORDER BY id ROWS 2 \
          PRECEDING) | sum bigint
          SELECT extract(year FROM placed), placed AT TIME ZONE 'UTC' FROM orders | \
          extract numeric, timezone timestamp without time zone
          SELECT * FROM generate_series(1, 3) WITH ORDINALITY AS g(n, i) | n integer, i bigint
          SELECT generate_series(1, 2), id FROM users | generate_series integer, id bigint
          SELECT unnest(ARRAY['a', 'b']) | unnest text
          SELECT name LIKE 'a%', name NOT ILIKE 'b\\_' ESCAPE '\\' FROM users | \
          ?column? boolean, ?column? boolean
          SELECT nullif(age, 1), greatest(age, 2.5), age IS DISTINCT FROM 3 FROM users | \
          nullif integer, greatest numeric, ?column? boolean
          SELECT CURRENT_DATE, now(), current_user | \
          current_date date, now timestamp with time zone, current_user name
          SELECT id = ANY (ARRAY[1, 2]), (1, 2) < (1, 3) FROM users | \
          ?column? boolean, ?column? boolean
          INSERT INTO users VALUES (1, 'a') ON CONFLICT (id) DO UPDATE SET name = excluded.name \
          WHERE users.age > 1 RETURNING users.name | name text
          INSERT INTO users (id, name) VALUES (1, 'a') ON CONFLICT (age) DO NOTHING | 42P10 there \
          is no unique or exclusion constraint matching the ON CONFLICT specification @46
          UPDATE users SET (age, city) = (SELECT 1, 'x') WHERE id = 2 RETURNING age | age integer
          INSERT INTO made (a) SELECT age FROM users RETURNING id, doubled | \
          id integer, doubled integer
          DELETE FROM orders USING users u WHERE u.id = user_id RETURNING u.name | name text
          WITH d AS (DELETE FROM notes RETURNING body) SELECT body FROM d | body text
          SELECT nosuch FROM users | 42703 column "nosuch" does not exist @8
          SELECT u.nosuch FROM users u | 42703 column u.nosuch does not exist @8
          SELECT * FROM nosuch | 42P01 relation "nosuch" does not exist @15
          SELECT users.id FROM users u | \
          42P01 invalid reference to FROM-clause entry for table "users" @8
          SELECT x.id FROM users | 42P01 missing FROM-clause entry for table "x" @8
          SELECT id FROM users, orders | 42702 column reference "id" is ambiguous @8
          SELECT name, count(*) FROM users | 42803 column "users.name" must appear in the GROUP BY \
          clause or be used in an aggregate function @8
          SELECT id FROM users WHERE count(*) > 1 | \
          42803 aggregate functions are not allowed in WHERE @28
          SELECT sum(count(*)) FROM users | 42803 aggregate function calls cannot be nested @12
          SELECT id FROM users WHERE age | \
          42804 argument of WHERE must be type boolean, not type integer @28
          SELECT nosuch(1) | 42883 function nosuch(integer) does not exist @8
          SELECT name + age FROM users | 42883 operator does not exist: text + integer @13
          SELECT 1 ORDER BY 2 | 42P10 ORDER BY position 2 is not in select list @19
          SELECT 'x'::int4 | 22P02 invalid input syntax for type integer: "x" @8
          SELECT true::date | 42846 cannot cast type boolean to date @12
          SELECT 1 UNION SELECT 1, 2 | \
          42601 each UNION query must have the same number of columns @16
          SELECT (SELECT 1, 2) | 42601 subquery must return only one column @8
          INSERT INTO users (id, nosuch) VALUES (1, 2) | \
          42703 column "nosuch" of relation "users" does not exist @24
          INSERT INTO users (id) VALUES (1, 2) | \
          42601 INSERT has more expressions than target columns @35
          INSERT INTO users (id, name) VALUES (1) | \
          42601 INSERT has more target columns than expressions @24
          INSERT INTO users (id, age) VALUES (1, true) | \
          42804 column "age" is of type integer but expression is of type boolean @40
          INSERT INTO made (id, a) VALUES (1, 2) | \
          428C9 cannot insert a non-DEFAULT value into column "id" @19
          UPDATE users SET age = 1, age = 2 | \
          42601 multiple assignments to same column "age" @27
          SELECT DISTINCT name FROM users ORDER BY age | 42P10 for SELECT DISTINCT, ORDER BY \
          expressions must appear in select list @42
          SELECT id FROM users u, orders u | 42712 table name "u" specified more than once @25
          SELECT rank() FROM users | 42809 window function rank requires an OVER clause @8
          """)
  void shouldGiveColumnsOrAnError(String sql, String expected) {
    assertThat(outcome(sql)).isEqualTo(expected);
  }

  @Test
  void shouldInferParameters() {
    assertThat(bind("SELECT name FROM users WHERE id = $1 AND age < $2").parameterTypes())
        .containsExactly(SqlType.INT8, SqlType.INT4);
    assertThat(bind("INSERT INTO users VALUES ($1, $2, $3, $4, $5)").parameterTypes())
        .containsExactly(
            SqlType.INT8, SqlType.TEXT, SqlType.INT4, SqlType.VARCHAR, SqlType.NUMERIC);
    assertThat(bind("SELECT $1").parameterTypes()).containsExactly(SqlType.TEXT);
    assertThat(bind("SELECT $1::date").parameterTypes()).containsExactly(SqlType.DATE);
    assertThat(bind("SELECT id FROM users LIMIT $1").parameterTypes())
        .containsExactly(SqlType.INT8);
  }

  @Test
  void shouldKnowWhereColumnsComeFrom() {
    BoundStatement bound = bind("SELECT name, age + 1 FROM users");
    assertThat(bound.output().get(0).table()).isEqualTo(20_000);
    assertThat(bound.output().get(0).attribute()).isEqualTo(2);
    assertThat(bound.output().get(1).table()).isZero();
  }

  @Test
  void shouldRefuseMoreColumnsThanClientsCanBeTold() {
    String tooMany = "54011 target lists can have at most 1664 entries @0";
    String most = "1" + ", 1".repeat(1663);

    assertThat(bind("SELECT " + most).output()).hasSize(1664);
    assertThat(outcome("SELECT " + most + ", 1")).isEqualTo(tooMany);
    assertThat(outcome("SELECT v.*, v.* FROM (SELECT " + most + ") v")).isEqualTo(tooMany);
    assertThat(outcome("VALUES (" + most + ", 1)")).isEqualTo(tooMany);
  }

  @Test
  void shouldKnowWhatWrites() {
    assertThat(bind("SELECT 1").readOnly()).isTrue();
    assertThat(bind("SELECT id FROM users FOR UPDATE").readOnly()).isFalse();
    assertThat(bind("DELETE FROM users").readOnly()).isFalse();
    assertThat(bind("DELETE FROM users").command()).isEqualTo(BoundStatement.Command.DELETE);
  }

  @Test
  void shouldGroupByPrimaryKeyWithItsDependents() {
    assertThat(columns(bind("SELECT name, count(*) FROM users GROUP BY id")))
        .isEqualTo("name text, count bigint");
  }

  @Test
  void shouldPrintPlans() {
    assertThat(PlanPrinter.text(bind("SELECT name FROM users WHERE age > 3").plan()))
        .containsExactly("Filter", "  Filter: (age > 3)", "  ->  Seq Scan on users");
  }
}
