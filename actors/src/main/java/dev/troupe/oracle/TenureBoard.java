package dev.troupe.oracle;

import org.jspecify.annotations.Nullable;

/** Where the oracle's actor shows what may be drawn from. Any thread. */
final class TenureBoard {
  private volatile @Nullable Tenure tenure;

  @Nullable Tenure tenure() {
    return tenure;
  }

  void show(@Nullable Tenure current) {
    tenure = current;
  }
}
