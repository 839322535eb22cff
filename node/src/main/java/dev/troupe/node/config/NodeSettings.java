package dev.troupe.node.config;

import com.typesafe.config.Config;
import dev.troupe.pgwire.Authentication;
import dev.troupe.pgwire.PgTls;
import dev.troupe.protocol.model.Locality;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Everything a node is told at start. Parsed once; immutable.
 *
 * @param config the merged tree: everything under {@code troupe}, and whatever else the operator
 *     set (above all under {@code pekko}, where the defaults are not mixed in)
 */
public record NodeSettings(
    Path dataDirectory,
    Locality locality,
    Network network,
    List<String> join,
    GrpcLimits grpc,
    TxnLimits transactions,
    Sql sql,
    Timeouts timeouts,
    Tracing tracing,
    Config config) {
  public NodeSettings {
    join = List.copyOf(join);
  }

  /**
   * Where a node listens.
   *
   * @param listenAddress address that is bound
   * @param advertiseAddress host under which others reach the node
   */
  public record Network(String listenAddress, String advertiseAddress, Ports ports) {
    public String advertised(int port) {
      return HostPort.join(advertiseAddress, port);
    }
  }

  /**
   * Bounds of the gRPC door.
   *
   * @param inFlightRequests requests of all clients together that are being worked on
   * @param inFlightBytes bytes of keys and values in those requests
   * @param pipelineInFlight calls of one Pipeline stream that are not answered yet
   * @param waiting while even the quickest requests take longer, fewer are let in
   */
  public record GrpcLimits(
      int inFlightRequests, long inFlightBytes, int pipelineInFlight, Duration waiting) {}

  /**
   * Bounds of interactive transactions.
   *
   * @param openSessions streams of all clients together
   * @param sessionInFlight requests of one stream that are not answered yet
   * @param sessionInFlightBytes bytes of those requests and of answers that the client has not
   *     taken
   * @param timeout a transaction is rolled back when it has not ended after so long
   */
  public record TxnLimits(
      int openSessions, int sessionInFlight, long sessionInFlightBytes, Duration timeout) {}

  /**
   * How SQL's clients are received.
   *
   * @param connectionsMax sessions at once
   * @param reserved the last of them, which only superusers get
   * @param waiting while even the quickest requests of transactions take longer, fewer may begin
   * @param authenticationTimeout a client without a session is cut off after so long
   * @param tls null: nothing is encrypted
   */
  public record Sql(
      int connectionsMax,
      int reserved,
      Duration waiting,
      Authentication authentication,
      Duration authenticationTimeout,
      @Nullable PgTls tls) {}

  /**
   * @param request for requests that come without a deadline
   * @param drain how long a shutdown waits for leaderships to move away
   * @param stop how long it then waits for the cluster part to end
   */
  public record Timeouts(Duration request, Duration drain, Duration stop) {}

  /**
   * Which requests are traced, and what is kept of them.
   *
   * @param sample share of the requests whose clients say nothing about it, from 0 to 1
   * @param keepLatest traces that are kept for being the latest
   * @param keepSlowest traces before those that are kept for being the slowest
   * @param spansPerTrace spans of one trace that this node keeps
   * @param otlp where they are sent, too; null: nowhere
   */
  public record Tracing(
      boolean enabled,
      double sample,
      int keepLatest,
      int keepSlowest,
      int spansPerTrace,
      @Nullable Otlp otlp) {}

  /**
   * A collector of traces.
   *
   * @param endpoint URL that takes OTLP over HTTP
   * @param headers of each request
   * @param timeout for each request
   */
  public record Otlp(String endpoint, Map<String, String> headers, Duration timeout) {
    public Otlp {
      headers = Map.copyOf(headers);
    }
  }

  public String clusterAddress() {
    return network.advertised(network.ports().cluster());
  }

  public String grpcAddress() {
    return network.advertised(network.ports().grpc());
  }

  public String sqlAddress() {
    return network.advertised(network.ports().sql());
  }

  public String httpAddress() {
    return network.advertised(network.ports().http());
  }
}
