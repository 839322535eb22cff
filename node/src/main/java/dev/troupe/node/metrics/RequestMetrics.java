package dev.troupe.node.metrics;

import dev.troupe.node.grpc.RequestObserver;
import dev.troupe.protocol.error.ErrorCode;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Counts and times the operations of a service. Two uncontended additions per request: a timer of
 * the metrics library costs several times as much, which shows at 100 000 requests a second.
 */
public final class RequestMetrics<O extends Enum<O> & RequestObserver.Operation>
    implements RequestObserver<O>, MultiCollector {
  /** Upper bounds of the buckets in nanoseconds: three per decade, 100 µs to 10 s. */
  private static final long[] BOUNDS_NANOS = {
    100_000L,
    200_000L,
    500_000L,
    1_000_000L,
    2_000_000L,
    5_000_000L,
    10_000_000L,
    20_000_000L,
    50_000_000L,
    100_000_000L,
    200_000_000L,
    500_000_000L,
    1_000_000_000L,
    2_000_000_000L,
    5_000_000_000L,
    10_000_000_000L
  };

  private static final double NANOS_PER_SECOND = 1e9;
  private static final List<ErrorCode> CODES = List.of(ErrorCode.values());

  private final String secondsName;
  private final String errorsName;
  private final List<O> operations;
  private final Histogram[] latencies;
  private final LongAdder[] errors;

  private static final class Histogram {
    private final LongAdder[] buckets = adders(BOUNDS_NANOS.length + 1);
    private final LongAdder nanos = new LongAdder();
  }

  RequestMetrics(Class<O> operations, String secondsName, String errorsName) {
    this.secondsName = secondsName;
    this.errorsName = errorsName;
    this.operations = List.of(operations.getEnumConstants());
    int count = this.operations.size();
    latencies = Stream.generate(Histogram::new).limit(count).toArray(Histogram[]::new);
    errors = adders(count * CODES.size());
  }

  @Override
  public void finished(O operation, long nanos, @Nullable ErrorCode error) {
    if (error == null) {
      Histogram histogram = latencies[operation.ordinal()];
      histogram.buckets[bucket(nanos)].increment();
      histogram.nanos.add(nanos);
    } else {
      errors[operation.ordinal() * CODES.size() + error.ordinal()].increment();
    }
  }

  /** Operations that have succeeded since the start. */
  public long succeeded() {
    return Arrays.stream(latencies).mapToLong(RequestMetrics::count).sum();
  }

  @Override
  public MetricSnapshots collect() {
    HistogramSnapshot.Builder seconds =
        HistogramSnapshot.builder()
            .name(secondsName)
            .help("Time from the translation of a successful request to its answer");
    CounterSnapshot.Builder failures =
        CounterSnapshot.builder()
            .name(errorsName)
            .help("Requests that were refused or failed, by reason");
    for (O operation : operations) {
      seconds.dataPoint(histogram(operation));
      for (ErrorCode code : CODES) {
        long count = errors[operation.ordinal() * CODES.size() + code.ordinal()].sum();
        if (count > 0) {
          failures.dataPoint(failures(operation, code, count));
        }
      }
    }
    return new MetricSnapshots(seconds.build(), failures.build());
  }

  private HistogramSnapshot.HistogramDataPointSnapshot histogram(O operation) {
    Histogram histogram = latencies[operation.ordinal()];
    ClassicHistogramBuckets.Builder buckets = ClassicHistogramBuckets.builder();
    for (int i = 0; i < histogram.buckets.length; i++) {
      double bound =
          i < BOUNDS_NANOS.length ? BOUNDS_NANOS[i] / NANOS_PER_SECOND : Double.POSITIVE_INFINITY;
      buckets.bucket(bound, histogram.buckets[i].sum());
    }
    return HistogramSnapshot.HistogramDataPointSnapshot.builder()
        .labels(Labels.of("operation", operation.label()))
        .classicHistogramBuckets(buckets.build())
        .sum(histogram.nanos.sum() / NANOS_PER_SECOND)
        .build();
  }

  private CounterSnapshot.CounterDataPointSnapshot failures(
      O operation, ErrorCode code, long count) {
    return CounterSnapshot.CounterDataPointSnapshot.builder()
        .labels(Labels.of("operation", operation.label(), "reason", code.name()))
        .value((double) count)
        .build();
  }

  private static long count(Histogram histogram) {
    return Arrays.stream(histogram.buckets).mapToLong(LongAdder::sum).sum();
  }

  private static int bucket(long nanos) {
    int i = 0;
    while (i < BOUNDS_NANOS.length && nanos > BOUNDS_NANOS[i]) {
      i++;
    }
    return i;
  }

  private static LongAdder[] adders(int count) {
    return Stream.generate(LongAdder::new).limit(count).toArray(LongAdder[]::new);
  }
}
