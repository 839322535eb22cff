package dev.troupe.node.trace;

import dev.troupe.node.config.NodeSettings;
import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.trace.Span;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends spans that have ended to a collector, by OTLP over HTTP: a second after the first of them,
 * all that have come meanwhile. What the collector does not take is lost, and so is what finds the
 * queue full; neither holds up a request. Any thread.
 */
final class OtlpExport implements AutoCloseable {
  /** Spans that wait to be sent. */
  static final int QUEUE_MAX = 8_192;

  private static final int BATCH_MAX = 512;
  private static final Duration GATHER = Duration.ofSeconds(1);
  private static final Logger LOG = LoggerFactory.getLogger(OtlpExport.class);

  private final BlockingQueue<Span> queue = new ArrayBlockingQueue<>(QUEUE_MAX);
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("troupe-otlp").daemon().factory());
  private final AtomicBoolean due = new AtomicBoolean();
  private final LongAdder dropped = new LongAdder();
  private final OtlpHttpSpanExporter exporter;
  private final Duration timeout;
  private final Duration gather;
  private final Supplier<@Nullable NodeId> self;
  private final String version;
  private @Nullable Resource resource;
  private boolean failing;

  /**
   * @param self the node's number, known once it is in a cluster
   */
  OtlpExport(NodeSettings.Otlp settings, String version, Supplier<@Nullable NodeId> self) {
    this(settings, version, self, GATHER);
  }

  OtlpExport(
      NodeSettings.Otlp settings,
      String version,
      Supplier<@Nullable NodeId> self,
      Duration gather) {
    var builder =
        OtlpHttpSpanExporter.builder()
            .setEndpoint(settings.endpoint())
            .setTimeout(settings.timeout());
    settings.headers().forEach(builder::addHeader);
    this.exporter = builder.build();
    this.timeout = settings.timeout();
    this.version = version;
    this.self = self;
    this.gather = gather;
  }

  /** Has a span sent, if there is room. Never waits. */
  void offer(Span span) {
    if (!queue.offer(span)) {
      dropped.increment();
      return;
    }
    if (!due.get() && due.compareAndSet(false, true)) {
      try {
        thread.schedule(this::sendAll, gather.toMillis(), TimeUnit.MILLISECONDS);
      } catch (RejectedExecutionException closed) {
        dropped.increment();
      }
    }
  }

  /** Spans that were not sent. */
  long dropped() {
    return dropped.sum();
  }

  private void sendAll() {
    due.set(false);
    List<Span> spans = new ArrayList<>();
    while (queue.drainTo(spans, BATCH_MAX) > 0) {
      send(spans);
      spans.clear();
    }
  }

  private void send(List<Span> spans) {
    Resource from = resource();
    List<SpanData> batch = new ArrayList<>(spans.size());
    spans.forEach(span -> batch.add(new OtlpSpan(span.record(), from)));
    CompletableResultCode sent =
        exporter.export(batch).join(timeout.toMillis() + 1_000, TimeUnit.MILLISECONDS);
    if (!sent.isSuccess()) {
      dropped.add(batch.size());
    }
    if (failing == sent.isSuccess()) {
      failing = !failing;
      if (failing) {
        LOG.warn(
            "The collector of traces does not take what is sent: spans are lost until it does",
            sent.getFailureThrowable());
      } else {
        LOG.info("The collector of traces takes what is sent again; lost: {}", dropped());
      }
    }
  }

  private Resource resource() {
    Resource known = resource;
    NodeId node = self.get();
    if (known == null || node != null) {
      known =
          Resource.create(
              Attributes.builder()
                  .put("service.name", "troupe")
                  .put("service.version", version)
                  .put("service.instance.id", node == null ? "" : node.toString())
                  .build());
      resource = known;
    }
    return known;
  }

  /** Sends what is left, for as long as one answer may take. */
  @Override
  public void close() {
    thread.execute(this::sendAll);
    thread.shutdown();
    try {
      if (!thread.awaitTermination(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
        thread.shutdownNow();
      }
    } catch (InterruptedException interrupted) {
      thread.shutdownNow();
      Thread.currentThread().interrupt();
    }
    exporter.shutdown();
  }
}
