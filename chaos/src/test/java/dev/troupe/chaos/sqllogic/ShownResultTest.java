package dev.troupe.chaos.sqllogic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.chaos.sqllogic.SqlLogicRecord.Expectation;
import dev.troupe.chaos.sqllogic.SqlLogicRecord.Sorting;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ShownResultTest {

  @ParameterizedTest
  @CsvSource(
      nullValues = "null",
      value = {
        "I, 42, 42",
        "I, -7, -7",
        "I, 2.9, 2",
        "I, -2.9, -2",
        "I, 1.2e3, 1200",
        "I, t, 1",
        "I, f, 0",
        "I, abc, 0",
        "I, null, NULL",
        "R, 1, 1.000",
        "R, 2.71828, 2.718",
        "R, -0.0005, -0.001",
        "T, abc, abc",
        "T, null, NULL",
        "T, '', (empty)",
        "T, a\u00e9b\tc, a@b@c"
      })
  void shouldShowValues(char type, String text, String shown) {
    assertThat(ShownResult.show(type, text)).isEqualTo(shown);
  }

  @Test
  void shouldSortAsTheQueryWants() {
    List<List<String>> rows =
        List.of(List.of("b", "1"), List.of("a", "9"), List.of("a", "10"), List.of("B", "2"));

    assertThat(ShownResult.of(rows, Sorting.NOSORT).values())
        .containsExactly("b", "1", "a", "9", "a", "10", "B", "2");
    assertThat(ShownResult.of(rows, Sorting.ROWSORT).values())
        .containsExactly("B", "2", "a", "10", "a", "9", "b", "1");
    assertThat(ShownResult.of(rows, Sorting.VALUESORT).values())
        .containsExactly("1", "10", "2", "9", "B", "a", "a", "b");
  }

  @Test
  void shouldCompareWithValuesOrTheirHash() {
    ShownResult result = new ShownResult(List.of("1", "2"));

    assertThat(result.meets(new Expectation.Values(List.of("1", "2")))).isTrue();
    assertThat(result.meets(new Expectation.Values(List.of("2", "1")))).isFalse();
    // printf '1\n2\n' | md5sum
    String md5 = "6ddb4095eb719e2a9f0a3f95677d24e0";
    assertThat(result.meets(new Expectation.Hash(2, md5))).isTrue();
    assertThat(result.meets(new Expectation.Hash(3, md5))).isFalse();
    assertThat(result.meets(new Expectation.Hash(2, md5.replace('6', '7')))).isFalse();
  }
}
