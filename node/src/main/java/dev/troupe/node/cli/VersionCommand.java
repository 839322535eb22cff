package dev.troupe.node.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Says what this is. */
@Command(name = "version", description = "Prints the version.")
final class VersionCommand extends Verb implements Callable<Integer> {
  @Option(names = "--build", description = "Also prints what it runs on.")
  private boolean build;

  @Override
  public Integer call() {
    say("troupe " + Version.current());
    if (build) {
      say("java " + Runtime.version() + " (" + System.getProperty("java.vm.name") + ")");
      say(System.getProperty("os.name") + " " + System.getProperty("os.arch"));
    }
    return 0;
  }
}
