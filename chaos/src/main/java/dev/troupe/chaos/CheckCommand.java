package dev.troupe.chaos;

import dev.troupe.chaos.history.History;
import dev.troupe.chaos.history.MalformedHistoryException;
import dev.troupe.chaos.history.check.CheckResult;
import dev.troupe.chaos.history.check.UnfitHistoryException;
import dev.troupe.chaos.history.check.Workload;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** {@code check}: judges a recorded history. */
@Command(
    name = "check",
    mixinStandardHelpOptions = true,
    description = {
      "Judges what clients saw of a database.",
      "A history has one event per line: {\"process\": 0, \"type\": \"invoke|ok|fail|info\","
          + " \"time\": nanoseconds, \"value\": [[\"append\", key, value], [\"r\", key, null]]}.",
      "Several files are recordings of one run; their clocks must agree."
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:nothing wrong was found",
      "1:the history has anomalies",
      "2:wrong usage, or no history of this workload",
      "3:undecided: nothing wrong was found, but not everything could be decided"
    })
public final class CheckCommand implements Callable<Integer> {
  static final int VALID = 0;
  static final int INVALID = 1;
  static final int UNDECIDED = 3;

  @Option(
      names = "--workload",
      required = true,
      converter = WorkloadName.class,
      paramLabel = "WORKLOAD",
      description = "list-append, register, rw-register, bank or counter.")
  private @Nullable Workload workload;

  @Option(
      names = "--steps",
      defaultValue = "2000000",
      description = "Search steps per register before it is undecided (default: ${DEFAULT-VALUE}).")
  private long stepsMax;

  @Option(names = "--negative-balances", description = "Let accounts of a bank be overdrawn.")
  private boolean negativeAllowed;

  @Parameters(arity = "1..*", paramLabel = "FILE", description = "Histories of one run.")
  private List<Path> files = List.of();

  @Spec private @Nullable CommandSpec spec;

  /** Reads a workload as it is written on the command line. */
  static final class WorkloadName implements CommandLine.ITypeConverter<Workload> {
    @Override
    public Workload convert(String text) {
      for (Workload known : Workload.values()) {
        if (known.toString().equals(text)) {
          return known;
        }
      }
      throw new TypeConversionException(
          "'%s' is none of %s".formatted(text, List.of(Workload.values())));
    }
  }

  @Override
  public Integer call() {
    CommandLine command = Objects.requireNonNull(spec, "not run by picocli").commandLine();
    if (stepsMax < 1) {
      throw new CommandLine.ParameterException(command, "--steps must be at least 1");
    }
    Workload chosen = Objects.requireNonNull(workload, "picocli requires it");
    try {
      History history = History.read(files);
      CheckResult result =
          chosen.checker(new Workload.Options(stepsMax, negativeAllowed)).check(history);
      print(history, result, command.getOut());
      return switch (result.verdict()) {
        case VALID -> VALID;
        case INVALID -> INVALID;
        case UNDECIDED -> UNDECIDED;
      };
    } catch (MalformedHistoryException | UnfitHistoryException e) {
      return refuse(command, e.getMessage());
    } catch (IOException e) {
      return refuse(command, "cannot read: " + e);
    }
  }

  private static int refuse(CommandLine command, @Nullable String why) {
    command.getErr().println("error: " + why);
    command.getErr().flush();
    return CommandLine.ExitCode.USAGE;
  }

  private static void print(History history, CheckResult result, PrintWriter out) {
    result.anomalies().forEach(out::println);
    result.undecided().forEach(why -> out.println("undecided: " + why));
    result.counts().forEach((name, count) -> out.printf("%6d  %s%n", count, name));
    out.printf(
        "%s: %d operations, %d anomalies%n",
        result.verdict(),
        history.attempts().size(),
        result.counts().values().stream().mapToInt(Integer::intValue).sum());
    out.flush();
  }
}
