package dev.troupe.sql.type.format;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.sql.type.Recorded;
import dev.troupe.sql.type.SqlType;
import dev.troupe.sql.type.TypeId;
import dev.troupe.sql.type.TypeSession;
import dev.troupe.sql.type.TypeTexts;
import java.time.ZoneId;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class FormatTest {
  private static final TypeSession BERLIN = TypeSession.at(ZoneId.of("Europe/Berlin"), 0);

  static List<List<String>> literals() {
    return Recorded.lines("formats.tsv");
  }

  @ParameterizedTest
  @MethodSource("literals")
  void shouldReadAndPrintLiteralsAsPostgres(List<String> columns) {
    SqlType type = TypeTexts.parse(columns.get(0));
    String printed =
        Recorded.outcome(() -> Format.of(type).toText(literal(type, columns.get(1)), BERLIN));
    assertThat(printed).as("'%s'::%s", columns.get(1), columns.get(0)).isEqualTo(columns.get(2));
  }

  /** As {@code 'text'::type}: only intervals are read by their modifier. */
  private static Object literal(SqlType type, String text) {
    if (type.id() == TypeId.INTERVAL) {
      return Format.of(type).readText(text, BERLIN);
    }
    return ModifierCoercion.cast(type, Format.of(type.plain()).readText(text, BERLIN));
  }
}
