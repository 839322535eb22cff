package dev.troupe.node.cli;

import dev.troupe.loadgen.WorkloadCommand;
import dev.troupe.node.ExitCode;
import java.io.PrintWriter;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParameterException;

/** The root of all verbs. */
@Command(
    name = "troupe",
    description = "A distributed SQL database whose parts are actors.",
    subcommands = {
      DemoCommand.class,
      StartSingleNodeCommand.class,
      StartCommand.class,
      InitCommand.class,
      NodeCommand.class,
      RangeCommand.class,
      EventsCommand.class,
      SqlCommand.class,
      KvCommand.class,
      TxnCommand.class,
      WorkloadCommand.class,
      VersionCommand.class
    })
final class TroupeCommand extends Verb implements Runnable {
  /** The command line with everything that all verbs share. */
  static CommandLine commandLine() {
    CommandLine line = new CommandLine(new TroupeCommand());
    line.setExecutionExceptionHandler(TroupeCommand::report);
    line.setParameterExceptionHandler(TroupeCommand::misuse);
    line.getHelpSectionMap()
        .put(
            CommandLine.Model.UsageMessageSpec.SECTION_KEY_EXIT_CODE_LIST, help -> exitCodes(help));
    line.getHelpSectionMap()
        .put(
            CommandLine.Model.UsageMessageSpec.SECTION_KEY_EXIT_CODE_LIST_HEADING,
            help -> String.format("%nExit status:%n"));
    return line;
  }

  @Override
  public void run() {
    throw new ParameterException(spec().commandLine(), "say what to do");
  }

  private static String exitCodes(CommandLine.Help help) {
    Map<String, String> meanings = new LinkedHashMap<>();
    Arrays.stream(ExitCode.values())
        .forEach(code -> meanings.put(Integer.toString(code.status()), code.meaning()));
    return help.createTextTable(meanings).toString();
  }

  private static int report(
      Exception failure, CommandLine line, CommandLine.@Nullable ParseResult parsed) {
    PrintWriter err = line.getErr();
    if (failure instanceof CliFailure known) {
      err.println("error: " + known.getMessage());
      if (!known.hint().isEmpty()) {
        err.println("hint: " + known.hint());
      }
      err.flush();
      return known.exitCode().status();
    }
    err.println("internal error; please report it with what follows");
    failure.printStackTrace(err);
    err.flush();
    return ExitCode.INTERNAL.status();
  }

  private static int misuse(ParameterException misuse, String[] arguments) {
    CommandLine line = misuse.getCommandLine();
    PrintWriter err = line.getErr();
    err.println("error: " + misuse.getMessage());
    if (!CommandLine.UnmatchedArgumentException.printSuggestions(misuse, err)) {
      err.println("hint: " + line.getCommandSpec().qualifiedName() + " --help");
    }
    err.flush();
    return ExitCode.USAGE.status();
  }
}
