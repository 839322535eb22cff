package dev.troupe.node.cli;

import java.io.PrintWriter;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What all verbs have. */
@Command(usageHelpAutoWidth = true, synopsisHeading = "Usage: ", descriptionHeading = "%n")
abstract class Verb {
  @Spec private @Nullable CommandSpec spec;

  /** Read by the command line's parser alone. */
  @SuppressWarnings("UnusedVariable")
  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Shows this help.")
  private boolean help;

  final CommandSpec spec() {
    return Objects.requireNonNull(spec);
  }

  final PrintWriter out() {
    return spec().commandLine().getOut();
  }

  final void say(String line) {
    out().println(line);
    out().flush();
  }
}
