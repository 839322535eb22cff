package dev.troupe.sql.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.troupe.protocol.spi.KvRequest;
import dev.troupe.protocol.spi.TxnRequest;
import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.kv.MemoryStore;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Statements by a whole primary key are one read, and still see the catalog that is in force: of
 * two nodes, one changes what the other one has plans for.
 */
class OneRowStatementsTest {
  private final MemoryStore store = new MemoryStore();
  private final TestClient here = new TestClient(store);
  private final TestClient there = new TestClient(store);

  @BeforeEach
  void setUp() {
    here.query("create table t (id int primary key, v text)");
    here.query("insert into t values (1, 'one'), (2, 'two')");
    here.prepare("get", "select v from t where id = $1");
    here.run("get", "1");
    store.asked.clear();
  }

  @AfterEach
  void close() {
    here.close();
    there.close();
  }

  private List<?> value(String id) {
    return here.run("get", id).rows();
  }

  @Test
  void shouldReadTheRowAndTheVersionOfTheCatalogInOneRequest() {
    TestClient.Result found = here.run("get", "1");
    assertThat(found).isEqualTo(new TestClient.Result(List.of(List.of("one")), "SELECT 1"));
    assertThat(store.asked)
        .singleElement()
        .isInstanceOfSatisfying(
            KvRequest.GetAll.class,
            all -> {
              assertThat(all.keys()).hasSize(2);
              assertThat(all.at()).isNull();
            });
    assertThat(here.status()).isEqualTo(TransactionStatus.IDLE);
    assertThat(here.run("get", "3").tag()).isEqualTo("SELECT 0");
  }

  @Test
  void shouldReadTheVersionAfterTheRowWhereTheyLieApart() {
    store.apart = true;
    value("1");
    store.asked.clear();
    assertThat(value("2")).isEqualTo(List.of(List.of("two")));
    assertThat(store.asked).hasSize(2).allMatch(KvRequest.Get.class::isInstance);
    var version = (KvRequest.Get) store.asked.getLast();
    assertThat(version.key()).isEqualTo(dev.troupe.sql.schema.CatalogStore.versionKey());
  }

  @Test
  void shouldNotUseADescriptionThatIsNotInForceAnyMore() {
    there.query("alter table t add column w int not null default 7");
    there.query("alter table t drop column v");
    there.query("alter table t add column v text not null default 'new'");
    // By the old description the value would still be the dropped column's.
    assertThat(value("1")).isEqualTo(List.of(List.of("new")));
    store.asked.clear();
    assertThat(value("1")).isEqualTo(List.of(List.of("new")));
    assertThat(store.asked).hasSize(1);
  }

  @Test
  void shouldSayThatATableIsGoneOrHasOtherColumns() {
    there.query("drop table t");
    assertThatThrownBy(() -> value("1"))
        .isInstanceOfSatisfying(
            SqlException.class, e -> assertThat(e.state()).isEqualTo(SqlState.UNDEFINED_TABLE));
    there.query("create table t (id int primary key, v bytea)");
    assertThatThrownBy(() -> value("1")).hasMessage("cached plan must not change result type");
    here.prepare("again", "select v from t where id = $1");
    assertThat(here.run("again", "1").tag()).isEqualTo("SELECT 0");
  }

  /** Whatever follows in the same implicit transaction must see the same moment. */
  @Test
  void shouldNotReadAloneWhatIsAPartOfATransaction() {
    assertThat(here.run("get", false, "1").tag()).isEqualTo("SELECT 1");
    there.query("update t set v = 'changed' where id = 2");
    assertThat(here.run("get", false, "2").rows()).isEqualTo(List.of(List.of("two")));
    here.sync();
    assertThat(value("2")).isEqualTo(List.of(List.of("changed")));

    here.query("begin");
    store.asked.clear();
    value("1");
    assertThat(store.asked).allMatch(TxnRequest.class::isInstance);
    here.query("commit");
  }

  @Test
  void shouldFailAsItWouldInATransaction() {
    here.prepare("divide", "select 1 / (id - 1) from t where id = $1");
    assertThatThrownBy(() -> here.run("divide", "1"))
        .isInstanceOfSatisfying(
            SqlException.class, e -> assertThat(e.state()).isEqualTo(SqlState.DIVISION_BY_ZERO));
    assertThat(here.run("divide", "2").rows()).isEqualTo(List.of(List.of(1)));
  }

  @Test
  void shouldReadWithoutACoordinatorWhateverOnlyReads() {
    here.query("select count(*) from t");
    assertThat(store.asked).noneMatch(TxnRequest.class::isInstance);
    here.query("begin read only");
    here.query("select * from t where v = 'one'");
    here.query("commit");
    assertThat(store.asked).noneMatch(TxnRequest.class::isInstance);
  }

  @Test
  void shouldBeginAnewForAQueryThatTurnsOutToChangeOrLock() {
    assertThat(here.query("with d as (delete from t where id = 1 returning v) select v from d"))
        .isEqualTo(new TestClient.Result(List.of(List.of("one")), "SELECT 1"));
    assertThat(here.query("select v from t where id = 2 for update").rows()).hasSize(1);
    here.prepare("lock", "select v from t where id = $1 for update");
    assertThat(here.run("lock", "2").rows()).hasSize(1);
    assertThat(here.run("lock", "1").rows()).isEmpty();
  }
}
