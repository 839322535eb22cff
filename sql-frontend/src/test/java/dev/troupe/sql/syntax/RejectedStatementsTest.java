package dev.troupe.sql.syntax;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.sql.error.SqlException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RejectedStatementsTest {

  @Test
  void shouldRejectAsPostgresqlDoes() {
    List<String> failures = new ArrayList<>();
    for (String line : StatementFile.read("rejected.tsv")) {
      int tab = line.indexOf('\t');
      String text = line.substring(0, tab);
      String expected = line.substring(tab + 1);
      String actual = errorOf(text);
      if (!actual.equals(expected)) {
        failures.add(text + "\n  gave     " + actual + "\n  expected " + expected);
      }
    }
    assertThat(failures).isEmpty();
  }

  private static String errorOf(String text) {
    try {
      return "no error but " + Parser.parseAll(text);
    } catch (SqlException e) {
      return e.state().code() + '\t' + e.position() + '\t' + e.getMessage();
    }
  }
}
