package dev.troupe.sql.exec;

import static dev.troupe.sql.exec.Fixture.constant;
import static dev.troupe.sql.exec.Fixture.eq;
import static dev.troupe.sql.exec.Fixture.integer;
import static dev.troupe.sql.exec.Fixture.plus;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.troupe.sql.eval.ScalarFunction;
import dev.troupe.sql.plan.Column;
import dev.troupe.sql.plan.PlanNode;
import dev.troupe.sql.plan.SqlExpr;
import dev.troupe.sql.type.Numeric;
import dev.troupe.sql.type.SqlArray;
import dev.troupe.sql.type.SqlRecord;
import dev.troupe.sql.type.SqlType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Expressions, above all where NULLs are among them. */
final class LogicTest {
  private static final List<@Nullable Boolean> TRUTHS = Arrays.asList(true, false, null);
  private static final ScalarFunction EQ = TestFunctions.eq(SqlType.INT4);

  private final Fixture fixture = new Fixture();

  private @Nullable Object eval(SqlExpr expression) {
    Column out = fixture.column("out", expression.type());
    return fixture
        .rows(new PlanNode.Values(List.of(out), List.of(List.of(expression))))
        .getFirst()
        .getFirst();
  }

  private static SqlExpr bool(@Nullable Boolean value) {
    return constant(value, SqlType.BOOL);
  }

  /** Fails when it is computed. */
  private static SqlExpr failing() {
    SqlExpr quotient =
        new SqlExpr.Call(TestFunctions.divide(), List.of(integer(1), integer(0)), SqlType.INT4);
    return eq(quotient, integer(1));
  }

  @Test
  void shouldCombineTruthsInThreeValuedLogic() {
    for (Boolean a : TRUTHS) {
      for (Boolean b : TRUTHS) {
        Boolean and =
            Boolean.FALSE.equals(a) || Boolean.FALSE.equals(b)
                ? Boolean.FALSE
                : (a == null || b == null) ? null : Boolean.TRUE;
        Boolean or =
            Boolean.TRUE.equals(a) || Boolean.TRUE.equals(b)
                ? Boolean.TRUE
                : (a == null || b == null) ? null : Boolean.FALSE;
        assertThat(eval(new SqlExpr.And(List.of(bool(a), bool(b))))).isEqualTo(and);
        assertThat(eval(new SqlExpr.Or(List.of(bool(a), bool(b))))).isEqualTo(or);
      }
      assertThat(eval(new SqlExpr.Not(bool(a)))).isEqualTo(a == null ? null : !a);
      for (Boolean b : TRUTHS) {
        boolean same = Objects.equals(a, b);
        assertThat(eval(new SqlExpr.IsTruth(bool(a), b, false))).isEqualTo(same);
        assertThat(eval(new SqlExpr.IsTruth(bool(a), b, true))).isEqualTo(!same);
      }
    }
  }

  @Test
  void shouldStopWhenTheResultIsKnown() {
    assertThat(eval(new SqlExpr.And(List.of(bool(false), failing())))).isEqualTo(false);
    assertThat(eval(new SqlExpr.Or(List.of(bool(true), failing())))).isEqualTo(true);
    assertThatThrownBy(() -> eval(new SqlExpr.And(List.of(bool(null), failing()))))
        .isInstanceOf(ArithmeticException.class);
    assertThat(
            eval(
                new SqlExpr.Case(
                    List.of(
                        new SqlExpr.When(bool(null), failing()),
                        new SqlExpr.When(bool(true), bool(true))),
                    failing(),
                    SqlType.BOOL)))
        .isEqualTo(true);
    assertThat(
            eval(new SqlExpr.Coalesce(List.of(bool(null), bool(false), failing()), SqlType.BOOL)))
        .isEqualTo(false);
  }

  @Test
  void shouldNotCallStrictFunctionsWithNulls() {
    assertThat(eval(plus(integer(null), integer(1)))).isNull();
    assertThat(eval(plus(integer(1), integer(null)))).isNull();
    assertThat(eval(plus(integer(1), integer(2)))).isEqualTo(3);
  }

  @Test
  void shouldTellNullsApartWhereAsked() {
    List<@Nullable Integer> values = Arrays.asList(1, 2, null);
    for (Integer a : values) {
      for (Integer b : values) {
        boolean same = Objects.equals(a, b);
        assertThat(eval(new SqlExpr.IsDistinct(integer(a), integer(b), EQ, false)))
            .isEqualTo(!same);
        assertThat(eval(new SqlExpr.IsDistinct(integer(a), integer(b), EQ, true))).isEqualTo(same);
      }
      assertThat(eval(new SqlExpr.IsNull(integer(a), false))).isEqualTo(a == null);
      assertThat(eval(new SqlExpr.IsNull(integer(a), true))).isEqualTo(a != null);
    }
    SqlExpr mixed = new SqlExpr.Row(List.of(integer(1), integer(null)), SqlType.RECORD);
    assertThat(eval(new SqlExpr.IsNull(mixed, false))).isEqualTo(false);
    assertThat(eval(new SqlExpr.IsNull(mixed, true))).isEqualTo(false);
  }

  @Test
  void shouldFindValuesInListsHoweverLong() {
    for (int length : new int[] {2, 20}) {
      for (boolean withNull : new boolean[] {false, true}) {
        var values = new ArrayList<SqlExpr>();
        for (int i = 0; i < length; i++) {
          values.add(integer(i));
        }
        if (withNull) {
          values.add(integer(null));
        }
        assertThat(in(integer(1), values, false)).isEqualTo(true);
        assertThat(in(integer(1), values, true)).isEqualTo(false);
        assertThat(in(integer(99), values, false)).isEqualTo(withNull ? null : false);
        assertThat(in(integer(99), values, true)).isEqualTo(withNull ? null : true);
        assertThat(in(integer(null), values, false)).isNull();
      }
    }
  }

  private @Nullable Object in(SqlExpr term, List<SqlExpr> values, boolean negated) {
    return eval(new SqlExpr.InList(term, values, EQ, negated));
  }

  @Test
  void shouldCompareWithAllOrAnyElements() {
    SqlExpr array = constant(SqlArray.of(SqlType.INT4, 1, 2, null), SqlType.arrayOf(SqlType.INT4));
    SqlExpr empty = constant(SqlArray.empty(SqlType.INT4), SqlType.arrayOf(SqlType.INT4));
    assertThat(eval(new SqlExpr.ArrayComparison(integer(1), array, EQ, false))).isEqualTo(true);
    assertThat(eval(new SqlExpr.ArrayComparison(integer(5), array, EQ, false))).isNull();
    assertThat(eval(new SqlExpr.ArrayComparison(integer(5), array, EQ, true))).isEqualTo(false);
    assertThat(eval(new SqlExpr.ArrayComparison(integer(null), empty, EQ, false))).isEqualTo(false);
    assertThat(eval(new SqlExpr.ArrayComparison(integer(null), empty, EQ, true))).isEqualTo(true);
  }

  @Test
  void shouldTakeArraysApart() {
    SqlType type = SqlType.arrayOf(SqlType.INT4);
    SqlExpr array = new SqlExpr.ArrayOf(List.of(integer(10), integer(20), integer(30)), type);
    assertThat(eval(element(array, 2))).isEqualTo(20);
    assertThat(eval(element(array, 9))).isNull();
    var slice =
        new SqlExpr.Subscript(array, List.of(new SqlExpr.Index(true, integer(2), null)), type);
    assertThat(eval(slice)).isEqualTo(SqlArray.of(SqlType.INT4, 20, 30));
    SqlExpr nested = new SqlExpr.ArrayOf(List.of(array, array), type);
    SqlArray square = (SqlArray) Objects.requireNonNull(eval(nested));
    assertThat(square.lengths()).containsExactly(2, 3);
    SqlExpr shorter = new SqlExpr.ArrayOf(List.of(integer(1)), type);
    assertThatThrownBy(() -> eval(new SqlExpr.ArrayOf(List.of(array, shorter), type)))
        .hasMessageContaining("matching dimensions");
  }

  private static SqlExpr element(SqlExpr array, int index) {
    return new SqlExpr.Subscript(
        array, List.of(new SqlExpr.Index(false, null, integer(index))), SqlType.INT4);
  }

  @Test
  void shouldMakeRecordsAndTakeThemApart() {
    SqlExpr row = new SqlExpr.Row(List.of(integer(1), Fixture.text("x")), SqlType.RECORD);
    assertThat(eval(row)).isEqualTo(new SqlRecord(List.of(SqlType.INT4, SqlType.TEXT), 1, "x"));
    assertThat(eval(new SqlExpr.Field(row, 1, SqlType.TEXT))).isEqualTo("x");
  }

  @Test
  void shouldChooseTheGreatestAndTheLeastPastNulls() {
    List<SqlExpr> terms = List.of(integer(3), integer(null), integer(7));
    assertThat(eval(new SqlExpr.Extreme(true, terms, SqlType.INT4))).isEqualTo(7);
    assertThat(eval(new SqlExpr.Extreme(false, terms, SqlType.INT4))).isEqualTo(3);
    assertThat(eval(new SqlExpr.NullIf(integer(3), integer(3), EQ, SqlType.INT4))).isNull();
    assertThat(eval(new SqlExpr.NullIf(integer(3), integer(4), EQ, SqlType.INT4))).isEqualTo(3);
  }

  // --- subqueries ------------------------------------------------------------------------------

  @Test
  void shouldRunAnUncorrelatedSubqueryOnce() {
    int[] calls = {0};
    PlanNode inner = fixture.integers(Fixture.row(5));
    var counted =
        new PlanNode.Project(
            inner,
            List.of(fixture.column("x", SqlType.INT4)),
            List.of(
                new SqlExpr.Call(
                    TestFunctions.counting(calls),
                    List.of(Fixture.ref(inner, 0), integer(0)),
                    SqlType.INT4)));
    PlanNode outer = fixture.integers(Fixture.row(1), Fixture.row(2), Fixture.row(3));
    assertThat(fixture.rows(project(outer, new SqlExpr.ScalarSubquery(counted, SqlType.INT4))))
        .containsExactly(List.of(5), List.of(5), List.of(5));
    assertThat(calls[0]).isEqualTo(1);
  }

  private PlanNode project(PlanNode input, SqlExpr expression) {
    return new PlanNode.Project(
        input, List.of(fixture.column("out", expression.type())), List.of(expression));
  }

  @Test
  void shouldRunACorrelatedSubqueryOncePerValue() {
    int[] calls = {0};
    PlanNode outer = fixture.integers(Fixture.row(1), Fixture.row(2), Fixture.row(1));
    PlanNode inner = fixture.integers(Fixture.row(0));
    var counted =
        new PlanNode.Project(
            inner,
            List.of(fixture.column("x", SqlType.INT4)),
            List.of(
                new SqlExpr.Call(
                    TestFunctions.counting(calls),
                    List.of(Fixture.ref(outer, 0), integer(0)),
                    SqlType.INT4)));
    assertThat(fixture.rows(project(outer, new SqlExpr.ScalarSubquery(counted, SqlType.INT4))))
        .containsExactly(List.of(1), List.of(2), List.of(1));
    assertThat(calls[0]).isEqualTo(2);
  }

  @Test
  void shouldNotTakeANumberForAnotherThatIsWrittenDifferently() {
    Column amount = fixture.column("amount", SqlType.NUMERIC);
    var outer =
        new PlanNode.Values(
            List.of(amount),
            List.of(
                List.of(constant(Numeric.of(10, 1), SqlType.NUMERIC)),
                List.of(constant(Numeric.of(100, 2), SqlType.NUMERIC))));
    PlanNode inner =
        new PlanNode.Project(
            fixture.integers(Fixture.row(0)),
            List.of(fixture.column("x", SqlType.NUMERIC)),
            List.of(Fixture.ref(amount)));
    var rows = fixture.rows(project(outer, new SqlExpr.ScalarSubquery(inner, SqlType.NUMERIC)));
    assertThat(rows.stream().map(row -> String.valueOf(row.getFirst())))
        .containsExactly("1.0", "1.00");
  }

  @Test
  void shouldReachThroughTwoLevelsOfQueries() {
    PlanNode outer = fixture.integers(Fixture.row(1), Fixture.row(2));
    PlanNode middle = fixture.integers(Fixture.row(10));
    PlanNode innermost =
        project(
            fixture.integers(Fixture.row(100)),
            plus(Fixture.ref(outer, 0), Fixture.ref(middle, 0)));
    PlanNode second = project(middle, new SqlExpr.ScalarSubquery(innermost, SqlType.INT4));
    assertThat(fixture.rows(project(outer, new SqlExpr.ScalarSubquery(second, SqlType.INT4))))
        .containsExactly(List.of(11), List.of(12));
  }

  @Test
  void shouldNotRememberWhatACommonTableOfAnotherRowGave() {
    PlanNode outer = fixture.integers(Fixture.row(1), Fixture.row(2));
    PlanNode definition = project(fixture.integers(Fixture.row(0)), Fixture.ref(outer, 0));
    PlanNode scan = new PlanNode.CteScan(7, "c", List.of(fixture.column("x", SqlType.INT4)));
    PlanNode right =
        new PlanNode.With(
            List.of(new PlanNode.Cte(7, "c", definition, null, false, false)),
            project(
                fixture.integers(Fixture.row(0)), new SqlExpr.ScalarSubquery(scan, SqlType.INT4)));
    assertThat(
            fixture.rows(
                new PlanNode.Apply(PlanNode.JoinKind.INNER, outer, right, null, List.of())))
        .containsExactly(List.of(1, 1), List.of(2, 2));
  }

  @Test
  void shouldRefuseMoreThanOneRowAsAValue() {
    PlanNode two = fixture.integers(Fixture.row(1), Fixture.row(2));
    assertThatThrownBy(() -> eval(new SqlExpr.ScalarSubquery(two, SqlType.INT4)))
        .hasMessage("more than one row returned by a subquery used as an expression");
  }

  @Test
  void shouldCompareWithQueriesInThreeValuedLogic() {
    PlanNode rows = fixture.integers(Fixture.row(1), Fixture.row(2));
    PlanNode withNull = fixture.integers(Fixture.row(1), Fixture.row((Integer) null));
    PlanNode none = new PlanNode.Filter(fixture.integers(Fixture.row(1)), bool(false));
    List<@Nullable Object> results = new ArrayList<>();
    for (PlanNode query : List.of(rows, withNull, none)) {
      for (Integer value : Arrays.asList(1, 9, null)) {
        results.add(
            eval(new SqlExpr.QueryComparison(List.of(integer(value)), query, List.of(EQ), false)));
      }
    }
    assertThat(results).containsExactly(true, false, null, true, null, null, false, false, false);
    ScalarFunction less = TestFunctions.lt(SqlType.INT4);
    assertThat(eval(new SqlExpr.QueryComparison(List.of(integer(0)), rows, List.of(less), true)))
        .isEqualTo(true);
    assertThat(eval(new SqlExpr.QueryComparison(List.of(integer(1)), rows, List.of(less), true)))
        .isEqualTo(false);
    assertThat(eval(new SqlExpr.Exists(rows, false))).isEqualTo(true);
    assertThat(eval(new SqlExpr.Exists(none, true))).isEqualTo(true);
    assertThat(eval(new SqlExpr.ArraySubquery(rows, SqlType.arrayOf(SqlType.INT4))))
        .isEqualTo(SqlArray.of(SqlType.INT4, 1, 2));
  }
}
