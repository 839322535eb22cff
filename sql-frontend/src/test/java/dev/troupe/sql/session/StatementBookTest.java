package dev.troupe.sql.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.kv.MemoryStore;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Statements are counted by their shape and user, however they come in. */
class StatementBookTest {
  private static final String COUNTED =
      "select calls, rows from pg_stat_statements where query like '%from t where%'";

  private final MemoryStore store = new MemoryStore();
  private final TestClient client = new TestClient(store);

  @AfterEach
  void close() {
    client.close();
  }

  private void fill() {
    client.query("create table t (id int primary key, v text)");
    client.query("insert into t values (1, 'a'), (2, 'b'), (3, 'c')");
  }

  @Test
  void shouldCountTogetherWhatDiffersInConstants() {
    fill();
    client.query("select v from t where id = 1");
    client.query("select v from t where id = 7 -- none");
    client.query("SELECT v FROM t WHERE id = 2;");

    assertThat(client.query(COUNTED).rows()).containsExactly(List.of(3L, 2L));
    assertThat(
            client
                .query("select rows, calls from pg_stat_statements where query like 'insert%'")
                .rows())
        .containsExactly(List.of(3L, 1L));
  }

  @Test
  void shouldCountPreparedStatementsTogetherWithTheirCommit() {
    fill();
    client.prepare("s", "select v from t where id > $1");
    client.run("s", "0");
    client.run("s", "1");

    assertThat(client.query(COUNTED).rows()).containsExactly(List.of(2L, 5L));
  }

  @Test
  void shouldCountOnceWhatIsFetchedInPieces() {
    fill();
    client.query("begin");
    client.prepare("s", "select v from t where id > $1");
    client.run("s", true, 2, "0");
    client.query("commit");

    assertThat(client.query(COUNTED).rows()).containsExactly(List.of(1L, 2L));
  }

  @Test
  void shouldNotTakeFailuresForCalls() {
    fill();
    for (String sql :
        List.of("insert into t values (1, 'x')", "select nobody from t where id = 1")) {
      assertThatThrownBy(() -> client.query(sql)).isInstanceOf(SqlException.class);
    }

    assertThat(client.query(COUNTED).rows()).containsExactly(List.of(0L, 0L));
    assertThat(
            client
                .query("select calls from pg_stat_statements where query like 'ins%' order by 1")
                .rows())
        .containsExactly(List.of(0L), List.of(1L));
  }

  @Test
  void shouldBeginAnewWhenASuperuserSaysSo() {
    fill();
    client.query("select pg_stat_statements_reset()");

    assertThat(client.query("select query from pg_stat_statements").rows()).isEmpty();
  }

  @Test
  void shouldCountPreparedStatementsAfterBeginningAnew() {
    fill();
    client.prepare("s", "select v from t where id > $1");
    client.run("s", "0");
    client.query("select pg_stat_statements_reset()");
    client.run("s", "0");

    assertThat(client.query(COUNTED).rows()).containsExactly(List.of(1L, 3L));
  }

  @Test
  void shouldKeepMeanAndDeviation() {
    var book = new StatementBook();
    StatementTally tally = book.tally("ann", "select 1");
    for (long nanos : new long[] {2, 4, 4, 4, 5, 5, 7, 9}) {
      tally.ended(nanos, 1);
    }
    tally.failed();
    tally.again();

    StatementBook.Figures figures = book.all().getFirst();
    assertThat(figures.calls()).isEqualTo(8);
    assertThat(figures.rows()).isEqualTo(8);
    assertThat(figures.failed()).isEqualTo(1);
    assertThat(figures.retries()).isEqualTo(1);
    assertThat(figures.totalNanos()).isEqualTo(40);
    assertThat(figures.minNanos()).isEqualTo(2);
    assertThat(figures.maxNanos()).isEqualTo(9);
    assertThat(figures.meanNanos()).isEqualTo(5, within(1e-9));
    assertThat(figures.deviationNanos()).isEqualTo(2, within(1e-9));
  }

  @Test
  void shouldTellUsersApartAndForgetWhatIsRunLeast() {
    var book = new StatementBook(40);
    for (int i = 0; i < 41; i++) {
      StatementTally tally = book.tally("u" + i, "select 1");
      for (int calls = 0; calls <= i; calls++) {
        tally.ended(1, 1);
      }
    }

    assertThat(book.all()).hasSize(38).extracting(StatementBook.Figures::user).doesNotContain("u0");
    assertThat(book.forgotten()).isEqualTo(1);
    assertThat(book.all())
        .extracting(StatementBook.Figures::id)
        .containsOnly(book.all().getFirst().id());
  }
}
