package dev.troupe.loadgen;

import dev.troupe.loadgen.client.ClientOptions;
import dev.troupe.loadgen.client.Endpoint;
import dev.troupe.loadgen.client.LoadClient;
import dev.troupe.loadgen.client.TroupeDialect;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Options that say whom to talk to and how. */
final class TargetOptions {
  private static final int PORT_DEFAULT = 7433;

  @Spec(Spec.Target.MIXEE)
  private @Nullable CommandSpec spec;

  @Option(
      names = "--host",
      split = ",",
      paramLabel = "HOST[:PORT]",
      defaultValue = "127.0.0.1",
      description = "Nodes to start with; the others are found by asking. (${DEFAULT-VALUE})")
  private List<String> hosts = List.of();

  @Option(
      names = "--port",
      defaultValue = "" + PORT_DEFAULT,
      description = "gRPC port of hosts given without one. (${DEFAULT-VALUE})")
  private int port = PORT_DEFAULT;

  @Option(
      names = "--connections",
      defaultValue = "1",
      description = "Connections that share the users. (${DEFAULT-VALUE})")
  private int connections = 1;

  @Option(
      names = "--threads",
      defaultValue = "1",
      description = "Threads that share the connections. (${DEFAULT-VALUE})")
  private int threads = 1;

  @Option(
      names = "--api",
      defaultValue = "pipeline",
      converter = EnumOption.Api.class,
      description =
          "pipeline: operations of concurrent users travel together on a stream;"
              + " unary: one call per operation. (${DEFAULT-VALUE})")
  private TroupeDialect api = TroupeDialect.PIPELINE;

  @Option(
      names = "--timeout",
      defaultValue = "5s",
      converter = DurationOption.class,
      description = "When an unanswered operation is given up. (${DEFAULT-VALUE})")
  private Duration timeout = Duration.ofSeconds(5);

  @Option(
      names = "--prefer-leader",
      negatable = true,
      defaultValue = "true",
      fallbackValue = "true",
      description = "Look for the leader and talk to it. (${DEFAULT-VALUE})")
  private boolean preferLeader = true;

  @Option(names = "--namespace", defaultValue = "", description = "Namespace of the keys.")
  private String namespace = "";

  @Option(
      names = "--wait",
      defaultValue = "10s",
      converter = DurationOption.class,
      description = "How long to wait for a node that answers. (${DEFAULT-VALUE})")
  private Duration wait = Duration.ofSeconds(10);

  Duration patience() {
    return wait;
  }

  LoadClient open() {
    return open(namespace);
  }

  LoadClient open(String otherNamespace) {
    try {
      List<Endpoint> endpoints = hosts.stream().map(host -> Endpoint.parse(host, port)).toList();
      return new LoadClient(
          api,
          new ClientOptions(
              endpoints, connections, threads, otherNamespace, timeout, preferLeader));
    } catch (IllegalArgumentException e) {
      throw new ParameterException(
          Objects.requireNonNull(spec).commandLine(), String.valueOf(e.getMessage()));
    }
  }

  /**
   * Clients for transactions, one per connection; each begins with another node, so that users are
   * spread over the nodes.
   */
  TxnClients openTransactions() {
    List<String> addresses = hosts.stream().map(h -> Endpoint.parse(h, port).toString()).toList();
    return new TxnClients(addresses, connections, namespace, timeout);
  }

  Duration timeout() {
    return timeout;
  }

  String namespace() {
    return namespace;
  }

  void describe(Map<String, Object> settings) {
    settings.put("api", api.name().toLowerCase(Locale.ROOT));
    settings.put("connections", connections);
    settings.put(
        "hosts",
        String.join(
            ",", hosts.stream().map(host -> Endpoint.parse(host, port).toString()).toList()));
  }
}
