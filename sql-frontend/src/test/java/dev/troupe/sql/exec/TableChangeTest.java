package dev.troupe.sql.exec;

import static dev.troupe.sql.exec.Fixture.access;
import static dev.troupe.sql.exec.Fixture.constant;
import static dev.troupe.sql.exec.Fixture.eq;
import static dev.troupe.sql.exec.Fixture.filtered;
import static dev.troupe.sql.exec.Fixture.integer;
import static dev.troupe.sql.exec.Fixture.plus;
import static dev.troupe.sql.exec.Fixture.ref;
import static dev.troupe.sql.exec.Fixture.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.troupe.protocol.spi.TxnRequest;
import dev.troupe.sql.catalog.ElementState;
import dev.troupe.sql.catalog.IndexDescriptor;
import dev.troupe.sql.catalog.TableDescriptor;
import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.kv.KvTransaction;
import dev.troupe.sql.plan.Column;
import dev.troupe.sql.plan.IndexAccess;
import dev.troupe.sql.plan.ModifyNode;
import dev.troupe.sql.plan.PlanNode;
import dev.troupe.sql.plan.RowLock;
import dev.troupe.sql.plan.SqlExpr;
import dev.troupe.sql.type.SqlType;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class TableChangeTest {
  private final Fixture fixture = new Fixture();
  private final TableDescriptor accounts =
      fixture.add(
          TestTables.table(16384, "accounts")
              .required("id", SqlType.INT4)
              .column("name", SqlType.TEXT)
              .column("balance", SqlType.INT4)
              .index("accounts_name_key", true, 2)
              .index("accounts_balance_idx", false, 3));

  private static @Nullable Object[] row(@Nullable Object... values) {
    return values;
  }

  static Consumer<SqlException> state(SqlState expected) {
    return e -> assertThat(e.state()).isEqualTo(expected);
  }

  private void insertThree() {
    assertThat(
            fixture.change(
                fixture.insert(accounts, row(1, "a", 10), row(2, "b", 20), row(3, null, 20))))
        .isEqualTo(3);
  }

  private PlanNode.Scan point(int id) {
    return fixture.scan(accounts, access(accounts.primary(), integer(id)));
  }

  @Test
  void shouldReadWhatWasInserted() {
    insertThree();
    assertThat(fixture.rows(fixture.scan(accounts)))
        .containsExactly(List.of(1, "a", 10), List.of(2, "b", 20), Arrays.asList(3, null, 20));
    assertThat(fixture.rows(point(2))).containsExactly(List.of(2, "b", 20));
    assertThat(fixture.rows(point(7))).isEmpty();
  }

  @Test
  void shouldFindRowsByTheirIndexes() {
    insertThree();
    IndexDescriptor byName = accounts.indexes().get(0);
    IndexDescriptor byBalance = accounts.indexes().get(1);
    assertThat(fixture.rows(fixture.scan(accounts, access(byName, text("b")))))
        .containsExactly(List.of(2, "b", 20));
    assertThat(fixture.rows(fixture.scan(accounts, access(byBalance, integer(20)))))
        .containsExactly(List.of(2, "b", 20), Arrays.asList(3, null, 20));
    assertThat(fixture.rows(fixture.scan(accounts, access(byName, text(null))))).isEmpty();
  }

  @Test
  void shouldReadOnlyTheIndexWhenItHasAllThatIsWanted() {
    insertThree();
    IndexDescriptor byBalance = accounts.indexes().get(1);
    Column id = fixture.column("id", SqlType.INT4);
    Column balance = fixture.column("balance", SqlType.INT4);
    var access =
        new IndexAccess(
            byBalance,
            List.of(
                new IndexAccess.KeyRange(
                    List.of(), new IndexAccess.Bound(integer(10), false), null)),
            true,
            true);
    var scan =
        new PlanNode.Scan(
            accounts, "a", List.of(balance, id), List.of(3, 1), access, null, RowLock.NONE, 0);
    fixture.store.asked.clear();
    assertThat(fixture.rows(scan)).containsExactly(List.of(20, 3), List.of(20, 2));
    assertThat(fixture.store.asked).hasSize(1);
  }

  @Test
  void shouldRefuseDuplicateKeys() {
    insertThree();
    assertThatThrownBy(() -> fixture.change(fixture.insert(accounts, row(2, "x", 0))))
        .isInstanceOfSatisfying(
            SqlException.class,
            e -> {
              assertThat(e.state()).isEqualTo(SqlState.UNIQUE_VIOLATION);
              assertThat(e.getMessage())
                  .isEqualTo("duplicate key value violates unique constraint \"accounts_pkey\"");
              assertThat(e.detail()).isEqualTo("Key (id)=(2) already exists.");
              assertThat(e.constraint()).isEqualTo("accounts_pkey");
              assertThat(e.table()).isEqualTo("accounts");
              assertThat(e.schema()).isEqualTo("public");
            });
    assertThatThrownBy(() -> fixture.change(fixture.insert(accounts, row(9, "b", 0))))
        .isInstanceOfSatisfying(
            SqlException.class,
            e -> assertThat(e.detail()).isEqualTo("Key (name)=(b) already exists."));
    assertThatThrownBy(
            () -> fixture.change(fixture.insert(accounts, row(8, "n", 0), row(9, "n", 0))))
        .isInstanceOfSatisfying(SqlException.class, state(SqlState.UNIQUE_VIOLATION));
    assertThat(fixture.change(fixture.insert(accounts, row(4, null, 0)))).isEqualTo(1);
  }

  @Test
  void shouldRefuseNullWhereThereMustBeAValue() {
    assertThatThrownBy(() -> fixture.change(fixture.insert(accounts, row(null, "x", 5))))
        .isInstanceOfSatisfying(
            SqlException.class,
            e -> {
              assertThat(e.state()).isEqualTo(SqlState.NOT_NULL_VIOLATION);
              assertThat(e.getMessage())
                  .isEqualTo(
                      "null value in column \"id\" of relation \"accounts\" violates not-null"
                          + " constraint");
              assertThat(e.detail()).isEqualTo("Failing row contains (null, x, 5).");
              assertThat(e.column()).isEqualTo("id");
            });
  }

  @Test
  void shouldCheckConditionsAndComputeGeneratedColumns() {
    List<Column> rows = fixture.columnsOf(accounts);
    SqlExpr positive = new SqlExpr.Not(Fixture.lt(ref(rows.get(2)), integer(0)));
    SqlExpr generated = plus(ref(rows.get(0)), integer(100));
    fixture.checks.put(
        accounts.id(),
        new ModifyNode.Checks(
            rows,
            Arrays.asList(null, null, generated),
            List.of(new ModifyNode.Check("positive", positive)),
            List.of(),
            List.of()));
    fixture.change(fixture.insert(accounts, row(1, "a", null)));
    assertThat(fixture.rows(fixture.scan(accounts))).containsExactly(List.of(1, "a", 101));
    assertThatThrownBy(() -> fixture.change(fixture.insert(accounts, row(-200, "b", null))))
        .isInstanceOfSatisfying(
            SqlException.class,
            e -> {
              assertThat(e.state()).isEqualTo(SqlState.CHECK_VIOLATION);
              assertThat(e.getMessage())
                  .isEqualTo(
                      "new row for relation \"accounts\" violates check constraint \"positive\"");
              assertThat(e.detail()).isEqualTo("Failing row contains (-200, b, -100).");
            });
  }

  @Test
  void shouldUpdateRowsAndTheirIndexes() {
    insertThree();
    PlanNode.Scan one = point(1);
    assertThat(fixture.change(fixture.update(accounts, one, 2, plus(ref(one, 2), integer(5)))))
        .isEqualTo(1);
    IndexDescriptor byBalance = accounts.indexes().get(1);
    assertThat(fixture.rows(fixture.scan(accounts, access(byBalance, integer(10))))).isEmpty();
    assertThat(fixture.rows(fixture.scan(accounts, access(byBalance, integer(15)))))
        .containsExactly(List.of(1, "a", 15));
  }

  @Test
  void shouldMoveKeysFromRowToRowWithinAStatement() {
    insertThree();
    PlanNode.Scan all = fixture.scan(accounts);
    assertThat(fixture.change(fixture.update(accounts, all, 0, plus(ref(all, 0), integer(1)))))
        .isEqualTo(3);
    assertThat(fixture.rows(fixture.scan(accounts)))
        .containsExactly(List.of(2, "a", 10), List.of(3, "b", 20), Arrays.asList(4, null, 20));
    assertThat(fixture.rows(fixture.scan(accounts, access(accounts.indexes().get(1), integer(20)))))
        .containsExactly(List.of(3, "b", 20), Arrays.asList(4, null, 20));
  }

  @Test
  void shouldNotMeetItsOwnRows() {
    insertThree();
    PlanNode.Scan byBalance = fixture.scan(accounts, access(accounts.indexes().get(1)));
    fixture.change(fixture.update(accounts, byBalance, 2, plus(ref(byBalance, 2), integer(1))));
    assertThat(fixture.rows(fixture.scan(accounts)))
        .containsExactly(List.of(1, "a", 11), List.of(2, "b", 21), Arrays.asList(3, null, 21));
  }

  @Test
  void shouldDeleteRowsAndAllTheirEntries() {
    insertThree();
    PlanNode.Scan all = fixture.scan(accounts);
    PlanNode some = filtered(all, eq(ref(all, 2), integer(20)));
    assertThat(fixture.change(fixture.delete(accounts, some))).isEqualTo(2);
    assertThat(fixture.rows(fixture.scan(accounts))).containsExactly(List.of(1, "a", 10));
    assertThat(fixture.store.content()).hasSize(3);
  }

  @Test
  void shouldReturnWhatItChanged() {
    insertThree();
    PlanNode.Scan one = point(2);
    List<Column> after = fixture.columnsOf(accounts);
    Column out = fixture.column("out", SqlType.INT4);
    ModifyNode.Update plain = fixture.update(accounts, one, 2, plus(ref(one, 2), integer(1)));
    var update =
        new ModifyNode.Update(
            accounts,
            plain.input(),
            plain.assignments(),
            plain.checks(),
            new ModifyNode.Returning(after, List.of(ref(after.get(2)), ref(one, 2))),
            List.of(out, out));
    assertThat(fixture.rows(update)).containsExactly(List.of(21, 20));
  }

  @Test
  void shouldDoNothingOrUpdateOnConflict() {
    insertThree();
    ModifyNode.Insert insert = fixture.insert(accounts, row(2, "z", 5), row(5, "e", 50));
    var nothing =
        new ModifyNode.Insert(
            accounts,
            insert.input(),
            insert.checks(),
            new ModifyNode.OnConflict(
                List.of(), fixture.columnsOf(accounts), fixture.columnsOf(accounts), null, null),
            null,
            List.of());
    assertThat(fixture.change(nothing)).isEqualTo(1);
    List<Column> existing = fixture.columnsOf(accounts);
    List<Column> excluded = fixture.columnsOf(accounts);
    var sum = plus(ref(existing.get(2)), ref(excluded.get(2)));
    var upsert =
        new ModifyNode.Insert(
            accounts,
            insert.input(),
            insert.checks(),
            new ModifyNode.OnConflict(
                List.of(accounts.primary()),
                existing,
                excluded,
                Arrays.asList(null, null, sum),
                null),
            null,
            List.of());
    assertThat(fixture.change(upsert)).isEqualTo(2);
    assertThat(fixture.rows(point(2))).containsExactly(List.of(2, "b", 25));
    assertThat(fixture.rows(point(5))).containsExactly(List.of(5, "e", 100));
    ModifyNode.Insert twice = fixture.insert(accounts, row(2, "z", 5), row(2, "z", 6));
    var affectsTwice =
        new ModifyNode.Insert(
            accounts, twice.input(), twice.checks(), upsert.conflict(), null, List.of());
    assertThatThrownBy(() -> fixture.change(affectsTwice))
        .isInstanceOfSatisfying(SqlException.class, state(SqlState.CARDINALITY_VIOLATION));
  }

  @Test
  void shouldUpdateTheRowThatAnotherUniqueIndexFinds() {
    insertThree();
    ModifyNode.Insert insert = fixture.insert(accounts, row(77, "b", 5));
    List<Column> existing = fixture.columnsOf(accounts);
    List<Column> excluded = fixture.columnsOf(accounts);
    List<Column> after = fixture.columnsOf(accounts);
    var upsert =
        new ModifyNode.Insert(
            accounts,
            insert.input(),
            insert.checks(),
            new ModifyNode.OnConflict(
                List.of(accounts.indexes().getFirst()),
                existing,
                excluded,
                Arrays.asList(null, null, ref(excluded.get(2))),
                Fixture.gt(ref(existing.get(2)), integer(10))),
            new ModifyNode.Returning(after, List.of(ref(after.get(0)), ref(after.get(2)))),
            List.of(after.get(0), after.get(2)));
    assertThat(fixture.rows(upsert)).containsExactly(List.of(2, 5));
  }

  @Test
  void shouldRunAChangeThatNobodyReadsAndNotShowItToTheRest() {
    insertThree();
    PlanNode.Scan two = point(2);
    List<Column> before = fixture.columnsOf(accounts);
    ModifyNode.Delete plain = fixture.delete(accounts, two);
    var delete =
        new ModifyNode.Delete(
            accounts,
            two,
            plain.checks(),
            new ModifyNode.Returning(before, List.of(ref(before.get(0)))),
            List.of(before.get(0)));
    PlanNode with =
        new PlanNode.With(
            List.of(new PlanNode.Cte(1, "gone", delete, null, false, true)),
            fixture.scan(accounts));
    KvTransaction kv = fixture.store.transactions().begin(Duration.ofMinutes(1));
    assertThat(fixture.rows(with, kv)).hasSize(3);
    assertThat(fixture.rows(fixture.scan(accounts), kv)).hasSize(2);
    PlanNode.Scan one = point(1);
    var moved =
        new ModifyNode.Delete(accounts, one, plain.checks(), delete.returning(), delete.output());
    PlanNode reading =
        new PlanNode.With(
            List.of(new PlanNode.Cte(2, "gone", moved, null, false, true)),
            new PlanNode.CteScan(2, "gone", List.of(fixture.column("id", SqlType.INT4))));
    assertThat(fixture.rows(reading, kv)).containsExactly(List.of(1));
  }

  @Test
  void shouldMakeRowIdsForTablesWithoutPrimaryKey() {
    TableDescriptor heap =
        fixture.add(
            TestTables.table(16390, "heap")
                .column("v", SqlType.TEXT)
                .hidden("rowid")
                .primaryKey(2));
    fixture.store.asked.clear();
    fixture.change(fixture.insert(heap, row("same", null), row("same", null)));
    assertThat(fixture.store.asked)
        .as("row ids are not looked for")
        .noneMatch(TxnRequest.Get.class::isInstance);
    assertThat(fixture.rows(fixture.scan(heap)))
        .containsExactly(List.of("same", 1L), List.of("same", 2L));
  }

  @Test
  void shouldKeepIndexesOnTheirWayAsTheirStateAllows() {
    TableDescriptor table =
        fixture.add(
            TestTables.table(16391, "t")
                .required("id", SqlType.INT4)
                .column("v", SqlType.INT4)
                .index("dead", false, ElementState.DELETE_ONLY, null, List.of(), 2)
                .index("filling", false, ElementState.WRITE_ONLY, null, List.of(), 2));
    fixture.change(fixture.insert(table, row(1, 7)));
    assertThat(fixture.store.content()).as("row and one entry").hasSize(2);
    PlanNode.Scan all = fixture.scan(table);
    fixture.change(fixture.update(table, all, 1, integer(8)));
    assertThat(fixture.store.content()).hasSize(2);
    fixture.change(fixture.delete(table, fixture.scan(table)));
    assertThat(fixture.store.content()).isEmpty();
  }

  @Test
  void shouldHoldOnlyWantedRowsInAPartialIndex() {
    TableDescriptor table =
        fixture.add(
            TestTables.table(16392, "t")
                .required("id", SqlType.INT4)
                .column("v", SqlType.INT4)
                .column("live", SqlType.BOOL)
                .index("live_v", true, ElementState.PUBLIC, "live", List.of(), 2));
    List<Column> rows = fixture.columnsOf(table);
    fixture.checks.put(
        table.id(),
        new ModifyNode.Checks(rows, List.of(), List.of(), List.of(ref(rows.get(2))), List.of()));
    fixture.change(fixture.insert(table, row(1, 7, true), row(2, 7, false)));
    assertThat(fixture.store.content()).hasSize(3);
    fixture.change(fixture.delete(table, fixture.scan(table, access(table.primary(), integer(2)))));
    assertThat(fixture.store.content()).as("the entry of the live row stays").hasSize(2);
    assertThatThrownBy(() -> fixture.change(fixture.insert(table, row(3, 7, true))))
        .isInstanceOfSatisfying(SqlException.class, state(SqlState.UNIQUE_VIOLATION));
    PlanNode.Scan live = fixture.scan(table);
    fixture.change(fixture.update(table, live, 2, constant(false, SqlType.BOOL)));
    assertThat(fixture.store.content()).hasSize(1);
  }
}
