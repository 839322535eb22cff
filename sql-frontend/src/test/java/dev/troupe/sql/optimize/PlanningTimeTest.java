package dev.troupe.sql.optimize;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.sql.analyze.BindContext;
import dev.troupe.sql.analyze.Binder;
import dev.troupe.sql.analyze.FixtureCatalog;
import dev.troupe.sql.analyze.FixtureTable;
import dev.troupe.sql.plan.PlanNode;
import dev.troupe.sql.plan.PlanNodes;
import dev.troupe.sql.syntax.Parser;
import java.time.Duration;
import java.util.Objects;
import java.util.StringJoiner;
import org.junit.jupiter.api.Test;

class PlanningTimeTest {
  private static final int TABLES = 64;

  private static PlanNode planned(String sql, FixtureCatalog catalog) {
    var parsed = Objects.requireNonNull(Parser.parseOne(sql));
    PlanNode bound = Binder.bind(parsed.statement(), BindContext.of(catalog)).plan();
    return Optimizer.optimize(bound, catalog);
  }

  /** A chain of 64 tables in which neighbours are equal: no step may make all pairs. */
  @Test
  void shouldJoinManyTablesAlongTheirConditions() {
    FixtureCatalog catalog = new FixtureCatalog();
    StringJoiner from = new StringJoiner(", ");
    StringJoiner where = new StringJoiner(" AND ");
    for (int i = 1; i <= TABLES; i++) {
      String name = "t" + i;
      catalog.add(
          new FixtureTable(30_000 + 1000L * i, name)
              .required("a" + i, "int4")
              .column("b" + i, "int4")
              .key("a" + i)
              .build());
      from.add("t" + (i * 37 % TABLES + 1));
      if (i < TABLES) {
        where.add("b" + i + " = a" + (i + 1));
      }
    }
    where.add("a1 = 5");
    String sql = "SELECT * FROM " + from + " WHERE " + where;
    long start = System.nanoTime();
    PlanNode plan = planned(sql, catalog);
    Duration taken = Duration.ofNanos(System.nanoTime() - start);
    PlanNodes.visit(plan, node -> assertThat(node).isNotInstanceOf(PlanNode.Join.class));
    assertThat(taken).isLessThan(Duration.ofSeconds(5));
  }

  /** The figure is printed for people; the limit only catches what is far off. */
  @Test
  void shouldPlanPointStatementsQuickly() {
    FixtureCatalog catalog = FixtureCatalog.standard();
    String sql = "SELECT name, age FROM users WHERE id = $1";
    var statement = Objects.requireNonNull(Parser.parseOne(sql)).statement();
    long best = Long.MAX_VALUE;
    for (int round = 0; round < 30; round++) {
      long start = System.nanoTime();
      for (int i = 0; i < 1000; i++) {
        var bound = Binder.bind(statement, BindContext.of(catalog));
        assertThat(Optimizer.optimize(bound.plan(), catalog)).isInstanceOf(PlanNode.Scan.class);
      }
      best = Math.min(best, (System.nanoTime() - start) / 1000);
    }
    System.out.println("bind and plan a point SELECT: " + best + " ns");
    assertThat(best).isLessThan(1_000_000);
  }
}
