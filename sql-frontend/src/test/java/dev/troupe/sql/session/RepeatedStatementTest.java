package dev.troupe.sql.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.sql.kv.MemoryStore;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What nobody has seen the result of is run again when others were in its way. */
class RepeatedStatementTest {
  /** pgjdbc asks for one row at most of a statement that gives none. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void shouldRunAChangeAgainWhateverTheLimitOfRows(int maxRows) {
    var store = new MemoryStore();
    try (var one = new TestClient(store);
        var two = new TestClient(store)) {
      one.query("create table t(id int primary key, n int)");
      one.query("insert into t values (1, 0)");
      one.prepare("add", "update t set n = n + 1 where id = 1");
      one.run("add", false, maxRows);
      two.query("create table other(id int)");
      two.query("insert into t values (2, 0)");
      one.sync();
      assertThat(two.query("select n from t order by id").rows())
          .containsExactly(List.of(1), List.of(0));
    }
  }
}
