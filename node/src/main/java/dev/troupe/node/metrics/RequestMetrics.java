package dev.troupe.node.metrics;

import dev.troupe.node.grpc.RequestObserver;
import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.protocol.metric.Histogram;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Counts and times the operations of a service. */
public final class RequestMetrics<O extends Enum<O> & RequestObserver.Operation>
    implements RequestObserver<O>, MultiCollector {
  private static final List<ErrorCode> CODES = List.of(ErrorCode.values());

  private final String errorsName;
  private final List<O> operations;
  private final Histogram[] latencies;
  private final LongAdder[] errors;
  private final MultiCollector seconds;

  RequestMetrics(Class<O> operations, String secondsName, String errorsName) {
    this.errorsName = errorsName;
    this.operations = List.of(operations.getEnumConstants());
    int count = this.operations.size();
    latencies = Stream.generate(Histogram::ofNanos).limit(count).toArray(Histogram[]::new);
    errors = Stream.generate(LongAdder::new).limit(count * CODES.size()).toArray(LongAdder[]::new);
    Map<String, Histogram> byLabel = new LinkedHashMap<>();
    this.operations.forEach(o -> byLabel.put(o.label(), latencies[o.ordinal()]));
    seconds =
        Families.collector(
            families ->
                families.seconds(
                    secondsName,
                    "Time from the translation of a successful request to its answer",
                    "operation",
                    byLabel));
  }

  @Override
  public void finished(O operation, long nanos, @Nullable ErrorCode error) {
    if (error == null) {
      latencies[operation.ordinal()].record(nanos);
    } else {
      errors[operation.ordinal() * CODES.size() + error.ordinal()].increment();
    }
  }

  /** Operations that have succeeded since the start. */
  public long succeeded() {
    return Arrays.stream(latencies).mapToLong(Histogram::count).sum();
  }

  @Override
  public MetricSnapshots collect() {
    CounterSnapshot.Builder failures =
        CounterSnapshot.builder()
            .name(errorsName)
            .help("Requests that were refused or failed, by reason");
    for (O operation : operations) {
      for (ErrorCode code : CODES) {
        long count = errors[operation.ordinal() * CODES.size() + code.ordinal()].sum();
        // A first case is to show as a rise.
        if (count > 0 || code == ErrorCode.OVERLOADED) {
          failures.dataPoint(failures(operation, code, count));
        }
      }
    }
    var all = new ArrayList<MetricSnapshot>();
    seconds.collect().forEach(all::add);
    all.add(failures.build());
    return new MetricSnapshots(all);
  }

  private CounterSnapshot.CounterDataPointSnapshot failures(
      O operation, ErrorCode code, long count) {
    return CounterSnapshot.CounterDataPointSnapshot.builder()
        .labels(Labels.of("operation", operation.label(), "reason", code.name()))
        .value((double) count)
        .build();
  }
}
