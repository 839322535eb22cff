package dev.troupe.node.cli;

import dev.troupe.node.ExitCode;
import dev.troupe.node.NodeIdentity;
import dev.troupe.node.boot.NodeStore;
import dev.troupe.node.boot.RocksNodeStore;
import dev.troupe.node.boot.StartProblem;
import dev.troupe.node.boot.TroupeNode;
import dev.troupe.node.config.ConfigProblem;
import dev.troupe.node.config.NodeSettings;
import dev.troupe.protocol.spi.SystemClocks;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Security;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * A process that is a node: opens it, says when it is ready, and ends it on a signal (exit status
 * 0), on a problem (its exit code), or at once when the disk has failed.
 */
final class NodeProcess {
  private volatile ExitCode outcome = ExitCode.OK;
  private final StartOptions options;
  private final PrintWriter out;

  private NodeProcess(StartOptions options, PrintWriter out) {
    this.options = options;
    this.out = out;
  }

  /** Does not return while the node runs. */
  static int run(StartOptions options, @Nullable String join, boolean singleNode, PrintWriter out) {
    // Threads that log first while the logging framework initialises would lose their lines.
    LoggerFactory.getILoggerFactory();
    lookUpNamesAnew();
    NodeSettings settings;
    try {
      settings = options.load(join);
    } catch (ConfigProblem e) {
      throw new CliFailure(ExitCode.CONFIGURATION, e.getMessage(), "");
    }
    return new NodeProcess(options, out).run(settings, singleNode);
  }

  /**
   * The JVM keeps addresses of names for half a minute, and "unknown" for ten seconds: a peer that
   * comes back under another address would not be found for so long. Before the first lookup.
   */
  private static void lookUpNamesAnew() {
    Security.setProperty("networkaddress.cache.ttl", "2");
    Security.setProperty("networkaddress.cache.negative.ttl", "1");
  }

  private int run(NodeSettings settings, boolean singleNode) {
    TroupeNode node;
    try {
      node = TroupeNode.open(settings, () -> openStore(settings), Version.current(), singleNode);
    } catch (StartProblem e) {
      throw new CliFailure(e.exitCode(), e.getMessage(), "");
    }
    Runtime.getRuntime().addShutdownHook(new Thread(() -> end(node), "troupe-shutdown"));
    Path ephemeral = options.ephemeral();
    if (ephemeral != null) {
      ParentWatch.endWithStdin();
    }
    node.firstReady().thenAccept(identity -> announce(settings, node, identity));
    StartProblem problem = node.broken().join();
    outcome = problem.exitCode();
    System.err.println("error: " + problem.getMessage());
    return problem.exitCode().status();
  }

  private NodeStore openStore(NodeSettings settings) {
    HardExit exit = HardExit.prepare();
    return RocksNodeStore.open(settings, Version.current(), message -> halt(exit, message));
  }

  /** Runs as the shutdown hook: nothing may come after it. */
  private void end(TroupeNode node) {
    node.close();
    Path pidFile = options.pidFile();
    Path ephemeral = options.ephemeral();
    try {
      if (pidFile != null) {
        Files.deleteIfExists(pidFile);
      }
      if (ephemeral != null) {
        for (Path orphan : Folders.orphansBeside(ephemeral)) {
          Folders.delete(orphan);
        }
        Folders.delete(ephemeral);
      }
    } catch (IOException e) {
      System.err.println("cannot clean up: " + e);
    }
    // A signal would make the JVM report failure although the node ended as it should.
    Runtime.getRuntime().halt(outcome.status());
  }

  /** What is on disk is no longer known: nothing may be acknowledged after this. */
  private static void halt(HardExit exit, String message) {
    System.err.println("fatal: " + message);
    exit.now(ExitCode.STORAGE.status());
  }

  private void announce(NodeSettings settings, TroupeNode node, NodeIdentity identity) {
    String host = settings.network().advertiseAddress();
    out.printf("%nnode %d is ready (%.1f s)%n", identity.nodeId().value(), secondsSinceStart());
    out.printf("  gRPC       %s%n", settings.network().advertised(node.grpcPort()));
    out.printf("  dashboard  http://%s/%n", settings.network().advertised(node.httpPort()));
    out.printf("  cluster    %s, port %s%n", identity.clusterId(), settings.clusterAddress());
    out.printf("  data       %s%n", settings.dataDirectory());
    out.printf("  process    %d on %s%n%n", ProcessHandle.current().pid(), host);
    out.flush();
    writePidFile();
  }

  private void writePidFile() {
    Path pidFile = options.pidFile();
    if (pidFile == null) {
      return;
    }
    try {
      Files.writeString(pidFile, ProcessHandle.current().pid() + "\n");
    } catch (IOException e) {
      System.err.println("cannot write " + pidFile + ": " + e.getMessage());
    }
  }

  private static double secondsSinceStart() {
    long started =
        ProcessHandle.current()
            .info()
            .startInstant()
            .map(Instant::toEpochMilli)
            .orElse(SystemClocks.wall().millis());
    return (SystemClocks.wall().millis() - started) / 1000.0;
  }
}
