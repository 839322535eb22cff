package dev.troupe.sql.exec;

import static dev.troupe.sql.exec.Fixture.eq;
import static dev.troupe.sql.exec.Fixture.integer;
import static dev.troupe.sql.exec.Fixture.lt;
import static dev.troupe.sql.exec.Fixture.plus;
import static dev.troupe.sql.exec.Fixture.ref;
import static dev.troupe.sql.exec.Fixture.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.troupe.sql.eval.AggregateFunction;
import dev.troupe.sql.plan.AggregateCall;
import dev.troupe.sql.plan.Column;
import dev.troupe.sql.plan.PlanNode;
import dev.troupe.sql.plan.PlanNode.SetKind;
import dev.troupe.sql.plan.SortKey;
import dev.troupe.sql.plan.SqlExpr;
import dev.troupe.sql.type.SqlArray;
import dev.troupe.sql.type.SqlType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Operators over rows of constants and of functions. */
final class OperatorTest {
  private final Fixture fixture = new Fixture();

  private PlanNode series(int from, int to) {
    return new PlanNode.FunctionScan(
        List.of(fixture.column("n", SqlType.INT4)),
        List.of(call(integer(from), integer(to))),
        false);
  }

  private static PlanNode.TableCall call(SqlExpr from, SqlExpr to) {
    return new PlanNode.TableCall(TestFunctions.series(), List.of(from, to));
  }

  private static SortKey ascending(SqlExpr expression) {
    return new SortKey(expression, false, false);
  }

  private static PlanNode limit(PlanNode input, @Nullable Integer count, @Nullable Integer skip) {
    return new PlanNode.Limit(input, integer(count), integer(skip), List.of());
  }

  // --- sorting and limits ----------------------------------------------------------------------

  @ParameterizedTest
  @ValueSource(longs = {0, 5, 100_000})
  void shouldSortWithNullsWhereTheyBelong(long limit) {
    PlanNode input = fixture.integers(row(2), row((Integer) null), row(1), row(3));
    var up = new PlanNode.Sort(input, List.of(ascending(ref(input, 0))), limit);
    var down = new PlanNode.Sort(input, List.of(new SortKey(ref(input, 0), true, true)), limit);
    assertThat(fixture.rows(up))
        .containsExactly(List.of(1), List.of(2), List.of(3), Arrays.asList((Object) null));
    assertThat(fixture.rows(down))
        .containsExactly(Arrays.asList((Object) null), List.of(3), List.of(2), List.of(1));
  }

  @ParameterizedTest
  @ValueSource(ints = {1 << 26, 300_000})
  void shouldSortMoreThanMemoryHolds(int budget) {
    Random random = new Random(7);
    @Nullable Integer[][] rows = new @Nullable Integer[20_000][];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = row(random.nextInt(500), i);
    }
    PlanNode input = fixture.integers(rows);
    // The order by a computed key makes rows longer while they are sorted.
    PlanNode sort =
        new PlanNode.Sort(input, List.of(ascending(plus(ref(input, 0), integer(1)))), 0);
    fixture.memory = new MemoryBudget(budget);
    Comparator<@Nullable Integer[]> order = Comparator.comparing(r -> r[0]);
    List<List<@Nullable Object>> expected =
        Arrays.stream(rows).sorted(order).map(r -> Arrays.asList((@Nullable Object[]) r)).toList();
    assertThat(fixture.rows(sort)).isEqualTo(expected);
    assertThat(fixture.memory.highest()).isLessThanOrEqualTo(budget);
  }

  @Test
  void shouldKeepTheFirstOfEqualRowsFirst() {
    PlanNode input = fixture.integers(row(1, 1), row(0, 2), row(1, 3), row(0, 4), row(1, 5));
    PlanNode sort = new PlanNode.Sort(input, List.of(ascending(ref(input, 0))), 0);
    assertThat(fixture.rows(limit(sort, 4, 0)))
        .containsExactly(List.of(0, 2), List.of(0, 4), List.of(1, 1), List.of(1, 3));
  }

  @Test
  void shouldSkipAndCut() {
    assertThat(fixture.rows(limit(series(1, 5000), 3, 2000)))
        .containsExactly(List.of(2001), List.of(2002), List.of(2003));
    assertThat(fixture.rows(limit(series(1, 5), null, 3))).containsExactly(List.of(4), List.of(5));
    assertThat(fixture.rows(limit(series(1, 5), 0, null))).isEmpty();
    assertThatThrownBy(() -> fixture.rows(limit(series(1, 5), -1, null)))
        .hasMessage("LIMIT must not be negative");
    assertThatThrownBy(() -> fixture.rows(limit(series(1, 5), 1, -1)))
        .hasMessage("OFFSET must not be negative");
  }

  @Test
  void shouldAddRowsThatAreEqualToTheLast() {
    PlanNode input = fixture.integers(row(1), row(2), row(2), row(2), row(3));
    var ties = new PlanNode.Limit(input, integer(2), null, List.of(ascending(ref(input, 0))));
    assertThat(fixture.rows(ties)).containsExactly(List.of(1), List.of(2), List.of(2), List.of(2));
  }

  // --- sets ------------------------------------------------------------------------------------

  @Test
  void shouldCombineSets() {
    PlanNode left = fixture.integers(row(1), row(1), row(1), row(2), row((Integer) null));
    PlanNode right = fixture.integers(row(1), row(1), row(3), row((Integer) null));
    assertThat(set(SetKind.UNION, true, left, right)).hasSize(9);
    assertThat(set(SetKind.UNION, false, left, right)).containsExactly(1, 2, null, 3);
    assertThat(set(SetKind.INTERSECT, true, left, right)).containsExactly(1, 1, null);
    assertThat(set(SetKind.INTERSECT, false, left, right)).containsExactly(1, null);
    assertThat(set(SetKind.EXCEPT, true, left, right)).containsExactly(1, 2);
    assertThat(set(SetKind.EXCEPT, false, left, right)).containsExactly(2);
  }

  private List<@Nullable Object> set(SetKind kind, boolean all, PlanNode left, PlanNode right) {
    List<@Nullable Object> values = new ArrayList<>();
    fixture
        .rows(new PlanNode.SetOperation(kind, all, left.output(), left, right))
        .forEach(row -> values.add(row.getFirst()));
    return values;
  }

  @Test
  void shouldKeepTheFirstOfEachKind() {
    PlanNode input = fixture.integers(row(1, 1), row(1, 2), row(2, 3), row(1, 4));
    assertThat(fixture.rows(new PlanNode.Distinct(input, List.of(ref(input, 0)), false)))
        .containsExactly(List.of(1, 1), List.of(2, 3));
    assertThat(fixture.rows(new PlanNode.Distinct(input, List.of(ref(input, 0)), true)))
        .containsExactly(List.of(1, 1), List.of(2, 3), List.of(1, 4));
  }

  // --- grouping --------------------------------------------------------------------------------

  private AggregateCall aggregate(AggregateFunction function, SqlExpr... arguments) {
    return new AggregateCall(
        fixture.column("agg", function.result()),
        function,
        List.of(arguments),
        false,
        List.of(),
        null);
  }

  private PlanNode group(
      PlanNode input,
      List<SqlExpr> by,
      @Nullable List<List<Integer>> sets,
      boolean sorted,
      AggregateCall... calls) {
    List<Column> output = new ArrayList<>();
    by.forEach(expression -> output.add(fixture.column("g", expression.type())));
    for (AggregateCall call : calls) {
      output.add(call.output());
    }
    if (sets != null) {
      output.add(fixture.column("set", SqlType.INT4));
    }
    return new PlanNode.Aggregate(input, output, by, sets, List.of(calls), sorted);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void shouldGroupRows(boolean sorted) {
    PlanNode input =
        fixture.integers(row(1, 10), row(1, 20), row(2, null), row(null, 5), row(null, 6));
    PlanNode grouped =
        group(
            input,
            List.of(ref(input, 0)),
            null,
            sorted,
            aggregate(TestFunctions.sum(), ref(input, 1)),
            aggregate(TestFunctions.count()));
    assertThat(fixture.rows(grouped))
        .containsExactly(
            List.of(1, 30L, 2L), Arrays.asList(2, null, 1L), Arrays.asList(null, 11L, 2L));
  }

  @Test
  void shouldGroupNothingIntoOneGroupWithoutColumnsAndNoneWith() {
    PlanNode none = new PlanNode.Values(fixture.integers(row(1)).output(), List.of());
    assertThat(fixture.rows(group(none, List.of(), null, false, aggregate(TestFunctions.count()))))
        .containsExactly(List.of(0L));
    assertThat(
            fixture.rows(
                group(none, List.of(ref(none, 0)), null, false, aggregate(TestFunctions.count()))))
        .isEmpty();
  }

  @Test
  void shouldGroupBySeveralSets() {
    PlanNode input = fixture.integers(row(1, 1, 10), row(1, 2, 20), row(2, 1, 30));
    PlanNode rollup =
        group(
            input,
            List.of(ref(input, 0), ref(input, 1)),
            List.of(List.of(0, 1), List.of(1), List.of()),
            false,
            aggregate(TestFunctions.sum(), ref(input, 2)));
    assertThat(fixture.rows(rollup))
        .containsExactly(
            List.of(1, 1, 10L, 0),
            List.of(1, 2, 20L, 0),
            List.of(2, 1, 30L, 0),
            Arrays.asList(null, 1, 40L, 1),
            Arrays.asList(null, 2, 20L, 1),
            Arrays.asList(null, null, 60L, 2));
  }

  @Test
  void shouldTakeDistinctOrderedAndChosenValues() {
    PlanNode input = fixture.integers(row(3), row(1), row(3), row((Integer) null), row(2));
    AggregateFunction agg = TestFunctions.arrayAgg(SqlType.INT4);
    SqlExpr value = ref(input, 0);
    Column out = fixture.column("out", agg.result());
    var distinct = new AggregateCall(out, agg, List.of(value), true, List.of(), null);
    var ordered =
        new AggregateCall(
            fixture.column("out", agg.result()),
            agg,
            List.of(value),
            false,
            List.of(new SortKey(value, true, false)),
            lt(value, integer(3)));
    assertThat(fixture.rows(group(input, List.of(), null, false, distinct, ordered)))
        .containsExactly(
            List.of(SqlArray.of(SqlType.INT4, 1, 2, 3, null), SqlArray.of(SqlType.INT4, 2, 1)));
  }

  @Test
  void shouldCountWhatAggregatesKeep() {
    PlanNode input = series(1, 100_000);
    PlanNode all =
        group(
            input,
            List.of(),
            null,
            false,
            aggregate(TestFunctions.arrayAgg(SqlType.INT4), ref(input, 0)));
    fixture.memory = new MemoryBudget(1 << 20);
    assertThatThrownBy(() -> fixture.rows(all)).hasMessage("out of memory");
  }

  // --- functions and common table expressions --------------------------------------------------

  @Test
  void shouldRunFunctionsSideBySide() {
    var scan =
        new PlanNode.FunctionScan(
            List.of(
                fixture.column("a", SqlType.INT4),
                fixture.column("b", SqlType.INT4),
                fixture.column("n", SqlType.INT8)),
            List.of(call(integer(1), integer(2)), call(integer(7), integer(9))),
            true);
    assertThat(fixture.rows(scan))
        .containsExactly(List.of(1, 7, 1L), List.of(2, 8, 2L), Arrays.asList(null, 9, 3L));
  }

  @Test
  void shouldCallFunctionsForEachRow() {
    PlanNode input = fixture.integers(row(2), row(0), row((Integer) null), row(1));
    var set =
        new PlanNode.ProjectSet(
            input,
            List.of(fixture.column("x", SqlType.INT4), fixture.column("s", SqlType.INT4)),
            List.of(
                new PlanNode.SetItem(ref(input, 0), null),
                new PlanNode.SetItem(null, call(integer(1), ref(input, 0)))));
    assertThat(fixture.rows(set)).containsExactly(List.of(2, 1), List.of(2, 2), List.of(1, 1));
  }

  private PlanNode recursive(boolean distinct, SqlExpr seed, int bound) {
    Column n = fixture.column("n", SqlType.INT4);
    var base = new PlanNode.Values(List.of(n), List.of(List.of(seed), List.of(seed)));
    Column last = fixture.column("n", SqlType.INT4);
    PlanNode round = new PlanNode.CteScan(1, "t", List.of(last));
    var next =
        new PlanNode.Project(
            new PlanNode.Filter(round, lt(ref(last), integer(bound))),
            List.of(fixture.column("n", SqlType.INT4)),
            List.of(plus(ref(last), integer(1))));
    Column out = fixture.column("n", SqlType.INT4);
    return new PlanNode.With(
        List.of(cte(base, next, distinct)), new PlanNode.CteScan(1, "t", List.of(out)));
  }

  private static PlanNode.Cte cte(PlanNode query, @Nullable PlanNode next, boolean distinct) {
    return new PlanNode.Cte(1, "t", query, next, distinct, false);
  }

  @Test
  void shouldRecurUntilNothingIsNew() {
    assertThat(fixture.rows(recursive(true, integer(1), 4)))
        .containsExactly(List.of(1), List.of(2), List.of(3), List.of(4));
    assertThat(fixture.rows(recursive(false, integer(3), 4))).hasSize(4);
  }

  @Test
  void shouldRecurNoFurtherThanIsWanted() {
    PlanNode endless = recursive(false, integer(1), Integer.MAX_VALUE);
    assertThat(fixture.rows(limit(endless, 3, 4)))
        .containsExactly(List.of(3), List.of(3), List.of(4));
  }

  @Test
  void shouldComputeACommonTableOnce() {
    int[] calls = {0};
    PlanNode input = fixture.integers(row(1), row(2));
    var counted =
        new PlanNode.Project(
            input,
            List.of(fixture.column("x", SqlType.INT4)),
            List.of(
                new SqlExpr.Call(
                    TestFunctions.counting(calls),
                    List.of(ref(input, 0), integer(0)),
                    SqlType.INT4)));
    var first = new PlanNode.CteScan(1, "t", List.of(fixture.column("x", SqlType.INT4)));
    var second = new PlanNode.CteScan(1, "t", List.of(fixture.column("x", SqlType.INT4)));
    var join =
        new PlanNode.Join(
            PlanNode.JoinKind.INNER, first, second, eq(ref(first, 0), ref(second, 0)));
    assertThat(fixture.rows(new PlanNode.With(List.of(cte(counted, null, false)), join)))
        .containsExactly(List.of(1, 1), List.of(2, 2));
    assertThat(calls[0]).isEqualTo(2);
  }

  @Test
  void shouldCountWhatStepsDo() {
    PlanNode input = series(1, 10);
    PlanNode filter = new PlanNode.Filter(input, lt(ref(input, 0), integer(4)));
    long[] now = {0};
    Profile profile = new Profile(() -> now[0]++);
    fixture.profile = profile;
    fixture.rows(filter);
    Profile.Counters outer = Objects.requireNonNull(profile.of(filter));
    Profile.Counters inner = Objects.requireNonNull(profile.of(input));
    assertThat(outer.rows()).isEqualTo(3);
    assertThat(inner.rows()).isEqualTo(10);
    assertThat(inner.loops()).isEqualTo(1);
    assertThat(outer.nanos()).isGreaterThan(inner.nanos());
  }
}
