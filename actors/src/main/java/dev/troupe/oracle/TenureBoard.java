package dev.troupe.oracle;

import org.jspecify.annotations.Nullable;

/** Where the oracle's actor shows what may be drawn from, and what was done. Any thread. */
final class TenureBoard {
  private final OracleMetrics metrics = new OracleMetrics();
  private volatile @Nullable Tenure tenure;

  @Nullable Tenure tenure() {
    return tenure;
  }

  OracleMetrics metrics() {
    return metrics;
  }

  void show(@Nullable Tenure current) {
    tenure = current;
    if (current != null) {
      metrics.tenure();
    }
  }
}
