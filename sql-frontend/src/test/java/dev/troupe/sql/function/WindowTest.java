package dev.troupe.sql.function;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.troupe.sql.eval.WindowFunction;
import dev.troupe.sql.type.SqlType;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Window functions over the values 10, 20, 20, 30, 40: ordered, with one pair of peers. */
class WindowTest {
  private static final List<Integer> VALUES = List.of(10, 20, 20, 30, 40);

  private final TestContext context = new TestContext("UTC");

  /** The default frame: from the partition's start to the last peer. */
  private record Partition(int currentRow, List<@Nullable Object> more, int withoutRow)
      implements WindowFunction.Frame {
    @Override
    public int partitionRows() {
      return VALUES.size();
    }

    @Override
    public int peersStart() {
      return VALUES.indexOf(VALUES.get(currentRow));
    }

    @Override
    public int peersEnd() {
      return VALUES.lastIndexOf(VALUES.get(currentRow)) + 1;
    }

    @Override
    public int frameStart() {
      return 0;
    }

    @Override
    public int frameEnd() {
      return peersEnd();
    }

    @Override
    public boolean excluded(int row) {
      return row == withoutRow;
    }

    @Override
    public int peerGroup() {
      return (int) VALUES.stream().distinct().filter(v -> v < VALUES.get(currentRow)).count();
    }

    @Override
    public int arguments() {
      return 1 + more.size();
    }

    @Override
    public @Nullable Object argument(int argument, int row) {
      return argument == 0 ? VALUES.get(row) : more.get(argument - 1);
    }
  }

  private List<@Nullable Object> over(String name, List<SqlType> types, @Nullable Object... more) {
    WindowFunction function = FunctionRegistry.builtin().resolveWindow(name, types).function();
    List<@Nullable Object> results = new ArrayList<>();
    for (int row = 0; row < VALUES.size(); row++) {
      results.add(function.compute(new Partition(row, java.util.Arrays.asList(more), -1), context));
    }
    return results;
  }

  @Test
  void shouldNumberAndRankRows() {
    assertThat(over("row_number", List.of())).containsExactly(1L, 2L, 3L, 4L, 5L);
    assertThat(over("rank", List.of())).containsExactly(1L, 2L, 2L, 4L, 5L);
    assertThat(over("dense_rank", List.of())).containsExactly(1L, 2L, 2L, 3L, 4L);
    assertThat(over("percent_rank", List.of())).containsExactly(0.0, 0.25, 0.25, 0.75, 1.0);
    assertThat(over("cume_dist", List.of())).containsExactly(0.2, 0.6, 0.6, 0.8, 1.0);
  }

  @Test
  void shouldDealRowsIntoBuckets() {
    assertThat(buckets(1)).containsExactly(1, 1, 1, 1, 1);
    assertThat(buckets(2)).containsExactly(1, 1, 1, 2, 2);
    assertThat(buckets(3)).containsExactly(1, 1, 2, 2, 3);
    assertThat(buckets(7)).containsExactly(1, 2, 3, 4, 5);
    assertThat(buckets(null)).containsOnlyNulls();
    assertThatThrownBy(() -> buckets(0)).hasMessage("argument of ntile must be greater than zero");
  }

  private List<@Nullable Object> buckets(@Nullable Integer count) {
    WindowFunction ntile =
        FunctionRegistry.builtin().resolveWindow("ntile", List.of(SqlType.INT4)).function();
    List<@Nullable Object> results = new ArrayList<>();
    for (int row = 0; row < VALUES.size(); row++) {
      results.add(ntile.compute(new Buckets(new Partition(row, List.of(), -1), count), context));
    }
    return results;
  }

  /** A partition in which the only argument is the number of buckets. */
  private record Buckets(Partition partition, @Nullable Integer count)
      implements WindowFunction.Frame {
    @Override
    public int partitionRows() {
      return partition.partitionRows();
    }

    @Override
    public int currentRow() {
      return partition.currentRow();
    }

    @Override
    public int peersStart() {
      return partition.peersStart();
    }

    @Override
    public int peersEnd() {
      return partition.peersEnd();
    }

    @Override
    public int frameStart() {
      return 0;
    }

    @Override
    public int frameEnd() {
      return partition.frameEnd();
    }

    @Override
    public boolean excluded(int row) {
      return false;
    }

    @Override
    public int peerGroup() {
      return partition.peerGroup();
    }

    @Override
    public int arguments() {
      return 1;
    }

    @Override
    public @Nullable Object argument(int argument, int row) {
      return count;
    }
  }

  @Test
  void shouldLookAtOtherRows() {
    SqlType type = SqlType.INT4;
    assertThat(over("lag", List.of(type))).containsExactly(null, 10, 20, 20, 30);
    assertThat(over("lead", List.of(type))).containsExactly(20, 20, 30, 40, null);
    assertThat(over("lag", List.of(type, type), 2)).containsExactly(null, null, 10, 20, 20);
    assertThat(over("lead", List.of(type, type, type), 1, 0)).containsExactly(20, 20, 30, 40, 0);
    assertThat(over("lag", List.of(type, type), -1)).containsExactly(20, 20, 30, 40, null);
    assertThat(over("lag", List.of(type, type), new Object[] {null})).containsOnlyNulls();
  }

  @Test
  void shouldPickFromTheFrame() {
    SqlType type = SqlType.INT4;
    assertThat(over("first_value", List.of(type))).containsExactly(10, 10, 10, 10, 10);
    assertThat(over("last_value", List.of(type))).containsExactly(10, 20, 20, 30, 40);
    assertThat(over("nth_value", List.of(type, type), 2)).containsExactly(null, 20, 20, 20, 20);
    assertThatThrownBy(() -> over("nth_value", List.of(type, type), 0))
        .hasMessage("argument of nth_value must be greater than zero");
  }

  @Test
  void shouldSkipExcludedRows() {
    WindowFunction first =
        FunctionRegistry.builtin().resolveWindow("first_value", List.of(SqlType.INT4)).function();
    assertThat(first.compute(new Partition(2, List.of(), 0), context)).isEqualTo(20);
    assertThat(first.compute(new Partition(0, List.of(), 0), context)).isNull();
  }
}
