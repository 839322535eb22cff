package dev.troupe.sql.type;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class ValueOrderTest {
  @Test
  void shouldCompareTextsByCodePoints() {
    String beyondBasicPlane = "\ud83d\ude00";
    assertOrdered(SqlType.TEXT, "", "A", "a", "aa", "b", "\ud7ff", "\uffff", beyondBasicPlane);
  }

  @Test
  void shouldIgnoreBlanksAtTheEndOfPaddedTexts() {
    assertSame(SqlType.BPCHAR, "ab", "ab  ");
    assertOrdered(SqlType.BPCHAR, "ab\n", "ab!");
    assertThat(Values.equal(SqlType.TEXT, "ab", "ab ")).isFalse();
  }

  @Test
  void shouldPutNanAboveAllFloatsAndEqualBothZeros() {
    assertOrdered(SqlType.FLOAT8, Double.NEGATIVE_INFINITY, -1.0, 0.0, 1.0, Double.NaN);
    assertSame(SqlType.FLOAT8, 0.0, -0.0);
    assertSame(SqlType.FLOAT4, 0.0f, -0.0f);
    assertSame(SqlType.FLOAT8, Double.NaN, Double.longBitsToDouble(0xfff8000000000001L));
  }

  @Test
  void shouldCompareUuidsAsUnsignedBytes() {
    assertOrdered(SqlType.UUID, new UUID(0, 0), new UUID(0, -1), new UUID(1, 0), new UUID(-1, 0));
  }

  @Test
  void shouldCompareIntervalsByThirtyDaysAMonth() {
    assertSame(SqlType.INTERVAL, new Interval(1, 0, 0), new Interval(0, 30, 0));
    assertSame(SqlType.INTERVAL, new Interval(0, 1, 0), new Interval(0, 0, 86_400_000_000L));
    assertSame(SqlType.INTERVAL, new Interval(0, 1, -1), new Interval(0, 0, 86_399_999_999L));
    assertOrdered(
        SqlType.INTERVAL,
        new Interval(Integer.MIN_VALUE, Integer.MIN_VALUE, Long.MIN_VALUE),
        new Interval(0, 0, -1),
        Interval.ZERO,
        new Interval(0, 0, 1),
        new Interval(1, 0, 0),
        new Interval(0, 31, 0));
  }

  @Test
  void shouldCompareTimesWithZoneByMomentThenZone() {
    assertOrdered(
        SqlType.TIMETZ,
        new TimeTz(43_200_000_000L, -7200),
        new TimeTz(43_200_000_000L, 0),
        new TimeTz(36_000_000_000L, 7200 + 1));
    assertOrdered(
        SqlType.TIMETZ, new TimeTz(43_200_000_000L, -3600), new TimeTz(39_600_000_000L, 0));
  }

  @Test
  void shouldCompareArraysByElementsThenShape() {
    SqlType type = SqlType.arrayOf(SqlType.INT4);
    assertOrdered(
        type,
        SqlArray.empty(SqlType.INT4),
        SqlArray.of(SqlType.INT4, 1),
        SqlArray.of(SqlType.INT4, 1, 2),
        SqlArray.of(SqlType.INT4, new int[] {2}, new int[] {2}, new Object[] {1, 2}),
        SqlArray.of(SqlType.INT4, new int[] {2, 1}, new int[] {1, 1}, new Object[] {1, 2}),
        SqlArray.of(SqlType.INT4, 2),
        SqlArray.of(SqlType.INT4, List.of(2, 0)),
        SqlArray.of(SqlType.INT4, new Object[] {null}));
    assertSame(
        SqlType.arrayOf(SqlType.NUMERIC),
        SqlArray.of(SqlType.NUMERIC, Numeric.ONE),
        SqlArray.of(SqlType.NUMERIC, Numeric.parse("1.00")));
  }

  @Test
  void shouldCompareRecordsByColumnsAndRefuseOtherShapes() {
    List<SqlType> types = List.of(SqlType.INT4, SqlType.TEXT);
    assertOrdered(
        SqlType.RECORD,
        new SqlRecord(types, 1, "a"),
        new SqlRecord(types, 1, "b"),
        new SqlRecord(types, 1, null),
        new SqlRecord(types, null, "a"));
    assertThatThrownBy(
            () -> new SqlRecord(types, 1, "a").compareTo(new SqlRecord(List.of(SqlType.INT4), 1)))
        .hasMessage("cannot compare record types with different numbers of columns");
    assertThatThrownBy(
            () ->
                new SqlRecord(types, 1, "a")
                    .compareTo(new SqlRecord(List.of(SqlType.INT4, SqlType.INT4), 1, 1)))
        .hasMessage("cannot compare dissimilar column types text and integer at record column 2");
  }

  @Test
  void shouldOrderNullsLast() {
    ValueOrder order = ValueOrder.of(SqlType.INT4);
    assertThat(order.compareNullsLast(null, 1)).isPositive();
    assertThat(order.compareNullsLast(1, null)).isNegative();
    assertThat(order.compareNullsLast(null, null)).isZero();
    assertThat(order.same(null, null)).isTrue();
    assertThat(order.same(null, 1)).isFalse();
  }

  private static void assertSame(SqlType type, Object left, Object right) {
    assertThat(Values.compare(type, left, right)).isZero();
    assertThat(Values.equal(type, left, right)).isTrue();
    assertThat(Values.hash(type, left)).isEqualTo(Values.hash(type, right));
  }

  private static void assertOrdered(SqlType type, Object... ascending) {
    for (int i = 0; i < ascending.length; i++) {
      for (int j = 0; j < ascending.length; j++) {
        assertThat(Integer.signum(Values.compare(type, ascending[i], ascending[j])))
            .as("%s against %s", ascending[i], ascending[j])
            .isEqualTo(Integer.compare(i, j));
        assertThat(Values.equal(type, ascending[i], ascending[j])).isEqualTo(i == j);
      }
    }
  }
}
