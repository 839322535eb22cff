package dev.troupe.loadgen.workload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class DistributionTest {
  private static final int KEYS = 1_000;
  private static final int DRAWS = 1_000_000;

  private static long[] draw(Distribution distribution) {
    Distribution.Chooser chooser =
        distribution.chooser(new Distribution.Shared(distribution, KEYS), new SplittableRandom(11));
    long[] counts = new long[KEYS];
    for (int i = 0; i < DRAWS; i++) {
      counts[(int) chooser.next(KEYS)]++;
    }
    return counts;
  }

  @Test
  void shouldDrawEveryKeyAlikeWhenUniform() {
    assertThat(Arrays.stream(draw(Distribution.UNIFORM)).boxed())
        .allSatisfy(count -> assertThat(count).isBetween(800L, 1_200L));
  }

  @Test
  void shouldDrawInTurnWhenSequential() {
    assertThat(draw(Distribution.SEQUENTIAL)).containsOnly(DRAWS / KEYS);
  }

  @Test
  void shouldDrawRanksAfterZipfsLaw() {
    Zipfian zipfian = new Zipfian(KEYS, Zipfian.YCSB_THETA);
    SplittableRandom random = new SplittableRandom(5);
    long[] counts = new long[KEYS];
    for (int i = 0; i < DRAWS; i++) {
      counts[(int) zipfian.rank(random.nextDouble())]++;
    }
    double zeta = 0;
    for (int i = 1; i <= KEYS; i++) {
      zeta += 1 / Math.pow(i, Zipfian.YCSB_THETA);
    }
    assertThat(counts[0] / (double) DRAWS).isCloseTo(1 / zeta, within(0.002));
    assertThat(counts[1] / (double) DRAWS)
        .isCloseTo(1 / Math.pow(2, Zipfian.YCSB_THETA) / zeta, within(0.002));
    double topTenth = Arrays.stream(counts, 0, KEYS / 10).sum() / (double) DRAWS;
    double expected = 0;
    for (int i = 1; i <= KEYS / 10; i++) {
      expected += 1 / Math.pow(i, Zipfian.YCSB_THETA) / zeta;
    }
    // The approximation of the algorithm is good to about two hundredths here.
    assertThat(topTenth).isCloseTo(expected, within(0.02));
  }

  @Test
  void shouldScatterThePopularKeys() {
    long[] counts = draw(Distribution.ZIPFIAN);
    long[] sorted = counts.clone();
    Arrays.sort(sorted);
    assertThat(sorted[KEYS - 1]).isGreaterThan(DRAWS / 10);
    long firstHalf = Arrays.stream(counts, 0, KEYS / 2).sum();
    assertThat(firstHalf / (double) DRAWS).isBetween(0.2, 0.8);
    assertThat(counts[0]).isLessThan(DRAWS / 20);
  }

  @Test
  void shouldPreferTheNewestKeys() {
    long[] counts = draw(Distribution.LATEST);
    assertThat(counts[KEYS - 1]).isGreaterThan(DRAWS / 10);
    assertThat(Arrays.stream(counts, KEYS - 100, KEYS).sum()).isGreaterThan(DRAWS / 2);
  }

  @Test
  void shouldStayInBoundsWithVeryFewKeys() {
    for (int keys = 1; keys <= 3; keys++) {
      for (Distribution distribution : Distribution.values()) {
        Distribution.Chooser chooser =
            distribution.chooser(
                new Distribution.Shared(distribution, keys), new SplittableRandom(keys));
        for (int i = 0; i < 1_000; i++) {
          assertThat(chooser.next(keys)).isBetween(0L, keys - 1L);
        }
      }
    }
  }

  @Test
  void shouldKeepTheSharesOfAMix() {
    OperationMix mix = new OperationMix(10, 20, 30, 25, 15);
    long[] counts = new long[dev.troupe.loadgen.report.OperationKind.values().length];
    for (int percentile = 0; percentile < 100; percentile++) {
      counts[mix.kind(percentile).ordinal()]++;
    }
    assertThat(counts).startsWith(10, 20, 30, 25, 15);
  }

  @Test
  void shouldMakeKeysOfSixteenBytesInTheirOrder() {
    Keys keys = new Keys(Keys.LOADED_PREFIX, 10);
    assertThat(keys.key(42).toStringUtf8()).isEqualTo("user000000000042");
    assertThat(keys.insert()).isEqualTo(10);
    assertThat(keys.existing()).isEqualTo(11);
  }
}
