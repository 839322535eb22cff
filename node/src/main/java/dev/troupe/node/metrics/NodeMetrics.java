package dev.troupe.node.metrics;

import dev.troupe.node.grpc.Admission;
import dev.troupe.node.grpc.KvOperation;
import dev.troupe.node.grpc.OpenSessions;
import dev.troupe.node.grpc.TxnMethod;
import dev.troupe.protocol.spi.FollowerReads;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.ToDoubleFunction;

/** The registry of a node and the metrics of its process and doors. Any thread. */
public final class NodeMetrics implements AutoCloseable {
  /** The format that servers ask for by this name. */
  public static final String OPEN_METRICS =
      "application/openmetrics-text; version=1.0.0; charset=utf-8";

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final RequestMetrics<KvOperation> requests =
      new RequestMetrics<>(
          KvOperation.class, MetricNames.KV_REQUEST_SECONDS, MetricNames.KV_REQUEST_ERRORS);
  private final RequestMetrics<TxnMethod> transactions =
      new RequestMetrics<>(
          TxnMethod.class, MetricNames.TXN_REQUEST_SECONDS, MetricNames.TXN_REQUEST_ERRORS);
  private final JvmGcMetrics collections = new JvmGcMetrics();
  private final Counter clusterStarts;

  /** What counters look at: they themselves hold it weakly and would count no further. */
  private final List<Object> watched = new CopyOnWriteArrayList<>();

  public NodeMetrics(String version) {
    registry.getPrometheusRegistry().register(requests);
    registry.getPrometheusRegistry().register(transactions);
    new ClassLoaderMetrics().bindTo(registry);
    new JvmMemoryMetrics().bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
    new UptimeMetrics().bindTo(registry);
    new FileDescriptorMetrics().bindTo(registry);
    collections.bindTo(registry);
    Gauge.builder(MetricNames.NODE_VERSION, () -> 1)
        .description("Always 1; the label says what runs")
        .tag("version", version)
        .register(registry);
    clusterStarts =
        Counter.builder(MetricNames.CLUSTER_STARTS)
            .description("Starts of the cluster part; more than one means the node was downed")
            .register(registry);
  }

  /** Where other parts of the node register theirs. */
  public PrometheusMeterRegistry registry() {
    return registry;
  }

  /** Shows the metrics of an area, from its first showing on. */
  public void show(Consumer<Families> area) {
    registry.getPrometheusRegistry().register(Families.collector(area));
  }

  /** Of the key-value service. */
  public RequestMetrics<KvOperation> requests() {
    return requests;
  }

  public RequestMetrics<TxnMethod> transactions() {
    return transactions;
  }

  public void clusterStarted() {
    clusterStarts.increment();
  }

  public void watch(Admission admission, BooleanSupplier ready) {
    Gauge.builder(MetricNames.KV_IN_FLIGHT, admission::requests)
        .description("Requests that this node works on")
        .register(registry);
    Gauge.builder(MetricNames.KV_IN_FLIGHT_BYTES, admission::bytes)
        .description("Bytes of keys and values in those requests")
        .baseUnit("bytes")
        .register(registry);
    limit("read", admission, Admission::readLimit);
    limit("write", admission, Admission::writeLimit);
    FunctionCounter.builder(MetricNames.KV_OVERLOADED, admission, Admission::refused)
        .description("Requests refused on arrival because there were too many")
        .register(registry);
    Gauge.builder(MetricNames.NODE_READY, () -> ready.getAsBoolean() ? 1 : 0)
        .description("1 while the node takes part in its cluster")
        .register(registry);
  }

  public void watch(FollowerReads followers) {
    watched.add(followers);
    count(followers, "served", reads -> reads.counts().served());
    count(followers, "waited", reads -> reads.counts().waited());
    count(followers, "redirected", reads -> reads.counts().redirected());
  }

  private void limit(String kind, Admission admission, ToDoubleFunction<Admission> limit) {
    Gauge.builder(MetricNames.KV_IN_FLIGHT_LIMIT, admission, limit)
        .description("Requests that this node would work on at present; it follows the load")
        .tag("kind", kind)
        .register(registry);
  }

  /** Of what statements ask for. */
  public void watchSql(Admission admission) {
    FunctionCounter.builder(MetricNames.SQL_OVERLOADED, admission, Admission::refused)
        .description("Transactions of SQL that were refused because others waited for too long")
        .register(registry);
  }

  private void count(
      FollowerReads followers, String outcome, ToDoubleFunction<FollowerReads> counter) {
    FunctionCounter.builder(MetricNames.FOLLOWER_READS, followers, counter)
        .description("Reads of the past: served by replicas here, held back, left to leaders")
        .tag("outcome", outcome)
        .register(registry);
  }

  public void watch(OpenSessions sessions) {
    Gauge.builder(MetricNames.TXN_SESSIONS, sessions::count)
        .description("Open streams of the transaction service")
        .register(registry);
  }

  /** Everything as it is now. */
  MetricSnapshots snapshots() {
    return registry.getPrometheusRegistry().scrape();
  }

  /** Everything in Prometheus' text format. */
  public String scrape() {
    return registry.scrape();
  }

  /** Everything in the OpenMetrics text format. */
  public String scrapeOpenMetrics() {
    return registry.scrape(OPEN_METRICS);
  }

  @Override
  public void close() {
    collections.close();
    registry.close();
  }
}
