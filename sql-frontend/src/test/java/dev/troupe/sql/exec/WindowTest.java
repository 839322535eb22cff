package dev.troupe.sql.exec;

import static dev.troupe.sql.exec.Fixture.integer;
import static dev.troupe.sql.exec.Fixture.ref;
import static dev.troupe.sql.exec.Fixture.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.troupe.sql.eval.AggregateFunction;
import dev.troupe.sql.eval.WindowFunction;
import dev.troupe.sql.plan.Column;
import dev.troupe.sql.plan.PlanNode;
import dev.troupe.sql.plan.SortKey;
import dev.troupe.sql.plan.SqlExpr;
import dev.troupe.sql.plan.WindowCall;
import dev.troupe.sql.plan.WindowCall.BoundKind;
import dev.troupe.sql.plan.WindowCall.Exclude;
import dev.troupe.sql.plan.WindowCall.Frame;
import dev.troupe.sql.plan.WindowCall.Unit;
import dev.troupe.sql.type.Interval;
import dev.troupe.sql.type.SqlType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class WindowTest {
  private static final Frame DEFAULT =
      frame(Unit.RANGE, BoundKind.UNBOUNDED_PRECEDING, null, BoundKind.CURRENT_ROW, null);

  private final Fixture fixture = new Fixture();

  private static Frame frame(
      Unit unit,
      BoundKind start,
      @Nullable Integer startOffset,
      BoundKind end,
      @Nullable Integer endOffset) {
    return new Frame(
        unit,
        start,
        startOffset == null ? null : integer(startOffset),
        end,
        endOffset == null ? null : integer(endOffset),
        Exclude.NOTHING);
  }

  private WindowCall call(WindowFunction function, Frame frame, SqlExpr... arguments) {
    return new WindowCall(
        fixture.column("w", function.result()), function, null, List.of(arguments), null, frame);
  }

  private WindowCall call(AggregateFunction function, Frame frame, SqlExpr... arguments) {
    return new WindowCall(
        fixture.column("w", function.result()), null, function, List.of(arguments), null, frame);
  }

  private static PlanNode window(
      PlanNode input, @Nullable SqlExpr partition, List<SortKey> order, WindowCall... calls) {
    List<Column> output = new ArrayList<>(input.output());
    for (WindowCall call : calls) {
      output.add(call.output());
    }
    return new PlanNode.Window(
        input, output, partition == null ? List.of() : List.of(partition), order, List.of(calls));
  }

  private List<@Nullable Object> last(PlanNode plan) {
    List<@Nullable Object> values = new ArrayList<>();
    fixture.rows(plan).forEach(row -> values.add(row.getLast()));
    return values;
  }

  @Test
  void shouldNumberAndRankWithinPartitions() {
    PlanNode input = fixture.integers(row(1, 20), row(2, 5), row(1, 10), row(1, 20));
    PlanNode plan =
        window(
            input,
            ref(input, 0),
            List.of(new SortKey(ref(input, 1), false, false)),
            call(TestFunctions.rowNumber(), DEFAULT),
            call(TestFunctions.rank(), DEFAULT),
            call(TestFunctions.sum(), DEFAULT, ref(input, 1)));
    assertThat(fixture.rows(plan))
        .containsExactly(
            List.of(1, 10, 1L, 1L, 10L),
            List.of(1, 20, 2L, 2L, 50L),
            List.of(1, 20, 3L, 2L, 50L),
            List.of(2, 5, 1L, 1L, 5L));
  }

  @Test
  void shouldSlideOverRowsRangesAndGroups() {
    PlanNode input = fixture.integers(row(1), row(2), row(2), row(4), row(7));
    List<SortKey> order = List.of(new SortKey(ref(input, 0), false, false));
    assertThat(sums(input, order, Unit.ROWS)).containsExactly(3L, 5L, 8L, 13L, 11L);
    assertThat(sums(input, order, Unit.RANGE)).containsExactly(5L, 5L, 5L, 4L, 7L);
    assertThat(sums(input, order, Unit.GROUPS)).containsExactly(5L, 9L, 9L, 15L, 11L);
    List<SortKey> down = List.of(new SortKey(ref(input, 0), true, true));
    assertThat(sums(input, down, Unit.RANGE)).containsExactly(7L, 4L, 5L, 5L, 5L);
  }

  private List<@Nullable Object> sums(PlanNode input, List<SortKey> order, Unit unit) {
    Frame around = frame(unit, BoundKind.PRECEDING, 1, BoundKind.FOLLOWING, 1);
    return last(window(input, null, order, call(TestFunctions.sum(), around, ref(input, 0))));
  }

  @Test
  void shouldTakeNullsForPeersOfEachOtherInRanges() {
    PlanNode input = fixture.integers(row(1), row(2), row((Integer) null), row((Integer) null));
    List<SortKey> order = List.of(new SortKey(ref(input, 0), false, false));
    Frame around = frame(Unit.RANGE, BoundKind.PRECEDING, 1, BoundKind.FOLLOWING, 1);
    assertThat(last(window(input, null, order, call(TestFunctions.count(), around))))
        .containsExactly(2L, 2L, 2L, 2L);
  }

  @Test
  void shouldLeaveFramesEmptyThatLieOutside() {
    PlanNode input = fixture.integers(row(1), row(2), row(3));
    List<SortKey> order = List.of(new SortKey(ref(input, 0), false, false));
    Frame ahead = frame(Unit.ROWS, BoundKind.FOLLOWING, 1, BoundKind.FOLLOWING, 1);
    assertThat(
            last(
                window(
                    input,
                    null,
                    order,
                    call(TestFunctions.firstValue(SqlType.INT4), ahead, ref(input, 0)))))
        .isEqualTo(Arrays.asList(2, 3, null));
    assertThat(last(window(input, null, order, call(TestFunctions.count(), ahead))))
        .containsExactly(1L, 1L, 0L);
  }

  @Test
  void shouldLeaveOutWhatIsExcluded() {
    PlanNode input = fixture.integers(row(1), row(2), row(2));
    List<SortKey> order = List.of(new SortKey(ref(input, 0), false, false));
    List<List<@Nullable Object>> results = new ArrayList<>();
    for (Exclude exclude : Exclude.values()) {
      Frame all =
          new Frame(
              Unit.ROWS,
              BoundKind.UNBOUNDED_PRECEDING,
              null,
              BoundKind.UNBOUNDED_FOLLOWING,
              null,
              exclude);
      results.add(last(window(input, null, order, call(TestFunctions.sum(), all, ref(input, 0)))));
    }
    assertThat(results)
        .containsExactly(
            List.of(5L, 5L, 5L), List.of(4L, 3L, 3L), List.of(4L, 1L, 1L), List.of(5L, 3L, 3L));
  }

  @Test
  void shouldReckonWithSpansOfTime() {
    Column day = fixture.column("day", SqlType.DATE);
    List<List<SqlExpr>> rows = new ArrayList<>();
    // 30 and 31 January, 28 February and 1 March 2001; infinity.
    for (int date : new int[] {395, 396, 424, 425, Integer.MAX_VALUE}) {
      rows.add(List.of(Fixture.constant(date, SqlType.DATE)));
    }
    PlanNode input = new PlanNode.Values(List.of(day), rows);
    SqlExpr month = Fixture.constant(new Interval(1, 0, 0), SqlType.INTERVAL);
    Frame frame =
        new Frame(
            Unit.RANGE, BoundKind.CURRENT_ROW, null, BoundKind.FOLLOWING, month, Exclude.NOTHING);
    List<SortKey> order = List.of(new SortKey(ref(day), false, false));
    assertThat(last(window(input, null, order, call(TestFunctions.count(), frame))))
        .containsExactly(3L, 2L, 2L, 1L, 1L);
  }

  @Test
  void shouldRefuseOffsetsThatMakeNoSense() {
    PlanNode input = fixture.integers(row(1));
    List<SortKey> order = List.of(new SortKey(ref(input, 0), false, false));
    Frame negative = frame(Unit.ROWS, BoundKind.PRECEDING, -1, BoundKind.CURRENT_ROW, null);
    assertThatThrownBy(
            () -> fixture.rows(window(input, null, order, call(TestFunctions.count(), negative))))
        .hasMessage("frame starting offset must not be negative");
    Frame unknown =
        new Frame(
            Unit.ROWS,
            BoundKind.CURRENT_ROW,
            null,
            BoundKind.FOLLOWING,
            integer(null),
            Exclude.NOTHING);
    assertThatThrownBy(
            () -> fixture.rows(window(input, null, order, call(TestFunctions.count(), unknown))))
        .hasMessage("frame ending offset must not be null");
  }

  @ParameterizedTest
  @EnumSource(Unit.class)
  void shouldGiveTheSameWhetherAFunctionCanTakeOutOrNot(Unit unit) {
    Random random = new Random(unit.ordinal());
    @Nullable Integer[][] rows = new @Nullable Integer[60][];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = row(random.nextInt(3), random.nextInt(20));
    }
    PlanNode input = fixture.integers(rows);
    List<SortKey> order = List.of(new SortKey(ref(input, 1), false, false));
    for (int before = 0; before < 4; before++) {
      Frame around = frame(unit, BoundKind.PRECEDING, before, BoundKind.FOLLOWING, 2);
      PlanNode plan =
          window(
              input,
              ref(input, 0),
              order,
              call(TestFunctions.sum(), around, ref(input, 1)),
              call(TestFunctions.stubbornSum(), around, ref(input, 1)));
      assertThat(fixture.rows(plan)).allSatisfy(r -> assertThat(r.get(2)).isEqualTo(r.get(3)));
    }
  }
}
