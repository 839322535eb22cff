package dev.troupe.sql.exec;

import static dev.troupe.sql.exec.Fixture.access;
import static dev.troupe.sql.exec.Fixture.constant;
import static dev.troupe.sql.exec.Fixture.filtered;
import static dev.troupe.sql.exec.Fixture.integer;
import static dev.troupe.sql.exec.Fixture.lt;
import static dev.troupe.sql.exec.Fixture.plus;
import static dev.troupe.sql.exec.Fixture.ref;
import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.sql.catalog.ElementState;
import dev.troupe.sql.catalog.IndexDescriptor;
import dev.troupe.sql.catalog.TableDescriptor;
import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.plan.IndexAccess;
import dev.troupe.sql.plan.PlanNode;
import dev.troupe.sql.type.SqlType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** After any changes each index has the rows of the table, and the table those of a model. */
final class RandomChangesTest {
  private final Fixture fixture = new Fixture();
  private final TableDescriptor table =
      fixture.add(
          TestTables.table(16384, "t")
              .required("id", SqlType.INT4)
              .column("u", SqlType.TEXT)
              .column("v", SqlType.INT4)
              .index("u_key", true, 2)
              .index("v_down", false, -3, 2)
              .index("v_up", false, ElementState.PUBLIC, null, List.of(2), 3));

  /** By primary key. */
  private final Map<Integer, List<@Nullable Object>> model = new TreeMap<>();

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void shouldKeepIndexesAndTableInStep(long seed) {
    Random random = new Random(seed);
    for (int step = 0; step < 80; step++) {
      switch (random.nextInt(4)) {
        case 0, 1 -> insert(random);
        case 2 -> update(random);
        default -> delete(random);
      }
    }
    compare();
    fixture.change(fixture.delete(table, fixture.scan(table)));
    assertThat(fixture.store.content()).isEmpty();
  }

  private static @Nullable String text(Random random) {
    return random.nextInt(4) == 0 ? null : "u" + random.nextInt(30);
  }

  private static @Nullable Integer number(Random random) {
    return random.nextInt(4) == 0 ? null : random.nextInt(5);
  }

  private void insert(Random random) {
    var rows = new TreeMap<Integer, List<@Nullable Object>>();
    @Nullable Object[][] values = new @Nullable Object[1 + random.nextInt(3)][];
    boolean repeated = false;
    for (int i = 0; i < values.length; i++) {
      int id = random.nextInt(40);
      values[i] = new @Nullable Object[] {id, text(random), number(random)};
      repeated |= rows.put(id, Arrays.asList(values[i])) != null;
    }
    boolean expected = !repeated && fits(rows);
    boolean done = attempt(fixture.insert(table, values));
    assertThat(done).isEqualTo(expected);
    if (done) {
      model.putAll(rows);
    }
  }

  private boolean fits(Map<Integer, List<@Nullable Object>> rows) {
    var all = new ArrayList<>(model.values());
    all.addAll(rows.values());
    return rows.keySet().stream().noneMatch(model::containsKey)
        && all.stream().map(row -> row.get(1)).filter(u -> u != null).distinct().count()
            == all.stream().map(row -> row.get(1)).filter(u -> u != null).count();
  }

  private boolean attempt(PlanNode plan) {
    try {
      fixture.change(plan);
      return true;
    } catch (SqlException e) {
      assertThat(e.state()).isEqualTo(SqlState.UNIQUE_VIOLATION);
      return false;
    }
  }

  private void update(Random random) {
    int below = random.nextInt(40);
    PlanNode.Scan all = fixture.scan(table);
    PlanNode.Scan some = filtered(all, lt(ref(all, 0), integer(below)));
    if (random.nextBoolean()) {
      Integer v = number(random);
      fixture.change(fixture.update(table, some, 2, integer(v)));
      model.replaceAll((id, row) -> id < below ? Arrays.asList(id, row.get(1), v) : row);
    } else if (attempt(fixture.update(table, some, 0, plus(ref(all, 0), integer(1))))) {
      var moved = new TreeMap<Integer, List<@Nullable Object>>();
      model.forEach(
          (id, row) -> {
            int to = id < below ? id + 1 : id;
            moved.put(to, Arrays.asList(to, row.get(1), row.get(2)));
          });
      assertThat(moved).as("no two rows with one key").hasSameSizeAs(model);
      model.clear();
      model.putAll(moved);
    } else {
      assertThat(model).containsKeys(below - 1, below);
    }
  }

  private void delete(Random random) {
    String u = "u" + random.nextInt(30);
    fixture.change(
        fixture.delete(
            table,
            fixture.scan(table, access(table.indexes().getFirst(), constant(u, SqlType.TEXT)))));
    model.values().removeIf(row -> u.equals(row.get(1)));
  }

  private void compare() {
    assertThat(fixture.rows(fixture.scan(table))).containsExactlyElementsOf(model.values());
    for (IndexDescriptor index : table.indexes()) {
      var whole = new IndexAccess(index, List.of(), false, false);
      assertThat(fixture.rows(fixture.scan(table, whole)))
          .as(index.name())
          .containsExactlyInAnyOrderElementsOf(model.values());
      var covering = new IndexAccess(index, List.of(), true, !index.name().equals("u_key"));
      assertThat(fixture.rows(fixture.scan(table, covering)))
          .as("backwards by %s", index.name())
          .containsExactlyInAnyOrderElementsOf(model.values());
    }
  }
}
