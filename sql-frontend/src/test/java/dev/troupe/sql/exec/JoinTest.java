package dev.troupe.sql.exec;

import static dev.troupe.sql.exec.Fixture.eq;
import static dev.troupe.sql.exec.Fixture.integer;
import static dev.troupe.sql.exec.Fixture.lt;
import static dev.troupe.sql.exec.Fixture.ref;
import static dev.troupe.sql.exec.Fixture.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.troupe.sql.catalog.IndexDescriptor;
import dev.troupe.sql.catalog.TableDescriptor;
import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.plan.IndexAccess;
import dev.troupe.sql.plan.PlanNode;
import dev.troupe.sql.plan.PlanNode.JoinKind;
import dev.troupe.sql.plan.RowLock;
import dev.troupe.sql.plan.SortKey;
import dev.troupe.sql.plan.SqlExpr;
import dev.troupe.sql.type.SqlType;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** All ways to join give the same rows as looking at every pair. */
final class JoinTest {
  private final Fixture fixture = new Fixture();

  private static @Nullable Integer small(Random random, int bound) {
    return random.nextInt(6) == 0 ? null : random.nextInt(bound);
  }

  private PlanNode.Values side(Random random, int rows) {
    @Nullable Integer[][] values = new @Nullable Integer[Math.max(1, rows)][];
    for (int i = 0; i < values.length; i++) {
      values[i] = row(small(random, 5), small(random, 3), i);
    }
    PlanNode.Values all = fixture.integers(values);
    return rows == 0 ? new PlanNode.Values(all.output(), List.of()) : all;
  }

  private static PlanNode sorted(PlanNode input) {
    return new PlanNode.Sort(
        input,
        List.of(new SortKey(ref(input, 0), false, false), new SortKey(ref(input, 1), false, false)),
        0);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
  void shouldGiveTheSameRowsInAllWays(long seed) {
    Random random = new Random(seed);
    PlanNode left = side(random, random.nextInt(12));
    PlanNode right = side(random, random.nextInt(12));
    SqlExpr residual = random.nextBoolean() ? null : lt(ref(left, 2), ref(right, 2));
    var equal = new ArrayList<SqlExpr>();
    equal.add(eq(ref(left, 0), ref(right, 0)));
    equal.add(eq(ref(left, 1), ref(right, 1)));
    if (residual != null) {
      equal.add(residual);
    }
    List<SqlExpr> leftKeys = List.of(ref(left, 0), ref(left, 1));
    List<SqlExpr> rightKeys = List.of(ref(right, 0), ref(right, 1));
    for (JoinKind kind : JoinKind.values()) {
      List<List<@Nullable Object>> expected =
          fixture.rows(new PlanNode.Join(kind, left, right, new SqlExpr.And(equal)));
      assertThat(
              fixture.rows(
                  new PlanNode.HashJoin(kind, left, right, leftKeys, rightKeys, residual, false)))
          .as("hash %s", kind)
          .containsExactlyInAnyOrderElementsOf(expected);
      assertThat(
              fixture.rows(
                  new PlanNode.MergeJoin(
                      kind, sorted(left), sorted(right), leftKeys, rightKeys, residual)))
          .as("merge %s", kind)
          .containsExactlyInAnyOrderElementsOf(expected);
      if (kind != JoinKind.RIGHT && kind != JoinKind.FULL) {
        PlanNode inner = new PlanNode.Filter(right, new SqlExpr.And(equal));
        assertThat(fixture.rows(new PlanNode.Apply(kind, left, inner, null, List.of(1, 2, 3))))
            .as("apply %s", kind)
            .containsExactlyInAnyOrderElementsOf(expected);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void shouldRespectNullsInNotIn(long seed) {
    Random random = new Random(seed);
    PlanNode left = side(random, 8);
    PlanNode right = side(random, random.nextInt(5));
    SqlExpr residual = random.nextBoolean() ? null : eq(ref(left, 1), ref(right, 1));
    PlanNode query =
        new PlanNode.Project(
            residual == null ? right : new PlanNode.Filter(right, residual),
            List.of(fixture.column("x", SqlType.INT4)),
            List.of(ref(right, 0)));
    SqlExpr in =
        new SqlExpr.QueryComparison(
            List.of(ref(left, 0)), query, List.of(TestFunctions.eq(SqlType.INT4)), false);
    assertThat(
            fixture.rows(
                new PlanNode.HashJoin(
                    JoinKind.ANTI,
                    left,
                    right,
                    List.of(ref(left, 0)),
                    List.of(ref(right, 0)),
                    residual,
                    true)))
        .containsExactlyInAnyOrderElementsOf(
            fixture.rows(new PlanNode.Filter(left, new SqlExpr.Not(in))));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void shouldLookPartnersUpInIndexes(long seed) {
    Random random = new Random(seed);
    TableDescriptor table =
        fixture.add(
            TestTables.table(16384, "t")
                .required("id", SqlType.INT4)
                .column("v", SqlType.INT4)
                .index("v_idx", false, 2)
                .index("v_cover", false, 2, 1)
                .index("id_key", true, 1));
    @Nullable Object[][] rows = new @Nullable Object[10][];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = new @Nullable Object[] {i, small(random, 4)};
    }
    fixture.change(fixture.insert(table, rows));
    PlanNode left = side(random, 12);
    List<IndexDescriptor> indexes = new ArrayList<>(table.indexes());
    indexes.add(table.primary());
    for (IndexDescriptor index : indexes) {
      PlanNode.Scan plain = fixture.scan(table);
      int keyColumn = index.keys().getFirst().column() - 1;
      SqlExpr equal = eq(ref(left, 0), ref(plain, keyColumn));
      boolean covering = index.name().equals("v_cover") || index.primary();
      var access =
          new IndexAccess(
              index,
              List.of(new IndexAccess.KeyRange(List.of(ref(left, 0)), null, null)),
              false,
              covering);
      PlanNode.Scan right =
          new PlanNode.Scan(
              table, "t", plain.output(), plain.columns(), access, null, RowLock.NONE, 0);
      SqlExpr residual = lt(ref(plain, 0), integer(8));
      for (JoinKind kind : List.of(JoinKind.INNER, JoinKind.LEFT, JoinKind.SEMI, JoinKind.ANTI)) {
        assertThat(fixture.rows(new PlanNode.LookupJoin(kind, left, right, residual)))
            .as("%s by %s", kind, index.name())
            .containsExactlyInAnyOrderElementsOf(
                fixture.rows(
                    new PlanNode.Join(
                        kind, left, plain, new SqlExpr.And(List.of(equal, residual)))));
      }
    }
  }

  @Test
  void shouldSayWhenMemoryIsUsedUp() {
    PlanNode left = side(new Random(1), 300);
    PlanNode right = side(new Random(2), 300);
    fixture.memory = new MemoryBudget(10_000);
    assertThatThrownBy(
            () ->
                fixture.rows(
                    new PlanNode.HashJoin(
                        JoinKind.INNER,
                        left,
                        right,
                        List.of(ref(left, 0)),
                        List.of(ref(right, 0)),
                        null,
                        false)))
        .isInstanceOfSatisfying(
            SqlException.class,
            e -> {
              assertThat(e.state()).isEqualTo(SqlState.OUT_OF_MEMORY);
              assertThat(e.hint()).contains("work_mem");
            });
  }

  @Test
  void shouldEndWhenCancelled() {
    PlanNode left = side(new Random(1), 600);
    PlanNode right = side(new Random(2), 600);
    fixture.context.checksLeft = 5;
    assertThatThrownBy(
            () ->
                fixture.rows(
                    new PlanNode.Join(JoinKind.INNER, left, right, lt(ref(left, 2), integer(-1)))))
        .hasMessage("cancelled");
  }
}
