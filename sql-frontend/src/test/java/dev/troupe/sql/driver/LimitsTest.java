package dev.troupe.sql.driver;

import static dev.troupe.sql.driver.MemoryServer.rows;
import static dev.troupe.sql.driver.MemoryServer.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Statements at and beyond what a server can bear: each gives its rows or an error that says which
 * limit it met, in bounded time, and the server and the session go on.
 */
@Timeout(60)
class LimitsTest {
  private static final String TOO_COMPLEX = "54001";
  private static final String TOO_MANY_COLUMNS = "54011";
  private static final String OUT_OF_RANGE = "22003";
  private static final String OUT_OF_MEMORY = "53200";
  private static final String CANCELED = "57014";

  private static MemoryServer server;
  private Connection connection;

  @BeforeAll
  static void start() throws SQLException {
    server = new MemoryServer();
    try (Connection setup = server.connect("")) {
      run(setup, "create table t(a int primary key, b int)", "insert into t values (1, 2)");
    }
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @BeforeEach
  void connect() throws SQLException {
    connection = server.connect("");
  }

  @AfterEach
  void goOn() throws SQLException {
    connection.setAutoCommit(true);
    assertThat(rows(connection, "select b from t where a = 1")).containsExactly("2");
    connection.close();
  }

  private String stateOf(String sql) {
    return stateOf(() -> rows(connection, sql));
  }

  private static String stateOf(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
    var error = catchThrowableOfType(SQLException.class, call);
    return error == null ? "no error" : error.getSQLState();
  }

  private static String repeated(int count, String separator, String part) {
    return IntStream.range(0, count)
        .mapToObj(i -> part.replace("#", Integer.toString(i)))
        .collect(Collectors.joining(separator));
  }

  @Test
  void shouldTakeAStatementOf64Megabytes() throws SQLException {
    int length = 64 << 20;
    assertThat(rows(connection, "select length('" + "x".repeat(length) + "')"))
        .containsExactly(Integer.toString(length));
  }

  @Test
  void shouldTakeTenThousandParentheses() throws SQLException {
    assertThat(rows(connection, "select " + "(".repeat(10_000) + "1" + ")".repeat(10_000)))
        .containsExactly("1");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "CASE WHEN true THEN | 1 | END",
        "(SELECT | 1 | )",
        "abs( | 1 | )",
        "1 + ( | 1 | )",
        "ARRAY[ | 1 | ]",
        "1 IN (SELECT | 1 | )"
      })
  void shouldRefuseWhatIsNestedTenThousandTimes(String open, String core, String close) {
    String sql = "select " + (open + " ").repeat(10_000) + core + (" " + close).repeat(10_000);
    assertThat(stateOf(sql)).isEqualTo(TOO_COMPLEX);
  }

  @ParameterizedTest
  @ValueSource(ints = {100, 200, 300, 400, 490})
  void shouldPlanAndRunWhatMayBeNested(int depth) throws SQLException {
    String nested = "(select a + ".repeat(depth) + "1" + " from t)".repeat(depth);
    try {
      assertThat(rows(connection, "select " + nested)).containsExactly(Integer.toString(depth + 1));
    } catch (SQLException refused) {
      assertThat(refused.getSQLState()).isEqualTo(TOO_COMPLEX);
    }
  }

  @Test
  void shouldTakeFiveThousandConditions() throws SQLException {
    assertThat(rows(connection, "select a from t where " + repeated(5_000, " and ", "b <> -#")))
        .containsExactly("1");
    assertThat(rows(connection, "select a from t where " + repeated(5_000, " or ", "b = #")))
        .containsExactly("1");
    assertThat(rows(connection, "select a from t where b in (" + repeated(20_000, ",", "#") + ")"))
        .containsExactly("1");
  }

  @Test
  void shouldTakeOrRefuseAThousandJoins() throws SQLException {
    String sql = "select count(*) from t " + repeated(1_000, " ", "join t t# on t#.a = t.a");
    try {
      assertThat(rows(connection, sql)).containsExactly("1");
    } catch (SQLException refused) {
      assertThat(refused.getSQLState()).startsWith("54");
    }
  }

  @Test
  void shouldTake32768Parameters() throws SQLException {
    int count = 32_768;
    String marks = repeated(count, ",", "?");
    try (var query = connection.prepareStatement("select a from t where b in (" + marks + ")")) {
      for (int i = 1; i <= count; i++) {
        query.setInt(i, i);
      }
      assertThat(rows(query.executeQuery())).containsExactly("1");
    }
  }

  @Test
  void shouldRefuseTooManyColumns() throws SQLException {
    assertThat(stateOf(() -> run(connection, "create table wide(" + columns(1_601) + ")")))
        .isEqualTo(TOO_MANY_COLUMNS);
    run(connection, "create table wide(" + columns(1_600) + ")", "insert into wide(c7) values (8)");
    assertThat(rows(connection, "select c7 from wide")).containsExactly("8");
    assertThat(rows(connection, "select * from wide").getFirst()).startsWith("null|null");
    assertThat(stateOf(() -> run(connection, "alter table wide add column more int")))
        .isEqualTo(TOO_MANY_COLUMNS);
    assertThat(stateOf("select " + repeated(1_665, ",", "#"))).isEqualTo(TOO_MANY_COLUMNS);
    run(connection, "drop table wide");
  }

  private static String columns(int count) {
    return repeated(count, ",", "c# int");
  }

  @Test
  void shouldKeepNumbersAndTimesWithinTheirRanges() throws SQLException {
    assertThat(
            rows(
                connection,
                "select length((repeat('9', 131072)::numeric)::text),"
                    + " length((1::numeric / 3)::text), 'infinity'::numeric,"
                    + " '-infinity'::float8 + 1, timestamp '294276-12-31 23:59:59.999999',"
                    + " date '5874897-12-31', 'infinity'::date, '-infinity'::timestamptz"))
        .containsExactly(
            "131072|22|Infinity|-Infinity|294276-12-31 23:59:59.999999|5874897-12-31"
                + "|infinity|-infinity");
    assertThat(stateOf("select repeat('9', 131073)::numeric")).isEqualTo(OUT_OF_RANGE);
    assertThat(stateOf("select 10::numeric ^ 131072")).isEqualTo(OUT_OF_RANGE);
    assertThat(stateOf("select 1e100000::numeric * 1e100000")).isEqualTo(OUT_OF_RANGE);
    assertThat(stateOf("select factorial(40000)")).isIn(OUT_OF_RANGE, CANCELED);
    assertThat(stateOf("select 2147483647 + 1")).isEqualTo(OUT_OF_RANGE);
    assertThat(stateOf("select (-2147483648)::int / -1")).isEqualTo(OUT_OF_RANGE);
    assertThat(stateOf("select timestamp '294276-12-31 23:59:59.999999' + interval '1 us'"))
        .isEqualTo("22008");
    assertThat(stateOf("select date '5874897-12-31' + 1")).isEqualTo("22008");
    assertThat(stateOf("select 1e308::float8 * 10")).isEqualTo(OUT_OF_RANGE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "select repeat('a', 5000) like repeat('%a', 200) || '%b'",
        "select repeat('a', 5000) similar to '(a*)*b'",
        "select repeat('a', 5000) ~ '(a*)*b'",
        "select repeat('a', 5000) ~ '(a|aa)+$b'",
        "select regexp_replace(repeat('a', 3000), '(a+)+b', 'x')",
        "select count(*) from generate_series(1, 1000000000000)",
        "select count(*) from generate_series(1, 1e12::numeric)",
        "select count(*) from (select generate_series(1, 1000000000000)) s",
        "with recursive r(x) as (select 1 union all select x + 1 from r) select count(*) from r",
        "select count(*) from generate_series(1, 1000000) a, generate_series(1, 1000000) b",
        "select pg_sleep(1000)",
        "select sum(a.i * b.i) from generate_series(1, 100000) a(i) join generate_series(1, 100000)"
            + " b(i) on a.i <> b.i",
      })
  void shouldEndInTime(String sql) throws SQLException {
    run(connection, "set statement_timeout = '200ms'");
    long began = System.nanoTime();
    try {
      rows(connection, sql);
    } catch (SQLException e) {
      assertThat(e.getSQLState()).isIn(CANCELED, TOO_COMPLEX);
    }
    assertThat(System.nanoTime() - began).as("nanoseconds").isLessThan(20_000_000_000L);
    run(connection, "reset statement_timeout");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "select length(array_agg(i)::text) from generate_series(1, 1000000000000) i",
        "select length(string_agg(i::text, ',')) from generate_series(1, 1000000000000) i",
        "select count(*) from generate_series(1, 1000000) a(i) join generate_series(1, 1000000)"
            + " b(i) using (i)",
        "with recursive r(x) as (select 1 union select x + 1 from r) select count(*) from r",
        "with r as materialized (select * from generate_series(1, 10000000) i)"
            + " select count(*) from r a, r b",
        "select count(distinct i) from generate_series(1, 100000000) i",
        "select length(repeat('x', 1000000000) || repeat('y', 1000000000))",
        "select array_fill(0, array[100000000])",
        "select jsonb_agg(i) from generate_series(1, 100000000) i"
      })
  void shouldRefuseWhatNeedsTooMuchMemory(String sql) throws SQLException {
    run(connection, "set work_mem = '4MB'", "set statement_timeout = '30s'");
    assertThat(stateOf(sql)).matches("53200|54...");
  }

  @Test
  void shouldSortAndGroupMoreThanMemoryHolds() throws SQLException {
    run(connection, "set work_mem = '512kB'");
    assertThat(
            rows(
                connection,
                "select i from generate_series(1, 100000) i order by -i limit 1 offset 99999"))
        .containsExactly("1");
    assertThat(
            rows(
                connection,
                "select count(*), sum(i) from (select i from generate_series(1, 100000) i"
                    + " order by -i) s"))
        .containsExactly("100000|5000050000");
    try {
      assertThat(
              rows(
                  connection,
                  "select count(*) from (select i, count(*) from generate_series(1, 100000) i"
                      + " group by i) s"))
          .containsExactly("100000");
    } catch (SQLException refused) {
      assertThat(refused.getSQLState()).isEqualTo(OUT_OF_MEMORY);
    }
  }

  @Test
  void shouldNestTenThousandSavepoints() throws SQLException {
    run(connection, "create table kept(id int primary key)");
    connection.setAutoCommit(false);
    int depth = 10_000;
    for (int i = 0; i < depth; i++) {
      run(connection, "savepoint s" + i);
    }
    run(connection, "insert into kept values (1)", "rollback to s5000", "release s0");
    run(connection, "insert into kept values (2)");
    connection.commit();
    assertThat(rows(connection, "select id from kept")).containsExactly("2");
  }
}
