package dev.troupe.node.cli;

/** Entry point of the launcher: {@code troupe VERB …}. */
public final class Main {
  private Main() {}

  /** Ends the process with the verb's exit code. */
  public static void main(String... arguments) {
    System.exit(TroupeCommand.commandLine().execute(arguments));
  }
}
