package dev.troupe.sql.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.troupe.protocol.model.Key;
import dev.troupe.sql.catalog.ElementState;
import dev.troupe.sql.catalog.IndexDescriptor;
import dev.troupe.sql.catalog.TableDescriptor;
import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.schema.SchemaCatalog;
import dev.troupe.sql.storage.IndexLayout;
import dev.troupe.sql.storage.RowReader;
import dev.troupe.sql.storage.TableLayout;
import java.util.ArrayList;
import java.util.NavigableMap;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Indexes and constraints that are made while others write. */
final class OnlineIndexTest {
  private static final int ROWS = 6_000;
  private static final int WRITES_PER_STEP = 12;

  private final SessionFixture fixture = new SessionFixture();
  private final SessionFixture.Node node = fixture.node();
  private final SessionFixture.Session session = node.session();

  @BeforeEach
  void fill() {
    session.run("create table t (id int primary key, u int, v text, w int)");
    session.run(
        "insert into t select i, i, 'v' || i % 10, i % 100 from generate_series(1, "
            + ROWS
            + ") as i");
  }

  @AfterEach
  void stop() {
    fixture.close();
  }

  private static Consumer<SqlException> state(SqlState expected) {
    return e -> assertThat(e.state()).isEqualTo(expected);
  }

  private TableDescriptor table() {
    return table(fixture.catalog());
  }

  private static TableDescriptor table(SchemaCatalog catalog) {
    return (TableDescriptor) java.util.Objects.requireNonNull(catalog.find("public", "t"));
  }

  /** Each row has its entry in each index, and no entry has no row. */
  private void compareIndexes() {
    TableDescriptor table = table();
    TableLayout layout = TableLayout.of(table);
    RowReader reader = RowReader.ofAll(layout);
    NavigableMap<Key, byte[]> content = fixture.store.content();
    for (IndexLayout index : layout.indexes()) {
      assertThat(index.index().state()).isEqualTo(ElementState.PUBLIC);
      var wanted = new TreeMap<Key, Key>();
      within(content, layout.primary())
          .forEach(
              (key, value) -> {
                @Nullable Object[] row = reader.read(key, value);
                if (index.index().predicateSql() == null || (int) row[3] > 50) {
                  assertThat(wanted.put(index.key(row), key)).isNull();
                }
              });
      var found = new TreeMap<Key, Key>();
      within(content, index).forEach((key, value) -> found.put(key, index.primaryKey(key, value)));
      assertThat(found).as(index.index().name()).isEqualTo(wanted);
    }
  }

  private static NavigableMap<Key, byte[]> within(
      NavigableMap<Key, byte[]> content, IndexLayout index) {
    return content.subMap(index.span().start(), true, index.span().end(), false);
  }

  @Test
  void shouldBuildWhileOthersWrite() throws Exception {
    // Some writes fall between the transactions of the builder, and some run beside them.
    var turns = new Semaphore(0);
    node.interruption = () -> turns.release(WRITES_PER_STEP);
    var stopped = new AtomicBoolean();
    var written = new AtomicInteger();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var writers = new ArrayList<Future<Integer>>();
      for (int writer = 0; writer < 4; writer++) {
        writers.add(threads.submit(writer(writer, turns, stopped, written)));
      }
      try {
        session.run("create index by_v on t (v, w)");
        int atFirst = written.get();
        session.run("create unique index by_u on t (u) include (w)");
        session.run("create index partly on t (w desc) where w > 50");
        session.run("alter table t add constraint twice unique (u, v)");
        assertThat(written.get()).as("writes during three builds").isGreaterThan(atFirst);
      } finally {
        stopped.set(true);
        turns.release(ROWS);
      }
      for (Future<Integer> writer : writers) {
        writer.get();
      }
    }
    assertThat(table().indexes()).hasSize(4);
    compareIndexes();
    assertThat(fixture.catalog().jobs()).isEmpty();
  }

  /** Keys of one writer are no other's: what it does not find it has deleted itself. */
  private Callable<Integer> writer(
      int number, Semaphore turns, AtomicBoolean stopped, AtomicInteger written) {
    return () -> {
      SessionFixture.Session own = fixture.node().session();
      var random = new Random(number);
      int fresh = 1_000_000 * (number + 1);
      turns.acquire();
      for (; !stopped.get(); turns.acquire()) {
        int id = random.nextInt(ROWS / 4) * 4 + number + 1;
        switch (random.nextInt(4)) {
          case 0 -> own.run("delete from t where id = " + id);
          case 1 -> own.run("update t set w = w + 1, v = 'changed' where id = " + id);
          case 2 -> own.run("update t set u = " + ++fresh + " where id = " + id);
          default -> own.run("insert into t values (%d, %<d, 'new', 7)".formatted(++fresh));
        }
        written.incrementAndGet();
      }
      return written.get();
    };
  }

  @Test
  void shouldBeFinishedByAnotherNodeWhenItsOwnDies() {
    SessionFixture.Node dying = fixture.node();
    SessionFixture.Session client = dying.session();
    client.run("select 1 from t limit 1");
    dying.lifetime = 3;
    assertThatThrownBy(() -> client.run("create unique index by_u on t (u)"))
        .isInstanceOfSatisfying(SqlException.class, state(SqlState.STATEMENT_COMPLETION_UNKNOWN));
    IndexDescriptor half = table().indexes().getFirst();
    assertThat(half.state()).isEqualTo(ElementState.WRITE_ONLY);
    assertThat(fixture.catalog().jobs())
        .singleElement()
        .satisfies(job -> assertThat(job.rows()).isBetween(1L, ROWS - 1L));
    assertThat(session.texts("select index_relid from pg_stat_progress_create_index"))
        .containsExactly(String.valueOf(half.oid()));
    assertThat(session.texts("select indisvalid from pg_index where indexrelid = " + half.oid()))
        .containsExactly("false");
    assertThat(node.unfinishedChanges())
        .singleElement()
        .satisfies(
            change -> {
              assertThat(change.kind()).isEqualTo(UnfinishedChange.Kind.BUILDING_INDEX);
              assertThat(change.table()).isEqualTo("public.t");
              assertThat(change.name()).isEqualTo("by_u");
              assertThat(change.rows()).isBetween(1L, ROWS - 1L);
            });
    session.run("update t set u = u + 1000000 where id % 3 = 0");
    session.run("delete from t where id % 7 = 0");

    BackgroundWork other = fixture.node().background();
    assertThat(other.resumeSchemaJobs()).isEqualTo(1);

    compareIndexes();
    assertThat(fixture.catalog().jobs()).isEmpty();
    assertThat(node.unfinishedChanges()).isEmpty();
    assertThat(other.resumeSchemaJobs()).isZero();
  }

  @Test
  void shouldSayWhichKeyIsDuplicatedAndLeaveNoIndex() {
    session.run("update t set u = 17 where id = 5999");
    assertThatThrownBy(() -> session.run("create unique index by_u on t (u)"))
        .isInstanceOfSatisfying(
            SqlException.class,
            e -> {
              assertThat(e.state()).isEqualTo(SqlState.UNIQUE_VIOLATION);
              assertThat(e.detail()).isEqualTo("Key (u)=(17) is duplicated.");
              assertThat(e).hasMessage("could not create unique index \"by_u\"");
            });
    assertThat(table().indexes()).isEmpty();
    assertThat(fixture.catalog().jobs()).isEmpty();
    session.run("insert into t values (0, 17, '', 0)");
    session.run("create index by_u on t (u)");
    compareIndexes();
  }

  @Test
  void shouldBeTakenBackByAnotherNodeWhenItCannotBe() {
    session.run("update t set u = 17 where id = 5999");
    SessionFixture.Node dying = fixture.node();
    SessionFixture.Session client = dying.session();
    dying.lifetime = 3;
    assertThatThrownBy(() -> client.run("create unique index by_u on t (u)"))
        .isInstanceOf(SqlException.class);
    fixture.node().background().resumeSchemaJobs();
    assertThat(table().indexes()).isEmpty();
    assertThat(fixture.catalog().jobs()).isEmpty();
  }

  @Test
  void shouldBeTakenBackWhenCancelled() {
    var begun = new AtomicInteger();
    node.interruption =
        () -> {
          if (begun.incrementAndGet() == 3) {
            session.session().cancel();
          }
        };
    assertThatThrownBy(() -> session.run("create index by_u on t (u)"))
        .isInstanceOfSatisfying(SqlException.class, state(SqlState.QUERY_CANCELED));
    assertThat(table().indexes()).isEmpty();
    assertThat(fixture.catalog().jobs()).isEmpty();
  }

  @Test
  void shouldStartAnewWhenRowsGetAnotherPlace() {
    SessionFixture.Node dying = fixture.node();
    SessionFixture.Session client = dying.session();
    dying.lifetime = 3;
    assertThatThrownBy(() -> client.run("create index by_u on t (u)"))
        .isInstanceOf(SqlException.class);
    session.run("truncate t");
    session.run("insert into t values (-1, 1, 'a', 1), (2, 2, 'b', 2)");
    fixture.node().background().resumeSchemaJobs();
    compareIndexes();
  }

  @Test
  void shouldForgetTheBuildOfWhatIsDropped() {
    SessionFixture.Node dying = fixture.node();
    SessionFixture.Session client = dying.session();
    dying.lifetime = 2;
    assertThatThrownBy(() -> client.run("create index by_u on t (u)"))
        .isInstanceOf(SqlException.class);
    session.run("drop index by_u");
    fixture.node().background().resumeSchemaJobs();
    assertThat(fixture.catalog().jobs()).isEmpty();
    compareIndexes();
  }

  @Test
  void shouldBuildWithinTheTransactionOfOtherStatements() {
    session.run("begin");
    session.run("create index by_u on t (u)");
    assertThat(fixture.catalog().jobs()).as("nobody else sees it").isEmpty();
    session.run("rollback");
    assertThat(table().indexes()).isEmpty();
    session.run("create index by_u on t (u); create index by_v on t (v)");
    compareIndexes();
    assertThat(table().indexes()).hasSize(2);
  }

  @Test
  void shouldNotBeReliedOnBeforeItIsComplete() {
    SessionFixture.Node dying = fixture.node();
    SessionFixture.Session client = dying.session();
    dying.lifetime = 3;
    assertThatThrownBy(() -> client.run("create unique index by_u on t (u)"))
        .isInstanceOf(SqlException.class);
    assertThatThrownBy(() -> session.run("alter table t add constraint u unique using index by_u"))
        .isInstanceOfSatisfying(
            SqlException.class, state(SqlState.OBJECT_NOT_IN_PREREQUISITE_STATE));
    assertThatThrownBy(() -> session.run("create table r (u int references t (u))"))
        .isInstanceOfSatisfying(SqlException.class, state(SqlState.INVALID_FOREIGN_KEY));
    assertThatThrownBy(
            () -> session.run("insert into t values (9999, 1) on conflict (u) do nothing"))
        .isInstanceOfSatisfying(SqlException.class, state(SqlState.INVALID_COLUMN_REFERENCE));
    session.run("create table like_t (like t including indexes)");
    TableDescriptor copy =
        (TableDescriptor)
            java.util.Objects.requireNonNull(fixture.catalog().find("public", "like_t"));
    assertThat(copy.indexes()).allMatch(index -> index.state() == ElementState.PUBLIC);
    assertThat(session.texts("select count(*) from t where u = 5990")).containsExactly("1");
  }

  @Test
  void shouldValidateConstraintsWhileOthersWrite() {
    session.run("create table other (id int primary key)");
    session.run("insert into other select i from generate_series(0, 99) as i");
    var begun = new AtomicInteger();
    SessionFixture.Session second = fixture.node().session();
    node.interruption =
        () -> {
          if (begun.incrementAndGet() % 2 == 0) {
            second.run("insert into t values (%d, 1, '', 1)".formatted(100_000 + begun.get()));
          }
        };
    session.run("alter table t add constraint small check (w < 100)");
    session.run("alter table t add constraint partner foreign key (w) references other");
    node.interruption = () -> {};
    assertThat(
            session.texts(
                "select conname from pg_constraint where convalidated and contype in ('c', 'f')"))
        .containsExactlyInAnyOrder("small", "partner");
    assertThatThrownBy(() -> session.run("alter table t add constraint tiny check (w < 99)"))
        .isInstanceOfSatisfying(SqlException.class, state(SqlState.CHECK_VIOLATION));
    session.run("insert into t values (0, 0, '', 99)");
    assertThatThrownBy(
            () -> session.run("alter table t add constraint o foreign key (u) references other"))
        .isInstanceOfSatisfying(SqlException.class, state(SqlState.FOREIGN_KEY_VIOLATION));
    assertThat(table().foreignKeys()).hasSize(1);
    assertThat(table().checks()).hasSize(1);
    assertThat(fixture.catalog().jobs()).isEmpty();
    session.run("delete from other where id > 1000");
  }
}
