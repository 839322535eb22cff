package dev.troupe.sql.syntax;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.troupe.sql.error.SqlException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Parses the statements of SQLite's sqllogictest corpus where that is at hand. */
class SqlLogicCorpusTest {

  @Test
  void shouldParseWhatPostgresqlRuns() throws IOException {
    Optional<Path> corpus = corpus();
    assumeTrue(corpus.isPresent(), "the corpus is not here");
    List<String> known = Files.readAllLines(corpus.get().resolve("postgresql-fails.txt"));
    List<String> failures = new ArrayList<>();
    int parsed = 0;
    try (Stream<Path> files = Files.walk(corpus.get().resolve("test"))) {
      for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
        String name = corpus.get().relativize(file).toString();
        parsed += parse(name, Files.readAllLines(file), known, failures);
      }
    }
    assertThat(failures).isEmpty();
    assertThat(parsed).isGreaterThan(10_000);
  }

  private static Optional<Path> corpus() {
    for (Path folder = Path.of("").toAbsolutePath(); folder != null; folder = folder.getParent()) {
      Path shared = folder.resolve("shared/sqllogictest");
      if (Files.isDirectory(shared)) {
        return Optional.of(shared);
      }
    }
    return Optional.empty();
  }

  private static int parse(
      String name, List<String> lines, List<String> known, List<String> failures) {
    int parsed = 0;
    for (int i = 0; i < lines.size(); i++) {
      boolean skipped = false;
      while (lines.get(i).startsWith("skipif") || lines.get(i).startsWith("onlyif")) {
        boolean ours = lines.get(i).contains("postgresql");
        skipped |= lines.get(i).startsWith("skipif") == ours;
        i++;
      }
      int first = i;
      String head = lines.get(i);
      if (head.equals("halt") && !skipped) {
        break;
      }
      if (!head.startsWith("statement") && !head.startsWith("query")) {
        continue;
      }
      StringBuilder sql = new StringBuilder();
      for (i++; i < lines.size() && !lines.get(i).isBlank(); i++) {
        if (lines.get(i).equals("----")) {
          break;
        }
        sql.append(lines.get(i)).append('\n');
      }
      boolean fails = known.contains(name + ":" + (first + 1)) || head.equals("statement error");
      if (skipped || fails) {
        continue;
      }
      parsed++;
      try {
        Parser.parseAll(sql.toString());
      } catch (SqlException e) {
        failures.add(name + ":" + (first + 1) + " " + e.getMessage());
      }
    }
    return parsed;
  }
}
