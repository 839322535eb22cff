package dev.troupe.sql.syntax;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Where messages about an expression point at. */
class PositionsTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "a + b | 2",
        "- a | 0",
        "a.b | 0",
        "date '2024-01-01' | 5",
        "numeric(3, 1) '5' | 14",
        "interval '1' day | 9",
        "a::int | 1",
        "CAST(a AS int) | 0",
        "f(x) | 0",
        "a IS NULL | 2",
        "a NOT IN (1) | 2",
        "a = ANY (b) | 2",
        "(SELECT 1) | 0",
        "ARRAY[1] | 0",
        "CASE WHEN a THEN b END | 0",
        "a AND b AND c | 2",
        "-5 | 0"
      })
  void shouldPointWherePostgresqlDoes(String text, int position) {
    assertThat(Parser.parseExpression(text).position()).isEqualTo(position);
  }
}
