package dev.troupe.sql.exec;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.sql.analyze.BindContext;
import dev.troupe.sql.analyze.Binder;
import dev.troupe.sql.catalog.TableDescriptor;
import dev.troupe.sql.optimize.Optimizer;
import dev.troupe.sql.plan.PlanNode;
import dev.troupe.sql.plan.PlanPrinter;
import dev.troupe.sql.syntax.Parser;
import dev.troupe.sql.syntax.ast.QueryStatement;
import dev.troupe.sql.type.SqlType;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever the optimizer makes of a query, its rows must be those of the plan as it was bound. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class PlannedQueriesTest {
  private static final long SEED = 20260;

  private final Fixture fixture = new Fixture();

  @BeforeAll
  void fillTables() {
    Random random = new Random(SEED);
    TableDescriptor a =
        fixture.add(
            TestTables.table(20_000, "a")
                .required("id", SqlType.INT4)
                .column("x", SqlType.INT4)
                .column("y", SqlType.INT8)
                .column("s", SqlType.TEXT)
                .index("a_x", false, 2)
                .index("a_xy", false, 2, -3));
    TableDescriptor b =
        fixture.add(
            TestTables.table(21_000, "b")
                .required("k", SqlType.INT4)
                .required("n", SqlType.INT4)
                .column("x", SqlType.INT4)
                .column("s", SqlType.TEXT)
                .primaryKey(1, 2)
                .index("b_x", false, 3));
    TableDescriptor c =
        fixture.add(
            TestTables.table(22_000, "c")
                .required("id", SqlType.INT8)
                .column("x", SqlType.INT4)
                .index("c_x", true, 2));
    for (int i = 0; i < 60; i++) {
      fixture.change(
          fixture.insert(
              a, new @Nullable Object[] {i, small(random), wide(small(random)), text(random)}));
    }
    for (int i = 0; i < 60; i++) {
      fixture.change(
          fixture.insert(b, new @Nullable Object[] {i % 15, i / 15, small(random), text(random)}));
    }
    for (int i = 0; i < 12; i++) {
      fixture.change(fixture.insert(c, new @Nullable Object[] {(long) i, i % 4 == 3 ? null : i}));
    }
  }

  private static @Nullable Integer small(Random random) {
    return random.nextInt(6) == 0 ? null : random.nextInt(12);
  }

  private static @Nullable Long wide(@Nullable Integer value) {
    return value == null ? null : Long.valueOf(value);
  }

  private static @Nullable String text(Random random) {
    return random.nextInt(6) == 0 ? null : "t" + random.nextInt(4);
  }

  static Stream<String> queries() throws IOException {
    try (InputStream in = PlannedQueriesTest.class.getResourceAsStream("queries.sql")) {
      String text = new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
      return Stream.of(text.split(";")).map(String::strip).filter(query -> !query.isEmpty());
    }
  }

  @ParameterizedTest
  @MethodSource("queries")
  void shouldGiveTheRowsOfThePlanAsBound(String sql) {
    var parsed = Objects.requireNonNull(Parser.parseOne(sql));
    PlanNode plain = Binder.bind(parsed.statement(), BindContext.of(fixture)).plan();
    PlanNode better = Optimizer.optimize(plain, fixture);
    List<List<@Nullable Object>> expected = fixture.rows(plain);
    var found = assertThat(fixture.rows(better)).as(String.join("\n", PlanPrinter.text(better)));
    boolean ordered =
        parsed.statement() instanceof QueryStatement query && !query.query().orderBy().isEmpty();
    if (ordered) {
      found.isEqualTo(expected);
    } else {
      found.containsExactlyInAnyOrderElementsOf(expected);
    }
  }
}
