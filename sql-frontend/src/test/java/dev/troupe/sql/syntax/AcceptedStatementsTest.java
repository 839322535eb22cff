package dev.troupe.sql.syntax;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.sql.error.SqlException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AcceptedStatementsTest {

  @ParameterizedTest
  @ValueSource(strings = {"postgresql.sql", "troupe.sql"})
  void shouldParseEveryStatement(String file) {
    List<String> failures = new ArrayList<>();
    for (String text : StatementFile.read(file)) {
      try {
        if (Parser.parseAll(text).size() != 1) {
          failures.add("not one statement: " + text);
        }
      } catch (SqlException e) {
        failures.add(e.getMessage() + " (" + e.position() + "): " + text);
      }
    }
    assertThat(failures).isEmpty();
  }
}
