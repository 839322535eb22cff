package dev.troupe.sql.driver;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Sessions of one or several users, as PostgreSQL 15 answered the same statements. */
class RecordedScriptsTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "privileges-tables.txt",
        "privileges-schemas.txt",
        "privileges-grants.txt",
        "privileges-roles.txt",
        "privileges-owners.txt",
        "places-of-errors.txt",
        "table-oids.txt",
        "view-columns.txt",
        "rows-as-json.txt",
        "functions-in-from.txt",
        "about-the-session.txt",
        "shown-defaults.txt"
      })
  void shouldAnswerAsPostgres(String file) throws Exception {
    List<RecordedScript.Step> steps = RecordedScript.parse(RecordedScript.read(file));
    assertThat(steps).isNotEmpty();
    try (var server = new MemoryServer()) {
      List<List<String>> answers =
          RecordedScript.play(
              steps, user -> server.connect(user, "&preferQueryMode=simple&ApplicationName=test"));
      var differences = new ArrayList<String>();
      for (int i = 0; i < steps.size(); i++) {
        RecordedScript.Step step = steps.get(i);
        if (!isSame(step.answer(), answers.get(i))) {
          differences.add(
              "%s line %d: %s> %s\n  PostgreSQL %s\n  we         %s"
                  .formatted(
                      file, step.line(), step.user(), step.sql(), step.answer(), answers.get(i)));
        }
      }
      assertThat(differences).isEmpty();
    }
  }

  /** We say more about the place of an error, and once what PostgreSQL repeats for each column. */
  private static boolean isSame(List<String> recorded, List<String> ours) {
    var expected = new ArrayList<>(recorded);
    expected.removeIf(line -> line.startsWith("! 01006 no privileges could be revoked for column"));
    if (expected.size() != ours.size()) {
      return false;
    }
    for (int i = 0; i < ours.size(); i++) {
      boolean placed = expected.get(i).matches("= [0-9A-Z]{5} at .*");
      String line = placed ? ours.get(i) : ours.get(i).replaceFirst(" at [0-9]+:", ":");
      if (!line.equals(expected.get(i))) {
        return false;
      }
    }
    return true;
  }
}
