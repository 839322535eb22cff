package dev.troupe.sql.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.troupe.protocol.model.KeySpan;
import dev.troupe.protocol.spi.KvRequest;
import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.kv.MemoryStore;
import dev.troupe.sql.syntax.Parser;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Statements that differ in integers share plans, where that changes nothing. */
class StatementTemplateTest {
  private final MemoryStore store = new MemoryStore();
  private final TestClient client = new TestClient(store);

  @BeforeEach
  void setUp() {
    client.query("create table t (id int primary key, s smallint, v text)");
    client.query("insert into t values (1, 1, 'one'), (2, 2, 'two'), (3, 3, 'three')");
  }

  @AfterEach
  void close() {
    client.close();
  }

  private static StatementTemplate template(String sql) {
    return StatementTemplate.of(Objects.requireNonNull(Parser.parseOne(sql)).statement(), sql);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "select v from t where id = 7|select v from t where id = #",
        "update t set s = s + -12 where id = 345|update t set s = s + # where id = #",
        "insert into t (id, s) values (1, 22), (3, now())|insert into t (id, s) values (#, #), (#,"
            + " now())",
        "delete from t where id between 1 and 20 or s in (3, 4)|"
            + "delete from t where id between # and # or s in (#, #)",
        // Neither a place, nor a limit, nor a part of a type or of a larger literal.
        "select 1, id from t where id = 5 order by 2 limit 3|"
            + "select 1, id from t where id = # order by 2 limit 3",
        "select v from t where v = '1'::varchar(5) and id > 4|"
            + "select v from t where v = '1'::varchar(5) and id > #",
        "select v from t where id < 2147483648 and id > 2147483647|"
            + "select v from t where id < 2147483648 and id > #",
        "select v from t where id < 1.5 and id > 1|select v from t where id < 1.5 and id > #"
      })
  void shouldLeaveOutIntegersThatAreOperands(String sql, String shape) {
    assertThat(template(sql).shape()).isEqualTo(shape.replace('#', '\u0001'));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "select 1",
        "select v from t",
        "select v from t limit 5",
        "select v from t where id = $1 and s = 4",
        "select v from t where 5",
        "create table u (id int default 5)"
      })
  void shouldLeaveAloneWhatHasNoneOrHasParametersOfItsOwn(String sql) {
    assertThat(template(sql)).isNull();
  }

  @Test
  void shouldPlanOnceAndReadOneKeyInOneRequest() {
    assertThat(client.query("select v from t where id = 1").rows())
        .isEqualTo(List.of(List.of("one")));
    store.asked.clear();
    assertThat(client.query("select v from t where id = 3").rows())
        .isEqualTo(List.of(List.of("three")));
    // That no transaction was needed shows that the plan was known beforehand.
    assertThat(store.asked).singleElement().isInstanceOf(KvRequest.GetAll.class);
    assertThat(client.query("select v from t where id = 30").tag()).isEqualTo("SELECT 0");
  }

  @Test
  void shouldMeanTheSame() {
    for (int round = 1; round <= 2; round++) {
      assertThat(client.query("select v from t where id = -" + round).rows()).isEmpty();
      assertThat(
              client.query("select id from t where s >= " + round + " order by 1 limit 1").rows())
          .isEqualTo(List.of(List.of(round)));
      assertThat(client.query("update t set s = s * 10 + " + round + ", v = 5 where id = 3").tag())
          .isEqualTo("UPDATE 1");
      client.query("insert into t values (1" + round + ", " + round + ", 7)");
      assertThat(client.query("delete from t where id in (1" + round + ", 99)").tag())
          .isEqualTo("DELETE 1");
    }
    assertThat(client.query("select s, v from t where id = 3").rows())
        .isEqualTo(List.of(List.of(312, "5")));
  }

  @Test
  void shouldFailAsItIsWritten() {
    for (int round = 1; round <= 2; round++) {
      assertThatThrownBy(() -> client.query("select v from t where nothing = 1"))
          .isInstanceOfSatisfying(
              SqlException.class, e -> assertThat(e.state()).isEqualTo(SqlState.UNDEFINED_COLUMN));
      assertThatThrownBy(() -> client.query("insert into t values (9, 70000, 'x')"))
          .isInstanceOfSatisfying(
              SqlException.class,
              e -> assertThat(e.state()).isEqualTo(SqlState.NUMERIC_VALUE_OUT_OF_RANGE));
      assertThatThrownBy(() -> client.query("select v from t where v = 1"))
          .hasMessage("operator does not exist: text = integer");
    }
  }

  /** Only who knows the constant knows that a partial index has all rows that are wanted. */
  @Test
  void shouldStillUsePartialIndexes() {
    client.query("create index few on t (v) where s = 2");
    assertThat(scanned("select id from t where v = 'two' and s = 2"))
        .isNotEqualTo(scanned("select id from t where v = 'three' and s = 3"));
  }

  private KeySpan scanned(String sql) {
    store.asked.clear();
    assertThat(client.query(sql).rows()).hasSize(1);
    return store.asked.stream()
        .filter(KvRequest.Scan.class::isInstance)
        .map(scan -> ((KvRequest.Scan) scan).span())
        .reduce((first, second) -> second)
        .orElseThrow();
  }
}
