package dev.troupe.node.boot;

import dev.troupe.node.ClusterDoor;
import dev.troupe.node.ExitCode;
import dev.troupe.node.Readiness;
import dev.troupe.node.SwitchablePorts;
import dev.troupe.node.config.NodeSettings;
import dev.troupe.node.demo.LinkSwitch;
import dev.troupe.node.grpc.AdminGrpcService;
import dev.troupe.node.grpc.Admission;
import dev.troupe.node.grpc.AdmittedPorts;
import dev.troupe.node.grpc.CrossRangeKv;
import dev.troupe.node.grpc.GrpcDoor;
import dev.troupe.node.grpc.KvDispatch;
import dev.troupe.node.grpc.KvGrpcService;
import dev.troupe.node.grpc.OpenSessions;
import dev.troupe.node.grpc.RefusalPause;
import dev.troupe.node.grpc.TraceParents;
import dev.troupe.node.grpc.TxnDispatch;
import dev.troupe.node.grpc.TxnGrpcService;
import dev.troupe.node.grpc.TxnIds;
import dev.troupe.node.http.HttpDoor;
import dev.troupe.node.metrics.NodeMetrics;
import dev.troupe.node.sql.SqlDoor;
import dev.troupe.node.trace.Tracing;
import dev.troupe.pgwire.PgOptions;
import dev.troupe.protocol.spi.MonotonicClock;
import dev.troupe.protocol.spi.RandomSource;
import dev.troupe.protocol.spi.SystemClocks;
import dev.troupe.protocol.spi.Transactions;
import dev.troupe.sql.session.Places;
import dev.troupe.transport.EventLoops;
import dev.troupe.transport.LinkFilter;
import dev.troupe.transport.PeerSocket;
import io.grpc.BindableService;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** The network doors of a node: open from its first moment to its last. */
final class Doors implements AutoCloseable {
  private final GrpcDoor grpc;
  private final HttpDoor http;
  private final PeerSocket peers;
  private final SqlDoor sql;
  private final LinkSwitch links = new LinkSwitch();

  /**
   * @throws StartProblem when a port is taken
   */
  Doors(
      NodeSettings settings,
      EventLoops loops,
      SwitchablePorts ports,
      ClusterDoor cluster,
      Supplier<Readiness> readiness,
      NodeMetrics metrics,
      MonotonicClock clock,
      RandomSource random,
      @Nullable Tracing tracing) {
    Admission admission = new Admission(settings.grpc(), clock);
    metrics.watch(admission, () -> readiness.get().ready());
    metrics.watch(ports.followers());
    TxnIds ids = new TxnIds(random);
    KvDispatch dispatch = keyValue(settings, ports, ids, admission, metrics, clock, tracing);
    TxnDispatch transactions =
        transactions(settings, ports.transactions(), ids, admission, metrics, clock, tracing);
    String host = settings.network().listenAddress();
    requireFree("cluster", host, settings.network().ports().cluster());
    http = openHttp(settings, ports, cluster, readiness, metrics, links, tracing);
    try {
      int peerPort = settings.network().ports().peer();
      peers = open("peer", host, peerPort, address -> PeerSocket.bind(loops, address));
    } catch (StartProblem e) {
      http.close();
      throw e;
    }
    try {
      grpc = openGrpc(settings, loops, dispatch, transactions, cluster, tracing);
    } catch (StartProblem e) {
      peers.close();
      http.close();
      throw e;
    }
    try {
      Admission begins = new Admission(sqlLimits(settings.sql()), clock, "troupe.sql.waiting");
      metrics.watchSql(begins);
      var admitted = new AdmittedPorts(begins, clock, RefusalPause.on(loops.clients()::next));
      sql =
          openSql(
              settings,
              new SqlDoor.Inside(ports, admitted, cluster, readiness, ids, clock, random, tracing));
      sql.show(metrics);
      http.connect(sql);
    } catch (StartProblem e) {
      grpc.close();
      peers.close();
      http.close();
      throw e;
    }
  }

  private static HttpDoor openHttp(
      NodeSettings settings,
      SwitchablePorts ports,
      ClusterDoor cluster,
      Supplier<Readiness> readiness,
      NodeMetrics metrics,
      LinkSwitch links,
      @Nullable Tracing tracing) {
    var inside =
        new HttpDoor.Inside(
            readiness,
            cluster,
            ports.questions(),
            ports.ranges(),
            ports.underWay(),
            metrics,
            settings,
            links,
            tracing == null ? null : tracing.book(),
            SystemClocks.wall(),
            SystemClocks.monotonic());
    return open(
        "HTTP",
        settings.network().listenAddress(),
        settings.network().ports().http(),
        address -> new HttpDoor(address, inside));
  }

  private static GrpcDoor openGrpc(
      NodeSettings settings,
      EventLoops loops,
      KvDispatch dispatch,
      TxnDispatch transactions,
      ClusterDoor cluster,
      @Nullable Tracing tracing) {
    UnaryOperator<BindableService> traced =
        tracing == null ? UnaryOperator.identity() : TraceParents::readFor;
    return open(
        "gRPC",
        settings.network().listenAddress(),
        settings.network().ports().grpc(),
        address ->
            new GrpcDoor(
                loops,
                address,
                threads ->
                    List.of(
                        traced.apply(
                            new KvGrpcService(
                                dispatch, settings.grpc().pipelineInFlight(), threads)),
                        traced.apply(new TxnGrpcService(transactions, threads)),
                        new AdminGrpcService(cluster))));
  }

  /** Sessions are bounded by themselves, and so is what each has under way. */
  private static NodeSettings.GrpcLimits sqlLimits(NodeSettings.Sql sql) {
    return new NodeSettings.GrpcLimits(
        Integer.MAX_VALUE, Long.MAX_VALUE, Integer.MAX_VALUE, sql.waiting());
  }

  private static SqlDoor openSql(NodeSettings settings, SqlDoor.Inside inside) {
    NodeSettings.Sql sql = settings.sql();
    var options =
        new PgOptions(
            new Places(sql.connectionsMax(), sql.reserved()),
            sql.authentication(),
            sql.authenticationTimeout(),
            sql.tls());
    return open(
        "SQL",
        settings.network().listenAddress(),
        settings.network().ports().sql(),
        address -> new SqlDoor(address, options, inside));
  }

  private static KvDispatch keyValue(
      NodeSettings settings,
      SwitchablePorts ports,
      TxnIds ids,
      Admission admission,
      NodeMetrics metrics,
      MonotonicClock clock,
      @Nullable Tracing tracing) {
    return new KvDispatch(
        new CrossRangeKv(ports.kv(), ports.transactions(), ids),
        ports.followers(),
        admission,
        metrics.requests(),
        clock,
        settings.timeouts().request().toNanos(),
        tracing);
  }

  private static TxnDispatch transactions(
      NodeSettings settings,
      Transactions port,
      TxnIds ids,
      Admission admission,
      NodeMetrics metrics,
      MonotonicClock clock,
      @Nullable Tracing tracing) {
    OpenSessions sessions = new OpenSessions(settings.transactions());
    metrics.watch(sessions);
    return new TxnDispatch(
        port,
        ids,
        new TxnDispatch.Bounds(
            admission, sessions, settings.transactions(), settings.timeouts().request()),
        metrics.transactions(),
        clock,
        tracing);
  }

  private interface Opener<T> {
    T open(InetSocketAddress address) throws IOException;
  }

  int grpcPort() {
    return grpc.port();
  }

  /** What is lost between this node and others: nothing, but in a demo. */
  LinkFilter links() {
    return links;
  }

  PeerSocket peers() {
    return peers;
  }

  int sqlPort() {
    return sql.port();
  }

  int httpPort() {
    return http.port();
  }

  void setReady(boolean ready) {
    grpc.setReady(ready);
  }

  /** Ends the doors of clients first: probes are answered to the last. */
  void closeClients() {
    sql.close();
    grpc.close();
  }

  @Override
  public void close() {
    peers.close();
    http.close();
  }

  /** The cluster part binds its port much later; a clash should show before anything is written. */
  private static void requireFree(String what, String host, int port) {
    open(
        what,
        host,
        port,
        address -> {
          try (ServerSocket probe = new ServerSocket()) {
            probe.bind(address);
            return probe;
          }
        });
  }

  private static <T> T open(String what, String host, int port, Opener<T> opener) {
    try {
      return opener.open(new InetSocketAddress(host, port));
    } catch (IOException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw new StartProblem(
          ExitCode.PORT,
          "cannot listen on %s port %s:%d: %s; is another node running? --port-base shifts all ports"
              .formatted(what, host, port, cause.getMessage()));
    }
  }
}
