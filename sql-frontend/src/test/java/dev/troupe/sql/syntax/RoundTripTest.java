package dev.troupe.sql.syntax;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.syntax.ast.DataStatement;
import dev.troupe.sql.syntax.ast.QueryStatement;
import dev.troupe.sql.syntax.ast.Statement;
import dev.troupe.sql.syntax.print.SqlPrinter;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RoundTripTest {

  @ParameterizedTest
  @ValueSource(strings = {"postgresql.sql", "troupe.sql"})
  void shouldPrintWhatParsesToTheSameTree(String file) {
    List<String> failures = new ArrayList<>();
    for (String text : StatementFile.read(file)) {
      Statement statement = Parser.parseAll(text).getFirst().statement();
      if (statement instanceof QueryStatement || statement instanceof DataStatement) {
        check(statement, text, failures);
      }
    }
    assertThat(failures).isEmpty();
  }

  private static void check(Statement statement, String text, List<String> failures) {
    String printed = SqlPrinter.statement(statement);
    try {
      Statement again = Parser.parseAll(printed).getFirst().statement();
      String before = Shape.of(statement);
      String after = Shape.of(again);
      if (!before.equals(after)) {
        failures.add(text + "\n  became " + printed + "\n  " + before + "\n  " + after);
      }
    } catch (SqlException e) {
      failures.add(text + "\n  became " + printed + "\n  " + e.getMessage());
    }
  }
}
