package dev.troupe.sql.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.troupe.sql.catalog.TableDescriptor;
import dev.troupe.sql.catalog.TableStatistics;
import dev.troupe.sql.catalog.ValueDistribution;
import dev.troupe.sql.exec.TestTables;
import dev.troupe.sql.type.SqlType;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class TableCountTest {
  private final TableDescriptor table =
      TestTables.table(16384, "t")
          .required("id", SqlType.INT4)
          .column("v", SqlType.TEXT)
          .column("n", SqlType.INT4)
          .done();

  private TableStatistics count(int rows, java.util.function.IntFunction<@Nullable Object[]> row) {
    var count = new TableCount(table);
    for (int i = 0; i < rows; i++) {
      count.add(row.apply(i));
    }
    return count.statistics();
  }

  private static ValueDistribution of(TableStatistics counted, int column) {
    return Objects.requireNonNull(counted.distributions().get(column));
  }

  @Test
  void shouldCountASmallTableExactly() {
    TableStatistics counted =
        count(1000, i -> new @Nullable Object[] {i, "v" + i % 7, i % 4 == 0 ? null : i % 100});
    assertThat(counted.rows()).isEqualTo(1000);
    assertThat(counted.distinct()).containsEntry(1, 1000L).containsEntry(2, 7L);
    assertThat(counted.nullFraction()).containsEntry(1, 0.0).containsEntry(3, 0.25);
    assertThat(of(counted, 1).common()).isEmpty();
    assertThat(of(counted, 1).bounds()).startsWith(0).endsWith(999).hasSize(51);
    assertThat(of(counted, 2).common()).hasSize(7).contains("v6");
    assertThat(of(counted, 2).commonPart()).isEqualTo(1, within(1e-9));
    assertThat(of(counted, 2).bounds()).isEmpty();
  }

  @Test
  void shouldEstimateALargeTableByASample() {
    int rows = 200_000;
    TableStatistics counted =
        count(rows, i -> new @Nullable Object[] {i, i % 5 == 0 ? "often" : "v" + i % 20_000, i});
    assertThat(counted.rows()).isEqualTo(rows);
    assertThat(counted.distinct().get(1)).isCloseTo(rows, within(10_000L));
    assertThat(counted.distinct().get(2)).isCloseTo(16_001, within(800L));
    assertThat(of(counted, 2).common().getFirst()).isEqualTo("often");
    assertThat(of(counted, 2).fractions().getFirst()).isEqualTo(0.2, within(0.02));
    assertThat((int) of(counted, 3).bounds().get(25)).isCloseTo(rows / 2, within(rows / 20));
  }

  @Test
  void shouldNotKeepLongValues() {
    String text = "x".repeat(1000);
    TableStatistics counted = count(10, i -> new @Nullable Object[] {i, text, null});
    assertThat(of(counted, 2).common()).isEmpty();
    assertThat(of(counted, 2).bounds()).isEmpty();
    assertThat(counted.distinct()).containsEntry(2, 1L);
    assertThat(counted.averageBytes()).isEqualTo(1008);
  }

  @Test
  void shouldCountNothing() {
    TableStatistics counted = count(0, i -> new @Nullable Object[0]);
    assertThat(counted.rows()).isZero();
    assertThat(counted.distinct()).containsEntry(1, 0L);
  }
}
