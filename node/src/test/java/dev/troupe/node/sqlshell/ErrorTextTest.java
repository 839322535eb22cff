package dev.troupe.node.sqlshell;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

class ErrorTextTest {
  private static String of(String fields, String statement) {
    PSQLException failure =
        new PSQLException(new ServerErrorMessage(fields.replace('|', '\0') + "\0"));
    return ErrorText.of(failure, statement).replace(System.lineSeparator(), "\n");
  }

  @Test
  void shouldPointAtThePlace() {
    assertThat(
            of(
                "SERROR|C42703|Mcolumn \"bar\" does not exist|HPerhaps another.|P17",
                "select '地球',\n\t  bar;"))
        .isEqualTo(
            """
            ERROR:  42703: column "bar" does not exist
            LINE 2:    bar;
                       ^
            HINT:  Perhaps another.
            """);
  }

  @Test
  void shouldMeasureWideCharactersBeforeThePlace() {
    assertThat(ErrorText.place("select '地球' x y", 15).replace(System.lineSeparator(), "\n"))
        .isEqualTo("LINE 1: select '地球' x y\n" + " ".repeat(8 + 16) + "^\n");
  }

  @Test
  void shouldClipLongLines() {
    String statement = "x".repeat(1_000) + "!" + "y".repeat(1_000);
    assertThat(ErrorText.place(statement, 1_001).lines().toList())
        .containsExactly(
            "LINE 1: ..." + "x".repeat(40) + "!" + "y".repeat(39) + "...",
            " ".repeat(11 + 40) + "^");
  }

  @Test
  void shouldShowDetailAndSurviveAPlaceBehindTheEnd() {
    assertThat(of("SERROR|C23503|Mno|DKey (t)=(9).|P99", "insert"))
        .isEqualTo("ERROR:  23503: no\nLINE 1: insert\n              ^\nDETAIL:  Key (t)=(9).\n");
  }

  @Test
  void shouldShowWhatTheDriverSays() {
    assertThat(ErrorText.of(new SQLException("broken pipe", "08006"), "select 1"))
        .isEqualTo("ERROR:  08006: broken pipe" + System.lineSeparator());
  }
}
