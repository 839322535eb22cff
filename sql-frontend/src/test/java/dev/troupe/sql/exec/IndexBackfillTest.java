package dev.troupe.sql.exec;

import static dev.troupe.sql.exec.Fixture.access;
import static dev.troupe.sql.exec.Fixture.filtered;
import static dev.troupe.sql.exec.Fixture.integer;
import static dev.troupe.sql.exec.Fixture.lt;
import static dev.troupe.sql.exec.Fixture.plus;
import static dev.troupe.sql.exec.Fixture.ref;
import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.spi.TxnRequest.Lock;
import dev.troupe.sql.catalog.ElementState;
import dev.troupe.sql.catalog.IndexDescriptor;
import dev.troupe.sql.catalog.TableDescriptor;
import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.kv.KvTransaction;
import dev.troupe.sql.plan.IndexAccess;
import dev.troupe.sql.plan.PlanNode;
import dev.troupe.sql.storage.IndexLayout;
import dev.troupe.sql.storage.TableLayout;
import dev.troupe.sql.type.SqlType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever is written between the steps of a backfill, the index ends as the table's. */
final class IndexBackfillTest {
  private static final int IDS = 24;
  private static final int VALUES = 12;
  private static final int SEEDS = 400;

  private final Fixture fixture = new Fixture();
  private final TableDescriptor before = table(false, List.of());

  private TableDescriptor table(boolean unique, List<ElementState> states) {
    TestTables made =
        TestTables.table(16384, "t").required("id", SqlType.INT4).column("v", SqlType.INT4);
    for (ElementState state : states) {
      made.index("by_v", unique, state, null, List.of(), 2);
    }
    return fixture.add(made);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void shouldEndWithTheEntriesOfTheTable(boolean unique) {
    int built = 0;
    for (int seed = 0; seed < SEEDS; seed++) {
      Run run = new Run(new Random(seed), unique);
      built += run.build() ? 1 : 0;
      assertThat(run.isRight()).as("seed %d", seed).isTrue();
    }
    assertThat(built).as("indexes that were built").isGreaterThan(SEEDS / 10);
    if (unique) {
      assertThat(built).as("and some that could not be").isLessThan(SEEDS - SEEDS / 10);
    }
  }

  @Test
  void shouldNameTheKeyThatTwoRowsHave() {
    Run run = new Run(new Random(1), true);
    assertThat(run.duplicateOf(7)).isEqualTo("Key (v)=(7) is duplicated.");
  }

  /** Rows that come where it reads, again and again, would otherwise keep it from ever ending. */
  @Test
  void shouldNotBeInTheWayOfRowsThatComeBetweenThoseThatItHolds() {
    Run run = new Run(new Random(1), false);
    for (int id = 0; id < IDS; id += 2) {
      run.own.change(run.own.insert(before, new @Nullable Object[] {id, id}));
    }
    KvTransaction kv = run.own.store.transactions().begin(Duration.ofMinutes(1));
    IndexBackfill.Portion done =
        IndexBackfill.fill(run.own.exec(kv), run.building, run.index, null, IDS, Lock.WAIT);
    run.own.change(run.own.insert(run.building, new @Nullable Object[] {3, 3}));
    kv.commit();
    assertThat(done.rows()).isEqualTo(IDS / 2);
    assertThat(run.isRight()).isTrue();
  }

  /** A table with rows from before the index, and the index on its way. */
  private final class Run {
    private final Fixture own = new Fixture();
    private final Random random;
    private final TableDescriptor building;
    private final IndexDescriptor index;
    private boolean refused;
    private @Nullable Key next;

    Run(Random random, boolean unique) {
      this.random = random;
      building = own.add(copy(unique));
      index = building.indexes().getFirst();
    }

    private TestTables copy(boolean unique) {
      return TestTables.table(before.id(), "t")
          .required("id", SqlType.INT4)
          .column("v", SqlType.INT4)
          .index("by_v", unique, ElementState.WRITE_ONLY, null, List.of(), 2);
    }

    boolean build() {
      for (int id = 0; id < IDS; id += 1 + random.nextInt(3)) {
        own.change(own.insert(before, new @Nullable Object[] {id, value()}));
      }
      try {
        do {
          for (int changes = random.nextInt(6); changes > 0; changes--) {
            change();
          }
          next = fill(1 + random.nextInt(4));
        } while (next != null);
      } catch (SqlException e) {
        assertThat(e.state()).isEqualTo(SqlState.UNIQUE_VIOLATION);
        refused = true;
      }
      return !refused;
    }

    String duplicateOf(int value) {
      own.change(own.insert(before, new @Nullable Object[] {1, value}));
      own.change(own.insert(before, new @Nullable Object[] {2, value}));
      try {
        fill(100);
      } catch (SqlException e) {
        return Objects.requireNonNull(e.detail());
      }
      return "";
    }

    private @Nullable Key fill(int rows) {
      KvTransaction kv = own.store.transactions().begin(Duration.ofMinutes(1));
      Lock lock = random.nextBoolean() ? Lock.NONE : Lock.WAIT;
      IndexBackfill.Portion done =
          IndexBackfill.fill(own.exec(kv), building, index, next, rows, lock);
      kv.commit();
      assertThat(done.rows()).isLessThanOrEqualTo(rows);
      return done.resume();
    }

    private @Nullable Integer value() {
      return random.nextInt(8) == 0 ? null : random.nextInt(VALUES * 8);
    }

    private void change() {
      try {
        own.change(changed());
      } catch (SqlException e) {
        assertThat(e.state()).isEqualTo(SqlState.UNIQUE_VIOLATION);
      }
    }

    private PlanNode changed() {
      PlanNode.Scan all = own.scan(building);
      PlanNode.Scan one =
          own.scan(building, access(building.primary(), integer(random.nextInt(IDS))));
      PlanNode.Scan some = filtered(all, lt(ref(all, 0), integer(random.nextInt(IDS))));
      return switch (random.nextInt(6)) {
        case 0, 1 -> own.insert(building, new @Nullable Object[] {random.nextInt(IDS), value()});
        case 2 -> own.delete(building, one);
        case 3 -> own.update(building, one, 1, integer(value()));
        // Rows that move to each other's keys, and one that stays where it is.
        case 4 -> own.update(building, some, 1, plus(ref(all, 1), integer(1)));
        default -> own.update(building, one, 1, ref(one, 1));
      };
    }

    /** Refused with a reason, or complete; and never with an entry that no row has. */
    boolean isRight() {
      Map<Key, Key> entries = entries();
      Map<Key, Key> wanted = new HashMap<>();
      Set<Object> values = new HashSet<>();
      boolean duplicates = false;
      IndexLayout layout = TableLayout.of(building).index(index);
      for (List<@Nullable Object> row : own.rows(own.scan(building))) {
        @Nullable Object[] columns = row.toArray();
        wanted.put(layout.key(columns), TableLayout.of(building).primary().key(columns));
        duplicates |= row.get(1) != null && !values.add(row.get(1));
      }
      return refused
          ? index.unique() && duplicates && wanted.keySet().containsAll(entries.keySet())
          : !(index.unique() && duplicates) && entries.equals(wanted);
    }

    private Map<Key, Key> entries() {
      IndexLayout layout = TableLayout.of(building).index(index);
      Map<Key, Key> found = new HashMap<>();
      own.store
          .content()
          .forEach(
              (key, value) -> {
                if (layout.span().contains(key)) {
                  found.put(key, layout.primaryKey(key, value));
                }
              });
      return found;
    }
  }

  @Test
  void shouldReadTheIndexWhenItIsFilled() {
    Run run = new Run(new Random(3), false);
    run.build();
    var rows = new ArrayList<>(run.own.rows(run.own.scan(run.building)));
    var whole = new IndexAccess(run.index, List.of(), false, false);
    assertThat(run.own.rows(run.own.scan(run.building, whole)))
        .containsExactlyInAnyOrderElementsOf(rows);
  }
}
