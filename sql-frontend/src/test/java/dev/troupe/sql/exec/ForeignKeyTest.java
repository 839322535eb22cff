package dev.troupe.sql.exec;

import static dev.troupe.sql.exec.Fixture.access;
import static dev.troupe.sql.exec.Fixture.integer;
import static dev.troupe.sql.exec.Fixture.plus;
import static dev.troupe.sql.exec.Fixture.ref;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.troupe.sql.catalog.ForeignKey;
import dev.troupe.sql.catalog.TableDescriptor;
import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.plan.Column;
import dev.troupe.sql.plan.ModifyNode;
import dev.troupe.sql.plan.PlanNode;
import dev.troupe.sql.plan.SqlExpr;
import dev.troupe.sql.type.SqlType;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ForeignKeyTest {
  private static final long PARENT = 16384;
  private static final long CHILD = 16385;

  private final Fixture fixture = new Fixture();

  private TableDescriptor parent() {
    return fixture.add(
        TestTables.table(PARENT, "parent")
            .required("id", SqlType.INT4)
            .column("code", SqlType.TEXT)
            .referencedBy(CHILD));
  }

  /** The child's column is wider than the parent's, as applications have it. */
  private TableDescriptor child(
      ForeignKey.Action onDelete, ForeignKey.Action onUpdate, boolean indexed) {
    TestTables table =
        TestTables.table(CHILD, "child")
            .required("id", SqlType.INT4)
            .column("parent_id", SqlType.INT8)
            .foreignKey("child_parent_fkey", List.of(2), PARENT, List.of(1), onDelete, onUpdate);
    return fixture.add(indexed ? table.index("child_parent_idx", false, 2) : table);
  }

  private static @Nullable Object[] row(@Nullable Object... values) {
    return values;
  }

  private void fill(TableDescriptor parent, TableDescriptor child) {
    fixture.change(fixture.insert(parent, row(1, "a"), row(2, "b")));
    fixture.change(fixture.insert(child, row(10, 1L), row(11, 1L), row(12, 2L), row(13, null)));
  }

  private PlanNode.Scan one(TableDescriptor table, int id) {
    return fixture.scan(table, access(table.primary(), integer(id)));
  }

  @Test
  void shouldRefuseRowsWithoutAPartner() {
    TableDescriptor parent = parent();
    TableDescriptor child = child(ForeignKey.Action.NO_ACTION, ForeignKey.Action.NO_ACTION, true);
    fill(parent, child);
    assertThatThrownBy(() -> fixture.change(fixture.insert(child, row(20, 7L))))
        .isInstanceOfSatisfying(
            SqlException.class,
            e -> {
              assertThat(e.state()).isEqualTo(SqlState.FOREIGN_KEY_VIOLATION);
              assertThat(e.getMessage())
                  .isEqualTo(
                      "insert or update on table \"child\" violates foreign key constraint"
                          + " \"child_parent_fkey\"");
              assertThat(e.detail())
                  .isEqualTo("Key (parent_id)=(7) is not present in table \"parent\".");
              assertThat(e.constraint()).isEqualTo("child_parent_fkey");
            });
    // Beyond the parent's type there can be no partner.
    assertThatThrownBy(() -> fixture.change(fixture.insert(child, row(20, 1L << 40))))
        .isInstanceOf(SqlException.class);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void shouldRefuseToTakeAPartnerAway(boolean indexed) {
    TableDescriptor parent = parent();
    TableDescriptor child =
        child(ForeignKey.Action.NO_ACTION, ForeignKey.Action.NO_ACTION, indexed);
    fill(parent, child);
    assertThatThrownBy(() -> fixture.change(fixture.delete(parent, one(parent, 2))))
        .isInstanceOfSatisfying(
            SqlException.class,
            e -> {
              assertThat(e.getMessage())
                  .isEqualTo(
                      "update or delete on table \"parent\" violates foreign key constraint"
                          + " \"child_parent_fkey\" on table \"child\"");
              assertThat(e.detail())
                  .isEqualTo("Key (id)=(2) is still referenced from table \"child\".");
              assertThat(e.table()).isEqualTo("child");
            });
    fixture.change(fixture.delete(child, one(child, 12)));
    assertThat(fixture.change(fixture.delete(parent, one(parent, 2)))).isEqualTo(1);
  }

  @Test
  void shouldLetAStatementReplaceThePartner() {
    TableDescriptor parent = parent();
    TableDescriptor child = child(ForeignKey.Action.NO_ACTION, ForeignKey.Action.NO_ACTION, true);
    fill(parent, child);
    PlanNode.Scan all = fixture.scan(parent);
    // 1 becomes 2, 2 becomes 1.
    var swapped =
        plus(
            integer(3),
            new SqlExpr.Call(
                TestFunctions.times(), List.of(ref(all, 0), integer(-1)), SqlType.INT4));
    assertThat(fixture.change(fixture.update(parent, all, 0, swapped))).isEqualTo(2);
  }

  @ParameterizedTest
  @EnumSource(
      value = ForeignKey.Action.class,
      names = {"CASCADE", "SET_NULL", "SET_DEFAULT"})
  void shouldFollowDeletions(ForeignKey.Action action) {
    TableDescriptor parent = parent();
    TableDescriptor child = child(action, ForeignKey.Action.NO_ACTION, true);
    List<Column> columns = fixture.columnsOf(child);
    fixture.checks.put(
        CHILD,
        new ModifyNode.Checks(
            columns,
            List.of(),
            List.of(),
            List.of(),
            Arrays.asList(null, Fixture.constant(2L, SqlType.INT8))));
    fill(parent, child);
    assertThat(fixture.change(fixture.delete(parent, one(parent, 1)))).isEqualTo(1);
    List<List<@Nullable Object>> rest = fixture.rows(fixture.scan(child));
    assertThat(rest)
        .containsExactlyElementsOf(
            switch (action) {
              case CASCADE -> List.of(List.of(12, 2L), Arrays.asList(13, null));
              case SET_NULL ->
                  List.of(
                      Arrays.asList(10, null),
                      Arrays.asList(11, null),
                      List.of(12, 2L),
                      Arrays.asList(13, null));
              case SET_DEFAULT, NO_ACTION, RESTRICT ->
                  List.of(
                      List.of(10, 2L), List.of(11, 2L), List.of(12, 2L), Arrays.asList(13, null));
            });
  }

  @Test
  void shouldFollowChangesOfTheKey() {
    TableDescriptor parent = parent();
    TableDescriptor child = child(ForeignKey.Action.NO_ACTION, ForeignKey.Action.CASCADE, false);
    fill(parent, child);
    PlanNode.Scan two = one(parent, 2);
    fixture.change(fixture.update(parent, two, 0, integer(9)));
    assertThat(fixture.rows(one(child, 12))).containsExactly(List.of(12, 9L));
  }

  @Test
  void shouldFollowATableThatRefersToItself() {
    TableDescriptor tree =
        fixture.add(
            TestTables.table(PARENT, "tree")
                .required("id", SqlType.INT4)
                .column("up", SqlType.INT4)
                .foreignKey(
                    "tree_fkey",
                    List.of(2),
                    PARENT,
                    List.of(1),
                    ForeignKey.Action.CASCADE,
                    ForeignKey.Action.NO_ACTION)
                .referencedBy(PARENT));
    fixture.change(fixture.insert(tree, row(1, null), row(2, 1), row(3, 2), row(4, 2), row(5, 5)));
    assertThat(fixture.change(fixture.delete(tree, one(tree, 1)))).isEqualTo(1);
    assertThat(fixture.rows(fixture.scan(tree))).containsExactly(List.of(5, 5));
  }

  @Test
  void shouldRefuseAtOnceWhenRestricted() {
    TableDescriptor parent = parent();
    TableDescriptor child = child(ForeignKey.Action.RESTRICT, ForeignKey.Action.RESTRICT, true);
    fill(parent, child);
    assertThatThrownBy(() -> fixture.change(fixture.delete(parent, one(parent, 1))))
        .isInstanceOf(SqlException.class);
    fixture.change(fixture.delete(child, fixture.scan(child)));
    assertThat(fixture.change(fixture.delete(parent, fixture.scan(parent)))).isEqualTo(2);
    assertThat(fixture.store.content()).isEmpty();
  }
}
