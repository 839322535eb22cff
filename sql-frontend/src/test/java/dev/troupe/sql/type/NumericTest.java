package dev.troupe.sql.type;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.troupe.sql.error.SqlException;
import java.math.BigDecimal;
import java.math.BigInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NumericTest {
  @ParameterizedTest
  @CsvSource({
    "1, 3, 0.33333333333333333333",
    "10, 3, 3.3333333333333333",
    "1, 7000, 0.00014285714285714286",
    "2, 3, 0.66666666666666666667",
    "-1, 3, -0.33333333333333333333",
    "12345678901234567890, 3, 4115226300411522630",
    "1.000000000000000000000000, 3, 0.333333333333333333333333",
    "0, 5, 0.00000000000000000000",
    "Infinity, 2, Infinity",
    "-Infinity, -2, Infinity",
    "5, Infinity, 0",
    "Infinity, Infinity, NaN",
    "NaN, 0, NaN",
  })
  void shouldDivideWithScaleOfPostgres(String left, String right, String quotient) {
    assertThat(Numeric.parse(left).divide(Numeric.parse(right))).hasToString(quotient);
  }

  @ParameterizedTest
  @ValueSource(strings = {"1", "0", "Infinity", "-Infinity"})
  void shouldRefuseToDivideByZero(String dividend) {
    assertThatThrownBy(() -> Numeric.parse(dividend).divide(Numeric.of(0, 2)))
        .isInstanceOf(SqlException.class)
        .hasMessage("division by zero");
  }

  @ParameterizedTest
  @CsvSource({
    "7.5, 2, 1.5",
    "-7.5, 2, -1.5",
    "7, 2.00, 1.00",
    "7, Infinity, 7",
    "Infinity, 7, NaN"
  })
  void shouldGiveRemainderTheSignOfTheDividend(String left, String right, String rest) {
    assertThat(Numeric.parse(left).remainder(Numeric.parse(right))).hasToString(rest);
  }

  @Test
  void shouldKeepScalesInSumsAndProducts() {
    assertThat(Numeric.parse("1.50").add(Numeric.parse("1.5"))).hasToString("3.00");
    assertThat(Numeric.parse("1.50").multiply(Numeric.parse("2.0"))).hasToString("3.000");
    assertThat(Numeric.parse("1.5").subtract(Numeric.parse("1.50"))).hasToString("0.00");
    assertThat(Numeric.POSITIVE_INFINITY.subtract(Numeric.POSITIVE_INFINITY).isNaN()).isTrue();
    assertThat(Numeric.POSITIVE_INFINITY.multiply(Numeric.ZERO).isNaN()).isTrue();
    assertThat(Numeric.ONE.subtract(Numeric.POSITIVE_INFINITY)).hasToString("-Infinity");
  }

  @ParameterizedTest
  @CsvSource({
    "' 12.50 ', 12.50",
    "+.5, 0.5",
    "5., 5",
    "1e3, 1000",
    "1.5e-3, 0.0015",
    "-1E+2, -100",
    "0e-3, 0.000",
    "nan, NaN",
    "-inf, -Infinity",
    "+Infinity, Infinity",
  })
  void shouldReadNumbers(String text, String printed) {
    assertThat(Numeric.parse(text)).hasToString(printed);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "a", "1a", "1e", "1e+", "--1", "1.2.3", ".", "-", "1 2", "+nan"})
  void shouldRefuseOtherTexts(String text) {
    assertThatThrownBy(() -> Numeric.parse(text))
        .isInstanceOf(SqlException.class)
        .hasMessage("invalid input syntax for type numeric: \"" + text + "\"");
  }

  @Test
  void shouldRefuseNumbersBeyondTheFormat() {
    assertThat(Numeric.parse("1e131071").signum()).isEqualTo(1);
    assertThatThrownBy(() -> Numeric.parse("1e131072"))
        .hasMessage("value overflows numeric format");
    assertThatThrownBy(() -> Numeric.parse("1e2000000000"))
        .hasMessage("value overflows numeric format");
  }

  @Test
  void shouldBeEqualWhateverTheScale() {
    assertThat(Numeric.parse("1.0")).isEqualTo(Numeric.ONE).hasSameHashCodeAs(Numeric.ONE);
    assertThat(Numeric.parse("100.00")).hasSameHashCodeAs(Numeric.of(100));
    assertThat(Numeric.of(0, 5)).isEqualTo(Numeric.ZERO).hasSameHashCodeAs(Numeric.ZERO);
    assertThat(Numeric.of(BigInteger.TEN.pow(30)))
        .hasSameHashCodeAs(Numeric.of(new BigDecimal("1e30")));
    assertThat(Numeric.NAN).isGreaterThan(Numeric.POSITIVE_INFINITY).isEqualTo(Numeric.NAN);
    assertThat(Numeric.NEGATIVE_INFINITY).isLessThan(Numeric.of(Long.MIN_VALUE));
  }

  @ParameterizedTest
  @CsvSource({"2.5, 3", "-2.5, -3", "2.4, 2", "9223372036854775807.4, 9223372036854775807"})
  void shouldRoundToLongAwayFromZero(String text, long rounded) {
    assertThat(Numeric.parse(text).toLong()).isEqualTo(rounded);
  }

  @Test
  void shouldNotWrapWhenALongCannotHoldIt() {
    assertThat(Numeric.parse("9223372036854775807.5").toLong()).isNull();
    assertThat(Numeric.NAN.toLong()).isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "0.1, 0.1",
    "1e20, 100000000000000000000",
    "123456789.123456789, 123456789.123457",
    "1e-7, 0.0000001",
    "1234567890123456789, 1234567890123460000",
  })
  void shouldTakeFifteenDigitsOfADouble(double value, String printed) {
    assertThat(Numeric.of(value)).hasToString(printed);
  }
}
