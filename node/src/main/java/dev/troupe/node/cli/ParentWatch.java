package dev.troupe.node.cli;

import dev.troupe.node.ExitCode;
import java.io.IOException;

/** Ends this process with the one that started it, however that one ends: its pipe is cut. */
final class ParentWatch {
  private ParentWatch() {}

  static void endWithStdin() {
    Thread.ofPlatform().daemon().name("troupe-parent-watch").start(ParentWatch::waitForEnd);
  }

  private static void waitForEnd() {
    try {
      while (System.in.read() >= 0) {
        // Whatever the parent says, only its silence means something.
      }
    } catch (IOException e) {
      System.err.println("the parent's pipe is broken: " + e.getMessage());
    }
    System.exit(ExitCode.OK.status());
  }
}
