package dev.troupe.sql.optimize;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.sql.analyze.BindContext;
import dev.troupe.sql.analyze.Binder;
import dev.troupe.sql.analyze.FixtureCatalog;
import dev.troupe.sql.plan.PlanNode;
import dev.troupe.sql.plan.PlanPrinter;
import dev.troupe.sql.syntax.Parser;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Plans of {@code plans.txt}: statements, a line of dashes, what EXPLAIN shows, an empty line. */
class OptimizerTest {
  private static final String DASHES = "----";

  private static final FixtureCatalog CATALOG =
      FixtureCatalog.standard().rows("users", 10_000).rows("orders", 100_000).rows("items", 500);

  static PlanNode optimized(String sql) {
    var parsed = Objects.requireNonNull(Parser.parseOne(sql));
    var bound = Binder.bind(parsed.statement(), BindContext.of(CATALOG));
    return Optimizer.optimize(bound.plan(), CATALOG);
  }

  static Stream<Arguments> plans() throws IOException {
    List<Arguments> cases = new ArrayList<>();
    String text;
    try (InputStream in = OptimizerTest.class.getResourceAsStream("plans.txt")) {
      text = new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
    }
    for (String block : text.strip().split("\n\n")) {
      String[] parts = block.split("\n" + DASHES + "\n?", 2);
      String sql =
          parts[0].lines().filter(line -> !line.startsWith("#")).reduce("", (a, b) -> a + b + "\n");
      cases.add(Arguments.of(sql.strip(), parts.length == 1 ? "" : parts[1].strip()));
    }
    return cases.stream();
  }

  @ParameterizedTest
  @MethodSource("plans")
  void shouldPlan(String sql, String expected) {
    String plan = String.join("\n", PlanPrinter.text(optimized(sql)));
    assertThat(plan).isEqualTo(expected);
  }
}
