package dev.troupe.sql.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.troupe.protocol.model.Key;
import dev.troupe.sql.catalog.TableDescriptor;
import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.kv.Cancellation;
import dev.troupe.sql.kv.KvTransaction;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What nodes know of each other's changes, and what becomes of transactions that do not. */
class CatalogVersionsTest {
  private final DdlFixture fixture = new DdlFixture();
  private final DdlFixture.Node one = fixture.node();
  private final DdlFixture.Node other = fixture.node();

  @Test
  void shouldShowCommittedChangesToOtherNodes() {
    one.run("CREATE TABLE t (a int)");
    assertThat(other.begin().table("t").columnNames()).containsExactly("a");
    one.run("ALTER TABLE t ADD COLUMN b int");
    one.run("CREATE TABLE u (a int)");
    assertThat(other.begin().table("t").columnNames()).containsExactly("a", "b");
    one.run("DROP TABLE u");
    assertThat(other.begin().catalog.find(null, "u")).isNull();
  }

  @Test
  void shouldSeeItsOwnChangesAtOnceAndLeaveNothingWhenRolledBack() {
    DdlFixture.Session session = one.beginForChange();
    long before = session.catalog.version();
    session.run("CREATE SCHEMA s; CREATE TABLE s.t (a serial PRIMARY KEY)");
    assertThat(session.catalog.find("s", "t")).isNotNull();
    assertThat(session.catalog.version()).isNotEqualTo(before);
    session.transaction.rollback();
    assertThat(one.begin().catalog.hasSchema("s")).isFalse();
    assertThat(fixture.keys.content()).isEmpty();
  }

  @Test
  void shouldGoBackToASavepoint() {
    DdlFixture.Session session = one.beginForChange();
    session.run("CREATE TABLE t (a int)");
    session.transaction.savepoint("s");
    SchemaCatalog.Mark mark = session.catalog.mark();
    session.run("CREATE TABLE u (a int); ALTER TABLE t RENAME TO v");
    session.transaction.rollbackTo("s");
    session.catalog.restore(mark);
    assertThat(session.catalog.find(null, "u")).isNull();
    session.run("CREATE TABLE w (a int)");
    session.commit();
    SchemaCatalog after = other.begin().catalog;
    assertThat(after.relations("public")).extracting(r -> r.name()).containsExactly("t", "w");
  }

  @Test
  void shouldNotCommitAWriteByAnOutdatedDescription() {
    one.run("CREATE TABLE t (a int, b int)");
    DdlFixture.Session writer = other.begin();
    TableDescriptor seen = writer.table("t");
    writer.data.addRow(seen, 1);
    one.run("ALTER TABLE t DROP COLUMN b; CREATE INDEX ON t (a)");
    SqlException refused = catchThrowableOfType(SqlException.class, writer::commit);
    assertThat(refused.state()).isEqualTo(SqlState.SERIALIZATION_FAILURE);
    assertThat(fixture.keys.content()).doesNotContainKey(FakeTableData.row(seen, 1));
  }

  @Test
  void shouldNotLoseRowsThatWereWrittenWhileAnIndexWasMade() {
    one.run("CREATE TABLE t (a int)");
    DdlFixture.Session indexing = one.beginForChange();
    indexing.run("CREATE INDEX ON t (a)");
    assertThat(indexing.data.asked).isEmpty();
    DdlFixture.Session writer = other.begin();
    writer.data.addRow(writer.table("t"), 1);
    writer.commit();
    SqlException refused = catchThrowableOfType(SqlException.class, indexing::commit);
    assertThat(refused.state()).isEqualTo(SqlState.SERIALIZATION_FAILURE);
    DdlFixture.Session again = one.beginForChange();
    again.run("CREATE INDEX ON t (a)");
    assertThat(again.data.asked).containsExactly("fill t_a_idx");
  }

  @Test
  void shouldLetOneOfTwoConcurrentChangesFail() {
    one.run("CREATE TABLE t (a int)");
    DdlFixture.Session first = one.begin();
    DdlFixture.Session second = other.begin();
    first.run("CREATE TABLE u (a int)");
    first.commit();
    SqlException refused =
        catchThrowableOfType(
            SqlException.class,
            () -> {
              second.run("CREATE TABLE v (a int)");
              second.commit();
            });
    assertThat(refused.state()).isEqualTo(SqlState.SERIALIZATION_FAILURE);
  }

  @Test
  void shouldReadThePastWithTheCatalogOfThen() {
    one.run("CREATE TABLE t (a int)");
    var then = fixture.keys.now();
    one.run("ALTER TABLE t ADD COLUMN b int");
    KvTransaction past =
        fixture.transactions.readAt(
            then, Duration.ZERO, Duration.ofSeconds(10), new Cancellation());
    SchemaCatalog catalog =
        SchemaCatalog.begin(
            new CatalogStore(), past, VirtualRelations.NONE, List.of("public"), false);
    assertThat(catalog.find(null, "t")).isNotNull();
    assertThat(catalog.find(null, "t").columnNames()).containsExactly("a");
  }

  @Test
  void shouldNeverGiveAnIdTwice() {
    one.run("CREATE TABLE t (a int)");
    long id = one.begin().table("t").id();
    one.run("DROP TABLE t");
    other.run("CREATE TABLE t (a int)");
    assertThat(other.begin().table("t").id()).isGreaterThan(id);
  }

  @Test
  void shouldRememberWhatIsToBeCleared() {
    one.run("CREATE TABLE t (a int PRIMARY KEY)");
    TableDescriptor table = one.begin().table("t");
    one.run("TRUNCATE t");
    assertThat(garbage()).hasSize(1);
    assertThat(one.begin().table("t").primary().id()).isNotEqualTo(table.primary().id());
    one.run("DROP TABLE t");
    assertThat(garbage()).hasSize(2);
  }

  private List<Key> garbage() {
    return fixture.keys.content().keySet().stream().filter(CatalogKeys.GARBAGE::contains).toList();
  }

  @Test
  void shouldFollowManyChangesAndAFarDistance() {
    one.run("CREATE TABLE t0 (a int)");
    assertThat(other.begin().catalog.relations("public")).hasSize(1);
    for (int i = 1; i < 100; i++) {
      one.run("CREATE TABLE t" + i + " (a int)");
    }
    assertThat(other.begin().catalog.relations("public")).hasSize(100);
  }
}
