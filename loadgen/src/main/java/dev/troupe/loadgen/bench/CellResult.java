package dev.troupe.loadgen.bench;

import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * Figures of one measurement.
 *
 * @param serverCpuSeconds of all node processes during the measurement
 * @param errors with reads that did not find what was loaded: they are cheap and would flatter
 * @param foreignCores what neither the nodes nor the generator used, in cores: noise
 */
record CellResult(
    double operationsPerSecond,
    double p50Millis,
    double p99Millis,
    long operations,
    double serverCpuSeconds,
    double foreignCores,
    long errors) {
  private static final double THOUSAND = 1000;

  double cpuSecondsPerThousand() {
    return operations == 0 ? Double.NaN : serverCpuSeconds * THOUSAND / operations;
  }

  double operationsPerCpuSecond() {
    return operations / serverCpuSeconds;
  }

  /** The middle one of one figure; of two in the middle, their mean. */
  static double median(List<CellResult> results, ToDoubleFunction<CellResult> figure) {
    double[] sorted = results.stream().mapToDouble(figure).sorted().toArray();
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }
}
