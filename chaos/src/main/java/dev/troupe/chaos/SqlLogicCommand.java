package dev.troupe.chaos;

import dev.troupe.chaos.sqllogic.FileOutcome;
import dev.troupe.chaos.sqllogic.MalformedSqlLogicException;
import dev.troupe.chaos.sqllogic.SqlLogicFile;
import dev.troupe.chaos.sqllogic.SqlLogicRunner;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sqllogic}: runs sqllogictest files against a server. */
@Command(
    name = "sqllogic",
    mixinStandardHelpOptions = true,
    description = {
      "Runs sqllogictest files against a server that speaks PostgreSQL's protocol.",
      "All that its schema public has is dropped!"
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:enough records passed",
      "1:too many records failed",
      "2:wrong usage, or no test or server is there"
    })
public final class SqlLogicCommand implements Callable<Integer> {
  @Option(
      names = "--url",
      defaultValue = "jdbc:postgresql://127.0.0.1:7432/defaultdb?user=root&sslmode=disable",
      description = "Of JDBC (default: ${DEFAULT-VALUE}).")
  private String url = "";

  @Option(
      names = "--engine",
      defaultValue = "postgresql",
      description = "Whose records are run (default: ${DEFAULT-VALUE}).")
  private String engine = "";

  @Option(
      names = "--known",
      paramLabel = "FILE",
      description = "Places (FILE:LINE) of records that do not count.")
  private @Nullable Path known;

  @Option(
      names = "--least",
      defaultValue = "99.5",
      paramLabel = "PERCENT",
      description = "Of the records have to pass (default: ${DEFAULT-VALUE}).")
  private double leastPercent;

  @Option(
      names = "--failures",
      defaultValue = "20",
      paramLabel = "COUNT",
      description = "Failures to show per file (default: ${DEFAULT-VALUE}).")
  private int failuresShown;

  @Parameters(
      index = "0",
      paramLabel = "FOLDER",
      description = "From which the names of files count.")
  private Path folder = Path.of("");

  @Parameters(
      index = "1..*",
      paramLabel = "FILE",
      description = "Files or folders in it (default: all that ends in .test).")
  private List<Path> files = List.of();

  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() {
    CommandLine command = Objects.requireNonNull(spec, "not run by picocli").commandLine();
    PrintWriter out = command.getOut();
    try (SqlLogicRunner runner = new SqlLogicRunner(url, excluded())) {
      List<FileOutcome> outcomes = new ArrayList<>();
      for (Path file : tests()) {
        String name = folder.relativize(file).toString();
        var records = SqlLogicFile.parse(name, Files.readAllLines(file), engine);
        FileOutcome outcome = runner.run(name, records);
        outcomes.add(outcome);
        print(outcome, out);
      }
      return conclude(outcomes, out);
    } catch (MalformedSqlLogicException | IOException | SQLException e) {
      command.getErr().println("error: " + e.getMessage());
      command.getErr().flush();
      return CommandLine.ExitCode.USAGE;
    }
  }

  private Set<String> excluded() throws IOException {
    Set<String> places = new HashSet<>();
    if (known != null) {
      for (String line : Files.readAllLines(known)) {
        if (!line.isBlank() && !line.startsWith("#")) {
          places.add(line.strip());
        }
      }
    }
    return places;
  }

  private List<Path> tests() throws IOException {
    List<Path> tests = new ArrayList<>();
    List<Path> roots =
        files.isEmpty() ? List.of(folder) : files.stream().map(this::inside).toList();
    for (Path root : roots) {
      try (Stream<Path> below = Files.walk(root)) {
        below.filter(path -> path.toString().endsWith(".test")).sorted().forEach(tests::add);
      }
    }
    return tests;
  }

  private Path inside(Path file) {
    return folder.resolve(file);
  }

  private void print(FileOutcome outcome, PrintWriter out) {
    out.printf(
        "%6d passed %5d failed %4d excluded  %s%n",
        outcome.passed(), outcome.failures().size(), outcome.excluded(), outcome.file());
    outcome.failures().stream()
        .limit(failuresShown)
        .forEach(
            failure ->
                out.printf(
                    "  %s: %s%n    %s%n",
                    failure.place(), failure.what(), failure.sql().replace('\n', ' ')));
    out.flush();
  }

  private int conclude(List<FileOutcome> outcomes, PrintWriter out) {
    int passed = outcomes.stream().mapToInt(FileOutcome::passed).sum();
    int counted = outcomes.stream().mapToInt(FileOutcome::counted).sum();
    int excluded = outcomes.stream().mapToInt(FileOutcome::excluded).sum();
    double percent = counted == 0 ? 0 : 100.0 * passed / counted;
    out.printf(
        "%d files: %d of %d records passed (%.3f %%), %d excluded%n",
        outcomes.size(), passed, counted, percent, excluded);
    out.flush();
    return percent >= leastPercent ? 0 : 1;
  }
}
