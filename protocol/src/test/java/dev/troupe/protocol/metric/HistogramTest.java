package dev.troupe.protocol.metric;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class HistogramTest {
  @Test
  void shouldPutEachValueIntoTheBucketOfItsSize() {
    Histogram counts = Histogram.ofCounts();
    for (long value : new long[] {0, 1, 2, 3, 1024, 1025, -7}) {
      counts.record(value);
    }

    assertThat(counts.count(0)).as("up to 1, what a broken clock gives as well").isEqualTo(3);
    assertThat(counts.count(1)).as("2").isEqualTo(1);
    assertThat(counts.count(2)).as("3 and 4").isEqualTo(1);
    assertThat(counts.count(10)).as("1024").isEqualTo(1);
    assertThat(counts.count(11)).as("more than that").isEqualTo(1);
    assertThat(counts.count()).isEqualTo(7);
    assertThat(counts.sum()).isEqualTo(1 + 2 + 3 + 1024 + 1025);
  }

  @Test
  void shouldHaveRisingBounds() {
    Histogram durations = Histogram.ofNanos();
    for (int i = 1; i < durations.buckets(); i++) {
      assertThat(durations.bound(i)).isGreaterThan(durations.bound(i - 1));
    }
    assertThat(durations.bound(durations.buckets() - 1)).isEqualTo(Long.MAX_VALUE);
  }
}
