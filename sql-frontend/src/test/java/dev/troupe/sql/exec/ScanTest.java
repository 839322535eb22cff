package dev.troupe.sql.exec;

import static dev.troupe.sql.exec.Fixture.access;
import static dev.troupe.sql.exec.Fixture.constant;
import static dev.troupe.sql.exec.Fixture.eq;
import static dev.troupe.sql.exec.Fixture.integer;
import static dev.troupe.sql.exec.Fixture.ref;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.spi.TxnRequest;
import dev.troupe.protocol.spi.TxnResponse;
import dev.troupe.sql.catalog.Catalog;
import dev.troupe.sql.catalog.TableDescriptor;
import dev.troupe.sql.catalog.VirtualTable;
import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.eval.EvalContext;
import dev.troupe.sql.kv.Cancellation;
import dev.troupe.sql.kv.KvTransaction;
import dev.troupe.sql.plan.Column;
import dev.troupe.sql.plan.IndexAccess;
import dev.troupe.sql.plan.PlanNode;
import dev.troupe.sql.plan.RowLock;
import dev.troupe.sql.plan.SqlExpr;
import dev.troupe.sql.type.SqlType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class ScanTest {
  private final Fixture fixture = new Fixture();
  private final TableDescriptor table =
      fixture.add(
          TestTables.table(16384, "t")
              .required("id", SqlType.INT4)
              .column("v", SqlType.INT4)
              .index("v_idx", false, 2));

  @BeforeEach
  void insert() {
    @Nullable Object[][] rows = new @Nullable Object[1000][];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = new @Nullable Object[] {i, i / 10};
    }
    fixture.change(fixture.insert(table, rows));
    fixture.store.asked.clear();
  }

  private static IndexAccess.KeyRange range(@Nullable SqlExpr lower, @Nullable SqlExpr upper) {
    return new IndexAccess.KeyRange(
        List.of(),
        lower == null ? null : new IndexAccess.Bound(lower, true),
        upper == null ? null : new IndexAccess.Bound(upper, false));
  }

  private static SqlExpr parameter(int index) {
    return new SqlExpr.Parameter(index, SqlType.INT4);
  }

  private PlanNode.Scan locked(PlanNode.Scan scan, @Nullable SqlExpr filter, RowLock lock) {
    return new PlanNode.Scan(
        table, "t", scan.output(), scan.columns(), scan.access(), filter, lock, 0);
  }

  @Test
  void shouldReadRangesInBothDirections() {
    for (boolean reverse : new boolean[] {false, true}) {
      var access =
          new IndexAccess(table.primary(), List.of(range(integer(10), integer(13))), reverse, true);
      assertThat(fixture.rows(fixture.scan(table, access)).stream().map(List::getFirst))
          .containsExactlyElementsOf(reverse ? List.of(12, 11, 10) : List.of(10, 11, 12));
    }
  }

  @Test
  void shouldGiveNoRowTwiceWhenRangesOverlap() {
    fixture.context = new TestContext(Arrays.asList(5, 5, null));
    var keys =
        new IndexAccess(
            table.primary(),
            List.of(
                new IndexAccess.KeyRange(List.of(parameter(0)), null, null),
                new IndexAccess.KeyRange(List.of(parameter(1)), null, null),
                new IndexAccess.KeyRange(List.of(parameter(2)), null, null)),
            false,
            true);
    assertThat(fixture.rows(fixture.scan(table, keys))).containsExactly(List.of(5, 0));
    var spans =
        new IndexAccess(
            table.primary(),
            List.of(range(integer(10), integer(20)), range(integer(15), integer(22))),
            false,
            true);
    assertThat(fixture.rows(fixture.scan(table, spans))).hasSize(12);
  }

  /** Borders of ranges after 250, 500, and 750 rows. */
  private List<Key> divide() {
    List<Key> keys = List.copyOf(fixture.store.content().keySet());
    List<Key> borders = List.of(keys.get(250), keys.get(500), keys.get(750));
    fixture.store.borders.addAll(borders);
    return borders;
  }

  private List<Key> begins() {
    return fixture.store.asked.stream().map(a -> ((TxnRequest.Scan) a).span().start()).toList();
  }

  @Test
  void shouldReadRangesSideBySideWhenNoOrderIsWanted() {
    List<Key> borders = divide();
    var any = new IndexAccess(table.primary(), List.of(), false, true).inAnyOrder();
    assertThat(fixture.rows(fixture.scan(table, any)).stream().map(row -> (int) row.getFirst()))
        .containsExactlyInAnyOrderElementsOf(IntStream.range(0, 1000).boxed().toList());
    // The first page, the one after it, and all other ranges before anything else of the first one.
    assertThat(begins().subList(2, 5)).isEqualTo(borders);
  }

  @Test
  void shouldReadRangesOneAfterTheOtherWhenTheirOrderMatters() {
    List<Key> borders = divide();
    var order = new IndexAccess(table.primary(), List.of(), false, true);
    assertThat(fixture.rows(fixture.scan(table, order)).stream().map(row -> (int) row.getFirst()))
        .containsExactlyElementsOf(IntStream.range(0, 1000).boxed().toList());
    assertThat(begins()).doesNotContainAnyElementsOf(borders);
    fixture.store.asked.clear();
    fixture.rows(locked(fixture.scan(table, order.inAnyOrder()), null, RowLock.WAIT));
    assertThat(begins()).doesNotContainAnyElementsOf(borders);
  }

  @Test
  void shouldNotAskFurtherRangesWhenTheFirstPageIsAll() {
    divide();
    var few =
        new IndexAccess(table.primary(), List.of(range(integer(10), integer(13))), false, true)
            .inAnyOrder();
    assertThat(fixture.rows(fixture.scan(table, few))).hasSize(3);
    assertThat(fixture.store.asked).hasSize(1);
  }

  @Test
  void shouldAskForNoMoreThanALimit() {
    PlanNode.Scan all = fixture.scan(table);
    var five =
        new PlanNode.Scan(table, "t", all.output(), all.columns(), null, null, RowLock.NONE, 5);
    fixture.rows(new PlanNode.Limit(five, integer(5), null, List.of()));
    assertThat(fixture.store.asked)
        .singleElement()
        .isInstanceOfSatisfying(
            TxnRequest.Scan.class, scan -> assertThat(scan.maxRows()).isEqualTo(5));
  }

  @Test
  void shouldAskForNoMoreThanALimitThatIsAParameter() {
    fixture.context = new TestContext(List.of(3L));
    PlanNode.Scan all = fixture.scan(table);
    var project =
        new PlanNode.Project(
            all, List.of(fixture.column("id", SqlType.INT4)), List.of(ref(all, 0)));
    SqlExpr count = new SqlExpr.Parameter(0, SqlType.INT8);
    assertThat(fixture.rows(new PlanNode.Limit(project, count, integer(2), List.of())))
        .containsExactly(List.of(2), List.of(3), List.of(4));
    assertThat(fixture.store.asked)
        .singleElement()
        .isInstanceOfSatisfying(
            TxnRequest.Scan.class, scan -> assertThat(scan.maxRows()).isEqualTo(5));
  }

  @Test
  void shouldReadOneKeyOutsideOfATransaction() {
    fixture.context = new TestContext(List.of(7));
    PlanNode.Scan point = fixture.scan(table, access(table.primary(), parameter(0)));
    PreparedPlan plan = PreparedPlan.of(point);
    assertThat(plan.readsOneKey()).isTrue();
    KvTransaction kv =
        fixture
            .store
            .transactions()
            .readOne(Key.of("witness"), Duration.ofSeconds(1), new Cancellation());
    assertThat(fixture.rows(point, kv)).containsExactly(List.of(7, 0));
    assertThat(fixture.store.asked).hasSize(1);
    assertThat(PreparedPlan.of(fixture.scan(table)).readsOneKey()).isFalse();
    PlanNode.Scan other = fixture.scan(table, access(table.indexes().getFirst(), integer(1)));
    assertThat(PreparedPlan.of(other).readsOneKey()).isFalse();
    assertThat(PreparedPlan.of(locked(point, null, RowLock.WAIT)).readsOneKey()).isFalse();
    SqlExpr subquery = new SqlExpr.Exists(fixture.scan(table), false);
    assertThat(PreparedPlan.of(new PlanNode.Filter(point, subquery)).readsOneKey()).isFalse();
  }

  @Test
  void shouldRunAPreparedPlanAgainWithOtherParameters() {
    PreparedPlan plan = PreparedPlan.of(fixture.scan(table, access(table.primary(), parameter(0))));
    for (int id : new int[] {3, 900, 5000}) {
      fixture.context = new TestContext(List.of(id));
      KvTransaction kv = fixture.store.transactions().begin(Duration.ofSeconds(1));
      try (RowSource rows = plan.open(fixture.exec(kv))) {
        RowBatch batch = rows.nextBatch();
        assertThat(batch == null ? null : batch.row(0)[0]).isEqualTo(id == 5000 ? null : id);
      }
    }
  }

  @Test
  void shouldLockOnlyRowsThatAreWanted() {
    PlanNode.Scan all = fixture.scan(table);
    SqlExpr wanted = eq(ref(all, 1), integer(50));
    assertThat(fixture.rows(locked(all, wanted, RowLock.WAIT))).hasSize(10);
    assertThat(
            fixture.store.asked.stream()
                .filter(
                    request ->
                        request instanceof TxnRequest.Get get
                            && get.lock() == TxnRequest.Lock.WAIT))
        .hasSize(10);
    assertThat(fixture.store.asked)
        .noneMatch(
            request ->
                request instanceof TxnRequest.Scan scan && scan.lock() != TxnRequest.Lock.NONE);
  }

  private List<PlanNode.Locked> key(PlanNode.Scan scan) {
    return List.of(new PlanNode.Locked(table, List.of(ref(scan, 0)), RowLock.WAIT));
  }

  @Test
  void shouldLockNoMoreThanALimitLetsThrough() {
    PlanNode.Scan all = fixture.scan(table);
    var lockRows = new PlanNode.LockRows(all, key(all));
    assertThat(fixture.rows(new PlanNode.Limit(lockRows, integer(3), null, List.of()))).hasSize(3);
    assertThat(
            fixture.store.asked.stream()
                .filter(
                    request ->
                        request instanceof TxnRequest.Get get
                            && get.lock() == TxnRequest.Lock.WAIT))
        .hasSize(3);
  }

  @Test
  void shouldLockAKnownKeyAsItIsRead() {
    PlanNode.Scan point = fixture.scan(table, access(table.primary(), integer(3)));
    var lockRows = new PlanNode.LockRows(point, key(point));
    assertThat(fixture.rows(lockRows)).hasSize(1);
    assertThat(fixture.store.asked)
        .singleElement()
        .isInstanceOfSatisfying(
            TxnRequest.Get.class, get -> assertThat(get.lock()).isEqualTo(TxnRequest.Lock.WAIT));
  }

  @Test
  void shouldLockARowThatItWillChangeBeforeItReadsIt() {
    PlanNode.Scan point = fixture.scan(table, access(table.primary(), integer(3)));
    fixture.change(fixture.update(table, point, 1, integer(7)));
    assertThat(fixture.store.asked.getFirst())
        .isInstanceOfSatisfying(
            TxnRequest.Get.class, get -> assertThat(get.lock()).isEqualTo(TxnRequest.Lock.WAIT));
    fixture.store.asked.clear();
    fixture.change(fixture.update(table, fixture.scan(table), 1, integer(7)));
    assertThat(fixture.store.asked)
        .noneMatch(
            request ->
                request instanceof TxnRequest.Scan scan && scan.lock() != TxnRequest.Lock.NONE);
  }

  @Test
  void shouldNameTheTableWhoseRowIsLocked() {
    fixture.store.script.add(
        Optional.of(new TxnResponse.Failed(ErrorCode.LOCK_NOT_AVAILABLE, "held")));
    PlanNode.Scan point = fixture.scan(table, access(table.primary(), integer(3)));
    assertThatThrownBy(() -> fixture.rows(locked(point, null, RowLock.NO_WAIT)))
        .isInstanceOfSatisfying(
            SqlException.class,
            e -> {
              assertThat(e.state()).isEqualTo(SqlState.LOCK_NOT_AVAILABLE);
              assertThat(e.getMessage())
                  .isEqualTo("could not obtain lock on row in relation \"t\"");
            });
  }

  /** Knows numbers and their squares, and which of them it was asked for. */
  private static final class Squares implements VirtualTable {
    private final List<Map<Integer, Object>> asked = new ArrayList<>();

    @Override
    public long id() {
      return 1;
    }

    @Override
    public String schema() {
      return "pg_catalog";
    }

    @Override
    public String name() {
      return "squares";
    }

    @Override
    public List<String> columnNames() {
      return List.of("n", "square");
    }

    @Override
    public List<SqlType> columnTypes() {
      return List.of(SqlType.INT4, SqlType.INT4);
    }

    @Override
    public Iterator<@Nullable Object[]> rows(Catalog catalog, EvalContext context) {
      return IntStream.range(0, 5).mapToObj(n -> new @Nullable Object[] {n, n * n}).iterator();
    }

    @Override
    public Iterator<@Nullable Object[]> rowsWhere(
        Map<Integer, Object> equal, Catalog catalog, EvalContext context) {
      asked.add(equal);
      return rows(catalog, context);
    }
  }

  @Test
  void shouldTellVirtualTablesWhichRowsAreWanted() {
    Squares squares = new Squares();
    Column square = fixture.column("square", SqlType.INT4);
    var scan =
        new PlanNode.VirtualScan(squares, List.of(square), List.of(1), eq(integer(9), ref(square)));
    assertThat(fixture.rows(scan)).containsExactly(List.of(9));
    assertThat(squares.asked).containsExactly(Map.of(1, 9));
  }

  @Test
  void shouldFindNothingForANull() {
    PlanNode.Scan point =
        fixture.scan(table, access(table.primary(), constant(null, SqlType.INT4)));
    assertThat(fixture.rows(point)).isEmpty();
    var access =
        new IndexAccess(
            table.primary(), List.of(range(constant(null, SqlType.INT4), null)), false, true);
    assertThat(fixture.rows(fixture.scan(table, access))).isEmpty();
    assertThat(fixture.store.asked).isEmpty();
  }
}
