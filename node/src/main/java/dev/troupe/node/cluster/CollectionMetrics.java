package dev.troupe.node.cluster;

import dev.troupe.gc.CollectionCounts;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;

/** What the collection of old versions shows of itself. */
final class CollectionMetrics {
  // Meters outlive the part of the cluster, and look here for the counts of the one that runs.
  private volatile CollectionCounts counts = new CollectionCounts();

  /** Shows these from now on; registers the meters unless they are there. */
  void show(CollectionCounts running, MeterRegistry registry) {
    counts = running;
    count("troupe.gc.versions.seen", CollectionCounts::versionsSeen)
        .description("Versions that were looked at in search of old ones")
        .register(registry);
    count("troupe.gc.versions.removed", CollectionCounts::versionsRemoved)
        .description("Old versions that were removed from this node")
        .register(registry);
    count("troupe.gc.removed", CollectionCounts::bytesRemoved)
        .description("Bytes of keys and values of old versions that were removed")
        .baseUnit("bytes")
        .register(registry);
    count("troupe.gc.records.removed", CollectionCounts::recordsRemoved)
        .description("Records of transactions removed from ranges led here")
        .register(registry);
    count("troupe.gc.raises", CollectionCounts::raises)
        .description("Times that the horizon of a range led here was raised")
        .register(registry);
    count("troupe.gc.failures", CollectionCounts::failures)
        .description("Raises and removals that failed and are tried again")
        .register(registry);
    TimeGauge.builder(
            "troupe.gc.lag", this, TimeUnit.MILLISECONDS, shown -> shown.counts.lagMillis())
        .description("How far the worst range led here is behind its retention")
        .register(registry);
  }

  private FunctionCounter.Builder<CollectionMetrics> count(
      String name, ToDoubleFunction<CollectionCounts> value) {
    return FunctionCounter.builder(name, this, shown -> value.applyAsDouble(shown.counts));
  }
}
