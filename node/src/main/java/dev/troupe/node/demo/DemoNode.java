package dev.troupe.node.demo;

import dev.troupe.node.config.Ports;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * One node process of a demo, in a folder of its own. It lives as long as the pipe to its standard
 * input: when this process ends in whatever way, the node ends and deletes its folder.
 */
final class DemoNode {
  private static final int LOG_LINES_SHOWN = 25;
  private static final long STOP_SECONDS = 12;

  private final int number;
  private final Ports ports;
  private final Path folder;
  private final Process process;
  private volatile boolean paused;

  private DemoNode(int number, Ports ports, Path folder, Process process) {
    this.number = number;
    this.ports = ports;
    this.folder = folder;
    this.process = process;
  }

  /**
   * @param launcher the {@code troupe} script
   * @param join gRPC addresses of the nodes
   * @param control where its dashboard asks for failures
   */
  static DemoNode start(
      Path launcher, Path root, int number, Ports ports, List<String> join, String control) {
    Path folder = root.resolve("n" + number);
    List<String> command = new ArrayList<>();
    command.add(launcher.toString());
    command.addAll(List.of("start", "--join", String.join(",", join)));
    command.addAll(List.of("--port-base", Integer.toString(ports.sql())));
    command.addAll(List.of("--data", folder.resolve("data").toString()));
    command.addAll(List.of("--ephemeral", folder.toString()));
    try {
      Files.createDirectories(folder);
      ProcessBuilder builder =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(Redirect.appendTo(folder.resolve("log").toFile()));
      builder.environment().put("TROUPE_SKIP_BUILD", "1");
      builder.environment().put("TROUPE_DEMO_CONTROL", control);
      // All nodes stop at the same time: there is nobody to hand leaderships to.
      builder.environment().put("TROUPE_TIMEOUTS_DRAIN", "1ms");
      return new DemoNode(number, ports, folder, builder.start());
    } catch (IOException e) {
      throw new DemoProblem("cannot start node " + number + ": " + e.getMessage(), "");
    }
  }

  Ports ports() {
    return ports;
  }

  long pid() {
    return process.pid();
  }

  Path log() {
    return folder.resolve("log");
  }

  /**
   * @throws DemoProblem with the end of the node's log when it has ended
   */
  void requireAlive() {
    if (!process.isAlive()) {
      throw new DemoProblem(
          "node %d ended with status %d; its last words:%n%s"
              .formatted(number, process.exitValue(), lastWords()),
          "see `troupe --help` for what the status means");
    }
  }

  /** Whether the process is there, though it may be stopped. */
  boolean isAlive() {
    return process.isAlive();
  }

  boolean isPaused() {
    return paused;
  }

  /** Ends the process at once; what it had on disk stays. */
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /** Stops the process without ending it, or lets it go on. */
  void pause(boolean stop) throws InterruptedException {
    try {
      var kill = new ProcessBuilder("kill", stop ? "-STOP" : "-CONT", Long.toString(pid()));
      int status = kill.redirectErrorStream(true).start().waitFor();
      if (status != 0) {
        throw new DemoProblem("node %d cannot be sent a signal".formatted(number), "");
      }
      paused = stop;
    } catch (IOException e) {
      throw new DemoProblem("cannot run kill: " + e.getMessage(), "");
    }
  }

  /** Asks the node to end; returns at once. */
  void askToStop() {
    if (paused && process.isAlive()) {
      // It could not hear that it shall end.
      try {
        pause(false);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    try {
      process.getOutputStream().close();
    } catch (IOException e) {
      // The pipe is broken already, so the node has ended or is about to.
      process.destroy();
    }
  }

  /** Waits for the node's end, and kills it when it takes too long. */
  void awaitEnd() {
    try {
      if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }

  String lastWords() {
    try {
      List<String> lines = Files.readAllLines(log(), StandardCharsets.UTF_8);
      int from = Math.max(0, lines.size() - LOG_LINES_SHOWN);
      return String.join("\n", lines.subList(from, lines.size()));
    } catch (IOException e) {
      return "(its log cannot be read: " + e.getMessage() + ")";
    }
  }
}
