package dev.troupe.sql.function;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.sql.type.Recorded;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Compares functions and operators with what PostgreSQL 15 answered, in UTC. The files hold an
 * expression and the answer; of an error its SQLSTATE and message.
 */
class ExpressionTest {
  private final TestContext context = new TestContext("UTC");

  @TestFactory
  List<DynamicTest> shouldAnswerAsPostgreSqlDoes() {
    List<DynamicTest> tests = new ArrayList<>();
    for (String family :
        List.of("math", "text", "regex", "time", "array", "json", "compare", "format", "system")) {
      tests.add(DynamicTest.dynamicTest(family, () -> check(family)));
    }
    return tests;
  }

  private void check(String family) {
    List<String> wrong = new ArrayList<>();
    for (List<String> line : Recorded.lines("/dev/troupe/sql/function/" + family + ".tsv")) {
      String expression = line.getFirst();
      String outcome =
          Recorded.outcome(() -> String.valueOf(Calls.evaluate(expression, context)))
              .replaceFirst(" -- .*", "");
      if (!outcome.equals(line.getLast())) {
        wrong.add(expression + " is " + line.getLast() + ", not " + outcome);
      }
    }
    assertThat(wrong).isEmpty();
  }

  @Test
  void shouldGiveTheRowsThatPostgreSqlGives() {
    List<String> wrong = new ArrayList<>();
    for (List<String> line : Recorded.lines("/dev/troupe/sql/function/rows.tsv")) {
      String outcome =
          Recorded.outcome(() -> Calls.rows(line.getFirst(), context)).replaceFirst(" -- .*", "");
      if (!outcome.equals(line.getLast())) {
        wrong.add(line.getFirst() + " is " + line.getLast() + ", not " + outcome);
      }
    }
    assertThat(wrong).isEmpty();
  }
}
