package dev.troupe.sql.exec;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.sql.analyze.BindContext;
import dev.troupe.sql.analyze.Binder;
import dev.troupe.sql.analyze.FixtureCatalog;
import dev.troupe.sql.kv.KvTransaction;
import dev.troupe.sql.kv.MemoryStore;
import dev.troupe.sql.optimize.Optimizer;
import dev.troupe.sql.plan.PlanNode;
import dev.troupe.sql.syntax.Parser;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Statements give the same rows whether their plans were optimized or not. */
final class StatementTest {
  private final FixtureCatalog catalog = FixtureCatalog.standard();
  private final MemoryStore store = new MemoryStore();
  private final AtomicLong rowIds = new AtomicLong();

  @BeforeEach
  void fill() {
    Random random = new Random(42);
    for (int id = 1; id <= 30; id++) {
      String age = random.nextInt(5) == 0 ? "NULL" : String.valueOf(20 + random.nextInt(10));
      String city = random.nextInt(6) == 0 ? "NULL" : "'c" + random.nextInt(4) + "'";
      run(
          "INSERT INTO users VALUES (%d, 'n%d', %s, %s, %d.50)"
              .formatted(id, id, age, city, random.nextInt(100)));
    }
    for (int id = 1; id <= 60; id++) {
      run(
          "INSERT INTO orders (id, user_id, total, status) VALUES (%d, %s, %d, '%s')"
              .formatted(
                  id,
                  random.nextInt(8) == 0 ? "NULL" : String.valueOf(1 + random.nextInt(35)),
                  random.nextInt(50),
                  random.nextBoolean() ? "open" : "done"));
    }
  }

  private PlanNode bound(String sql) {
    var parsed = Objects.requireNonNull(Parser.parseOne(sql));
    return Binder.bind(parsed.statement(), BindContext.of(catalog)).plan();
  }

  private List<String> run(String sql) {
    return run(Optimizer.optimize(bound(sql), catalog));
  }

  private List<String> run(PlanNode plan) {
    KvTransaction kv = store.transactions().begin(Duration.ofMinutes(1));
    var context =
        new ExecContext(
            kv,
            catalog,
            new TestContext(List.of()),
            new MemoryBudget(MemoryBudget.DEFAULT_BYTES),
            rowIds::incrementAndGet,
            table -> Binder.checks(table, catalog),
            null);
    var rows = new ArrayList<String>();
    try (RowSource source = Executor.open(plan, context)) {
      for (RowBatch batch = source.nextBatch(); batch != null; batch = source.nextBatch()) {
        for (int i = 0; i < batch.size(); i++) {
          rows.add(Arrays.toString(batch.row(i)));
        }
      }
      if (source.changedRows() > 0) {
        rows.add("changed " + source.changedRows());
      }
    }
    kv.commit();
    assertThat(context.memory().used()).as("memory not given back").isZero();
    return rows;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT * FROM users WHERE id = 7",
        "SELECT name FROM users WHERE id IN (3, 5, 5, 99) ORDER BY id DESC",
        "SELECT id FROM users WHERE age > 24 AND age <= 27 ORDER BY id",
        "SELECT id FROM users WHERE age IS NULL ORDER BY id",
        "SELECT id, name FROM users WHERE name = 'n4'",
        "SELECT city, count(*), sum(score), avg(age) FROM users GROUP BY city ORDER BY city",
        "SELECT count(*) FROM users WHERE id < 0",
        "SELECT count(DISTINCT city) FROM users",
        "SELECT u.name, o.total FROM users u JOIN orders o ON o.user_id = u.id" + " ORDER BY o.id",
        "SELECT u.id, o.id FROM users u LEFT JOIN orders o ON o.user_id = u.id"
            + " AND o.status = 'open' ORDER BY u.id, o.id",
        "SELECT u.id, o.id FROM users u FULL JOIN orders o ON o.user_id = u.id"
            + " ORDER BY u.id, o.id",
        "SELECT id FROM users u WHERE EXISTS (SELECT 1 FROM orders WHERE user_id = u.id"
            + " AND total > 30) ORDER BY id",
        "SELECT id FROM users WHERE id NOT IN (SELECT user_id FROM orders"
            + " WHERE user_id IS NOT NULL) ORDER BY id",
        "SELECT count(*) FROM users WHERE id NOT IN (SELECT user_id FROM orders)",
        "SELECT id, (SELECT max(total) FROM orders WHERE user_id = u.id) FROM users u"
            + " ORDER BY id",
        "SELECT u.id, x.total FROM users u, LATERAL (SELECT total FROM orders o"
            + " WHERE o.user_id = u.id ORDER BY total DESC, o.id LIMIT 2) x"
            + " ORDER BY u.id, x.total",
        "SELECT id, row_number() OVER (PARTITION BY city ORDER BY id),"
            + " sum(age) OVER (ORDER BY id ROWS BETWEEN 2 PRECEDING AND CURRENT ROW)"
            + " FROM users ORDER BY id",
        "WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t WHERE n < 10)"
            + " SELECT sum(n) FROM t",
        "SELECT city FROM users UNION SELECT status FROM orders ORDER BY 1",
        "SELECT DISTINCT ON (city) city, id FROM users ORDER BY city, id DESC",
        "SELECT city, status, count(*) FROM users u JOIN orders o ON u.id = o.user_id"
            + " GROUP BY ROLLUP (city, status) ORDER BY 1, 2, 3",
        "SELECT id FROM users ORDER BY age NULLS FIRST, id LIMIT 5 OFFSET 2",
        "SELECT count(*) FROM users a, users b WHERE a.age = b.age AND a.id < b.id",
        "SELECT CASE WHEN age > 25 THEN 'old' ELSE 'young' END, count(*) FROM users"
            + " GROUP BY 1 HAVING count(*) > 1 ORDER BY 1",
        "SELECT id FROM orders WHERE status = 'open' AND placed IS NULL ORDER BY id"
      })
  void shouldGiveTheSameRowsWhenOptimized(String sql) {
    List<String> plain = run(bound(sql));
    assertThat(plain).isNotEmpty();
    assertThat(run(sql)).isEqualTo(plain);
  }

  @Test
  void shouldChangeRowsByStatements() {
    assertThat(run("UPDATE users SET age = age + 1, city = 'x' WHERE id = 3 RETURNING id, city"))
        .containsExactly("[3, x]", "changed 1");
    assertThat(run("SELECT city FROM users WHERE id = 3")).containsExactly("[x]");
    assertThat(run("DELETE FROM orders USING users u WHERE user_id = u.id AND u.id < 6"))
        .singleElement()
        .asString()
        .startsWith("changed ");
    assertThat(run("SELECT count(*) FROM orders WHERE user_id < 6")).containsExactly("[0]");
    assertThat(
            run(
                "INSERT INTO users (id, name, score) VALUES (3, 'n3', 1), (77, 'new', 2)"
                    + " ON CONFLICT (id) DO UPDATE SET score = users.score + excluded.score"
                    + " RETURNING id"))
        .containsExactlyInAnyOrder("[77]", "[3]", "changed 2");
    assertThat(run("INSERT INTO notes VALUES ('a'), ('b')")).containsExactly("changed 2");
    assertThat(run("SELECT body FROM notes ORDER BY body")).containsExactly("[a]", "[b]");
    assertThat(
            run(
                "WITH gone AS (DELETE FROM notes WHERE body = 'a' RETURNING body)"
                    + " INSERT INTO notes SELECT body || body FROM gone RETURNING body"))
        .contains("[aa]");
    assertThat(run("SELECT body FROM notes ORDER BY body")).containsExactly("[aa]", "[b]");
  }
}
