package dev.troupe.sql.syntax;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IdentifiersTest {

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {
        "plain_1, plain_1",
        "_x, _x",
        "1x, \"1x\"",
        "Upper, \"Upper\"",
        "a b, \"a b\"",
        "a\"b, \"a\"\"b\"",
        "été, \"été\"",
        "a$b, \"a$b\"",
        "``, \"\"",
        "select, \"select\"",
        "left, \"left\"",
        "between, \"between\"",
        "value, value",
        "index, index"
      })
  void shouldQuoteWhereNeeded(String name, String written) {
    assertThat(Identifiers.quote(name)).isEqualTo(written);
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {"a'b, 'a''b'", "a\\b'c, E'a\\\\b''c'"})
  void shouldWriteLiteralsThatReadTheSame(String text, String written) {
    assertThat(Identifiers.literal(text)).isEqualTo(written);
    assertThat(Parser.parseExpression(written)).hasFieldOrPropertyWithValue("value", text);
  }

  @Test
  void shouldKnowPostgresqlsKeywords() {
    assertThat(Identifiers.keywords())
        .hasSize(460)
        .contains(
            new Identifiers.Word("select", 'R', true),
            new Identifiers.Word("year", 'U', false),
            new Identifiers.Word("varchar", 'C', true),
            new Identifiers.Word("left", 'T', true))
        .extracting(Identifiers.Word::word)
        .isSorted();
  }
}
