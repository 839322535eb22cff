package dev.troupe.sql.driver;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes a {@link RecordedScript} anew with what a PostgreSQL answers, which must be empty and let
 * everybody in. Its first superuser has to be {@code root} and the database {@code defaultdb}, as
 * here.
 */
final class ScriptRecorder {
  private ScriptRecorder() {}

  /** Arguments: a JDBC URL, and the file. */
  public static void main(String[] arguments) throws Exception {
    Path file = Path.of(arguments[1]);
    String text = Files.readString(file, StandardCharsets.UTF_8);
    List<RecordedScript.Step> steps = RecordedScript.parse(text);
    List<List<String>> answers =
        RecordedScript.play(
            steps, user -> DriverManager.getConnection(arguments[0], user, "no password"));
    List<String> written = new ArrayList<>();
    String[] lines = text.split("\n", -1);
    int next = 0;
    for (int i = 0; i < lines.length; i++) {
      if (next < steps.size() && steps.get(next).line() == i + 1) {
        written.add(lines[i]);
        while (i + 1 < lines.length && lines[i + 1].startsWith("  ")) {
          written.add(lines[++i]);
        }
        written.addAll(answers.get(next++));
      } else if (!RecordedScript.isAnswer(lines[i])) {
        written.add(lines[i]);
      }
    }
    Files.writeString(file, String.join("\n", written), StandardCharsets.UTF_8);
  }
}
