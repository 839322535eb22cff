package dev.troupe.sql.syntax;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StatementShapeTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "SELECT 1|select $1",
        "select  a,b from T where x='it''s' and y>-1.5e3 ;|select a,b from t where x=$1 and y>-$2",
        "select \"A\".\"b c\" from \"A\"|select \"A\".\"b c\" from \"A\"",
        "select e'\\n', b'01', x'ff', $$text$$ from t|select $1 /*, ... */ from t",
        "update t set a = $2, b = 7 where id = $1|update t set a = $2, b = $3 where id = $1",
        "select * from t where id in (1, 2, 3)|select * from t where id in ($1 /*, ... */)",
        "select f(1, now(), 2, 3)|select f($1, now(), $2 /*, ... */)",
        "insert into t values (1, 'a'), (2, 'b'), (3, 'c') returning 5"
            + "|insert into t values ($1 /*, ... */) /*, ... */ returning $2",
        "insert into t values (1, 'a'), (2, now()), (3, 'c')"
            + "|insert into t values ($1 /*, ... */), ($2, now()), ($3 /*, ... */)",
        "values (1), 5, (2), (3)|values ($1), $2, ($3) /*, ... */",
        "select 1; select 2;|select $1; select $2",
        "create user u password 'secret'|create user u password $1"
      })
  void shouldLeaveOutWhatDiffersFromCallToCall(String sql, String shape) {
    assertThat(StatementShape.of(sql)).isEqualTo(shape);
  }

  @Test
  void shouldLeaveOutComments() {
    assertThat(StatementShape.of("/* first */ select -- why\n 1 /* traceparent='00-1' */"))
        .isEqualTo("select $1");
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 100, 5_000})
  void shouldBeTheSameForAnyNumberOfRows(int rows) {
    String values =
        IntStream.range(0, rows).mapToObj(i -> "(" + i + ", 'v')").collect(Collectors.joining(","));
    assertThat(StatementShape.of("insert into t values " + values + " on conflict do nothing"))
        .startsWith("insert into t values ($1 /*, ... */) /*, ... */");
  }

  @Test
  void shouldCutWhatIsLong() {
    String names =
        IntStream.range(0, 5_000).mapToObj(i -> "c" + i).collect(Collectors.joining(", "));
    assertThat(StatementShape.of("select " + names + " from t"))
        .startsWith("select c0, c1,")
        .endsWith(" ...")
        .hasSizeBetween(StatementShape.SHAPE_CHARS_MAX, StatementShape.SHAPE_CHARS_MAX + 64);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {"select 'open|select ...", "select 1 /* open|select $1 ...", "select 1x|select ..."})
  void shouldTakeWhatIsNoStatementAsFarAsItGoes(String sql, String shape) {
    assertThat(StatementShape.of(sql)).isEqualTo(shape);
  }

  @Test
  void shouldBeEmptyForNothing() {
    assertThat(StatementShape.of(" -- nothing")).isEmpty();
    assertThat(StatementShape.of(";")).isEmpty();
  }
}
