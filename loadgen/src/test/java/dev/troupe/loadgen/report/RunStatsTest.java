package dev.troupe.loadgen.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.troupe.loadgen.client.Outcome;
import dev.troupe.protocol.error.ErrorCode.Retry;
import java.util.Map;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

class RunStatsTest {
  private static final long MILLI = 1_000_000;

  private final RunStats stats = new RunStats();

  @Test
  void shouldTellPercentiles() {
    for (int i = 1; i <= 1_000; i++) {
      stats.record(OperationKind.READ, i * MILLI);
    }
    stats.endMeasurement();

    Histogram reads = stats.summary().latencies().get(OperationKind.READ);

    assertThat(reads.getTotalCount()).isEqualTo(1_000);
    assertThat(reads.getValueAtPercentile(50) / (double) MILLI).isCloseTo(500, within(1.0));
    assertThat(reads.getValueAtPercentile(99) / (double) MILLI).isCloseTo(990, within(1.0));
    assertThat(reads.getMaxValue() / (double) MILLI).isCloseTo(1_000, within(1.0));
  }

  @Test
  void shouldForgetTheWarmUp() {
    stats.record(OperationKind.READ, MILLI);
    stats.recordFailure(new Outcome.Failed("X", "x", Retry.UNKNOWN_OUTCOME));
    stats.recordMiss();
    stats.takeInterval();
    stats.beginMeasurement();
    stats.record(OperationKind.READ, 2 * MILLI);
    stats.endMeasurement();

    Summary summary = stats.summary();

    assertThat(summary.operations()).isEqualTo(1);
    assertThat(summary.troubles().total()).isZero();
    assertThat(summary.troubles().ambiguous()).isZero();
    assertThat(summary.troubles().misses()).isZero();
  }

  @Test
  void shouldAddIntervalsUp() {
    stats.record(OperationKind.READ, MILLI);
    Map<OperationKind, Histogram> first = stats.takeInterval();
    stats.record(OperationKind.READ, MILLI);
    stats.record(OperationKind.UPDATE, MILLI);
    Map<OperationKind, Histogram> second = stats.takeInterval();
    stats.endMeasurement();

    assertThat(first).containsOnlyKeys(OperationKind.READ);
    assertThat(second).containsOnlyKeys(OperationKind.READ, OperationKind.UPDATE);
    assertThat(stats.summary().operations()).isEqualTo(3);
  }

  @Test
  void shouldCountErrorsByReasonAndAmbiguousOnesApart() {
    stats.recordFailure(new Outcome.Failed("A", "first", Retry.SAFE));
    stats.recordFailure(new Outcome.Failed("A", "second", Retry.SAFE));
    stats.recordFailure(new Outcome.Failed("B", "b", Retry.UNKNOWN_OUTCOME));
    stats.recordFailure(new Outcome.Failed("C", "c", Retry.NEVER));
    stats.endMeasurement();

    Summary.Troubles troubles = stats.summary().troubles();

    assertThat(troubles.errors()).isEqualTo(Map.of("A", 2L, "B", 1L, "C", 1L));
    assertThat(troubles.messages()).containsEntry("A", "first");
    assertThat(troubles.ambiguous()).isEqualTo(1);
    assertThat(troubles.refusals()).isEqualTo(1);
  }

  @Test
  void shouldTellTheLongestPauseOfAllAndOfOneUser() {
    long start = System.nanoTime();
    RunStats.Pauses a = stats.newPauses();
    RunStats.Pauses b = stats.newPauses();
    a.onWrite(start + 100 * MILLI);
    b.onWrite(start + 300 * MILLI);
    b.onWrite(start + 900 * MILLI);
    a.onWrite(start + 950 * MILLI);
    stats.endMeasurement();

    Summary summary = stats.summary();

    assertThat(summary.longestPause().nanos() / MILLI).isEqualTo(600);
    assertThat(summary.longestPauseOfUser().nanos() / MILLI).isEqualTo(850);
    assertThat(summary.longestPauseOfUser().beginNanos() / MILLI).isBetween(100L, 600L);
  }

  @Test
  void shouldReportEverythingAsJsonAndAsTable() throws Exception {
    stats.record(OperationKind.READ_MODIFY_WRITE, 3 * MILLI);
    stats.recordFailure(new Outcome.Failed("A", "first \"quoted\"", Retry.SAFE));
    stats.endMeasurement();
    VerificationResult verification =
        new VerificationResult(5, 3, 9, Map.of("LOST", 1L), java.util.List.of("LOST key 'k'"));
    Report report = new Report("kv", Map.of("users", 3), stats.summary(), verification);

    com.fasterxml.jackson.databind.JsonNode json =
        new com.fasterxml.jackson.databind.ObjectMapper().readTree(ReportFormat.JSON.print(report));

    assertThat(json.at("/kinds/read-modify-write/p50_ms").asDouble()).isCloseTo(3, within(0.01));
    assertThat(json.at("/errors_by_reason/A").asInt()).isEqualTo(1);
    assertThat(json.at("/verification/passed").asBoolean(true)).isFalse();
    assertThat(json.at("/settings/users").asInt()).isEqualTo(3);
    assertThat(ReportFormat.TABLE.print(report))
        .contains("read-modify-write", "verification FAILED", "LOST key 'k'", "first \"quoted\"");
  }
}
