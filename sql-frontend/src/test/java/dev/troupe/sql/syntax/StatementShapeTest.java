package dev.troupe.sql.syntax;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StatementShapeTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "SELECT * FROM t WHERE id = 42 | select * from t where id = ?",
        "select  *\tfrom T -- x | select * from t",
        "SELECT a /* c */, 'x''y', E'z', $$w$$, B'1' FROM \"A b\".c | select a, ? from \"A b\".c",
        "SELECT f(1, 2, $1), a::int, b[3], -1 | select f(?, $1), a::int, b[?], - ?",
        "INSERT INTO t VALUES (1, 'a'), (2, 'b') | insert into t values (?), (?)",
        "SELECT 1 != 2 OR a@>b; | select ? <> ? or a @> b;",
        "SELECT 'open | select ...",
        "`` | ``",
      })
  void shouldForgetConstants(String text, String shape) {
    assertThat(StatementShape.of(text)).isEqualTo(shape);
  }
}
