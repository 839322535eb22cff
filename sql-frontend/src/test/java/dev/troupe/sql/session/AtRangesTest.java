package dev.troupe.sql.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.spi.RowProgram;
import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.exec.ScanPrograms;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whether statements give the same when ranges do a part of their work as when they do none. */
class AtRangesTest {
  private static final int ROWS = 400;

  private final SessionFixture pushed = new SessionFixture();
  private final SessionFixture plain = new SessionFixture();
  private final SessionFixture.Session there = pushed.node().session();
  private final SessionFixture.Session here = plain.node().session();

  AtRangesTest() {
    pushed.store.programs = new ScanPrograms();
    pushed.store.lookedMax = 37;
  }

  @AfterEach
  void close() {
    pushed.close();
    plain.close();
  }

  private void both(String sql) {
    there.run(sql);
    here.run(sql);
  }

  private void fill(Random random) {
    both(
        "create table t (id int primary key, a int, b bigint, n numeric, f float8, s text, d date,"
            + " yes bool, filler text not null default 'some more text')");
    both("create index t_b on t (b, a)");
    insert(random, 0, ROWS / 2);
    both("alter table t add column late int default 7");
    both("alter table t drop column filler");
    insert(random, ROWS / 2, ROWS);
  }

  private void insert(Random random, int from, int to) {
    var rows = new ArrayList<String>();
    for (int id = from; id < to; id++) {
      rows.add(
          "(%d, %s, %s, %s, %s, %s, %s, %s)"
              .formatted(
                  id,
                  orNull(random, random.nextInt(-3, 4)),
                  orNull(random, random.nextInt(20)),
                  orNull(random, random.nextInt(5) + "." + random.nextInt(3) + "0"),
                  orNull(random, random.nextInt(4) + ".5"),
                  orNull(random, "'" + "xyz".charAt(random.nextInt(3)) + random.nextInt(9) + "'"),
                  orNull(random, "'2000-01-" + (10 + random.nextInt(20)) + "'"),
                  orNull(random, random.nextBoolean())));
    }
    both("insert into t (id, a, b, n, f, s, d, yes) values " + String.join(", ", rows));
  }

  private static String orNull(Random random, Object value) {
    return random.nextInt(6) == 0 ? "null" : value.toString();
  }

  /** What a statement gives: rows in their order, or the state of an error. */
  private static Object outcome(SessionFixture.Session session, String sql) {
    try {
      return session.run(sql).toString();
    } catch (SqlException e) {
      return e.state();
    }
  }

  /** Ranges may pass over a row that another term rules out, and so over its error; not add any. */
  private void compare(String sql) {
    Object expected = outcome(here, sql);
    Object found = outcome(there, sql);
    if (expected instanceof SqlState && !(found instanceof SqlState)) {
      return;
    }
    assertThat(found).as(sql).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void shouldGiveTheSameRowsAndErrors(long seed) {
    var random = new Random(seed);
    fill(random);
    var queries = new RandomQueries(random);
    for (int i = 0; i < 150; i++) {
      compare(queries.select());
    }
    assertThat(pushed.store.evaluated).as("pages with programs").isGreaterThan(300);
    assertThat(plain.store.evaluated).isZero();
  }

  @Test
  void shouldGiveTheSameWhenSeveralRangesWorkAtOnce() {
    fill(new Random(10));
    List<Key> keys = List.copyOf(pushed.store.content().keySet());
    for (int i = 50; i < keys.size(); i += 50) {
      pushed.store.borders.add(keys.get(i));
    }
    for (String sql :
        List.of(
            "select count(*), sum(a), min(s), max(d), avg(n) from t",
            "select a, count(*), sum(b) from t group by a order by a",
            "select count(*) from (select * from t where f > 1) x",
            "select id, s from t where a > 0 order by id",
            "select x.id from t x join t y on x.b = y.a order by x.id",
            "select 1 / (a - a) from t")) {
      compare(sql);
    }
    assertThat(pushed.store.evaluated).isGreaterThan(30);
    both("update t set b = b + 1 where a > 0");
    compare("select id, b from t order by id");
    compare("select id, b from t order by b, a, id");
  }

  @ParameterizedTest
  @ValueSource(longs = {7, 8, 9})
  void shouldSeeWhatTheTransactionItselfHasWritten(long seed) {
    var random = new Random(seed);
    fill(random);
    var queries = new RandomQueries(random);
    for (int i = 0; i < 10; i++) {
      both("begin");
      for (int j = 0; j < 4; j++) {
        compareWithin(queries.select());
        both("update t set a = coalesce(a, 0) + 1 where id = " + random.nextInt(ROWS));
        both("delete from t where id = " + random.nextInt(ROWS));
        compare("update t set late = id where b > 5 and s like 'x%' returning id");
        compareWithin(queries.select());
      }
      both(random.nextBoolean() ? "commit" : "rollback");
    }
    assertThat(pushed.store.evaluated).as("pages with programs").isPositive();
  }

  /** An error must not end the transaction. */
  private void compareWithin(String sql) {
    both("savepoint before");
    compare(sql);
    both("rollback to before");
    both("release before");
  }

  @Test
  void shouldReportTheErrorOfARow() {
    fill(new Random(1));
    for (String sql :
        List.of(
            "select id from t where 10 / (id - 300) > 5",
            "select sum(10 / (id - 300)) from t",
            "select late, count(*) from t where 1 / (id - 300) = 0 group by late")) {
      assertThatThrownBy(() -> there.run(sql))
          .as(sql)
          .isInstanceOfSatisfying(
              SqlException.class,
              e -> {
                assertThat(e.state()).isEqualTo(SqlState.DIVISION_BY_ZERO);
                assertThat(e).hasMessage("division by zero");
              });
    }
    assertThat(pushed.store.evaluated).isPositive();
  }

  @Test
  void shouldNotComeToAnErrorBehindTheRowsWanted() {
    fill(new Random(1));
    assertThat(there.run("select id from t where 10 / (id - 300) < 9 limit 250")).hasSize(250);
  }

  @Test
  void shouldDoEverythingItselfWhereProgramsAreNotUnderstood() {
    pushed.store.programs = RowProgram.Factory.NONE;
    fill(new Random(2));
    var queries = new RandomQueries(new Random(3));
    for (int i = 0; i < 50; i++) {
      compare(queries.select());
    }
    assertThat(pushed.store.evaluated).isZero();
  }

  @Test
  void shouldAskForRowsWhenThereAreNearlyAsManyGroups() {
    fill(new Random(4));
    compare("select id % 300, count(*), max(s) from t group by 1");
    compare("select id % 300, count(*), max(s) from t where a > 0 group by 1");
    compare("select id % 3, count(*), max(s), avg(n), sum(b), bool_or(yes) from t group by 1");
  }

  @Test
  void shouldShowWhatRangesDo() {
    fill(new Random(1));
    assertThat(there.texts("explain (costs off) select count(*), sum(b) from t where a > 1"))
        .containsExactly(
            "Aggregate",
            "  Partial Aggregate (at ranges): count(*), sum(b)",
            "  ->  Index Only Scan using t_b on t",
            "        Filter (at ranges): (a > 1)");
    assertThat(
            there.texts(
                "explain (costs off) select id from t"
                    + " where a > 1 and d::text > '2000-01-15' and 1 / a = 1 and s = 'x1'"))
        .containsExactly(
            "Seq Scan on t",
            "  Filter (at ranges): ((a > 1) AND (s = 'x1'::text))",
            "  Filter: ((d::text > '2000-01-15'::text) AND ((1 / a) = 1))");
    assertThat(there.texts("explain analyze select count(*) from t where a > 1"))
        .anyMatch(line -> line.startsWith("Key-Value:") && line.endsWith("rows looked at=" + ROWS));
  }
}
