package dev.troupe.node.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.ParameterException;

/** A verb that needs another verb behind it. */
@Command
abstract class VerbGroup extends Verb implements Runnable {
  @Override
  public final void run() {
    throw new ParameterException(
        spec().commandLine(),
        "say what to do: " + String.join(", ", spec().subcommands().keySet()));
  }
}
