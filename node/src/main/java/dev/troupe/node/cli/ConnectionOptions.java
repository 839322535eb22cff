package dev.troupe.node.cli;

import dev.troupe.node.ExitCode;
import dev.troupe.node.client.NodeClient;
import dev.troupe.node.config.ConfigProblem;
import dev.troupe.node.config.HostPort;
import dev.troupe.node.config.Ports;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.function.ToIntFunction;
import picocli.CommandLine.Option;

/** Where the node is that a client verb talks to. */
final class ConnectionOptions {
  @Option(
      names = "--host",
      paramLabel = "HOST",
      defaultValue = "${env:TROUPE_HOST:-127.0.0.1}",
      description = "Host of any node; HOST:PORT is understood, too (default: ${DEFAULT-VALUE}).")
  private String host = "127.0.0.1";

  @Option(
      names = {"--port", "-p"},
      paramLabel = "PORT",
      defaultValue = "${env:TROUPE_PORT:-" + Ports.DEFAULT_GRPC + "}",
      description = "Its gRPC port (default: ${DEFAULT-VALUE}).")
  private int port = Ports.DEFAULT_GRPC;

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      defaultValue = "10",
      description = "How long to wait for an answer (default: ${DEFAULT-VALUE}).")
  private int timeoutSeconds = 10;

  /** Runs a verb with a connection, and says what went wrong in words. */
  int with(ToIntFunction<NodeClient> verb) {
    HostPort address;
    try {
      address = HostPort.parse(host, port);
    } catch (ConfigProblem e) {
      throw new CliFailure(ExitCode.USAGE, e.getMessage(), "");
    }
    try (NodeClient client = new NodeClient(address, Duration.ofSeconds(timeoutSeconds))) {
      return verb.applyAsInt(client);
    } catch (StatusRuntimeException e) {
      throw CliFailure.of(e, address);
    }
  }
}
