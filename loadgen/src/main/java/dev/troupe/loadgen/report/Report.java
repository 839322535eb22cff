package dev.troupe.loadgen.report;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Everything that is told at the end of a run.
 *
 * @param settings how the run was made, in the order in which it is to be printed
 * @param verification null when nothing was verified
 * @param transactions null when there were none
 */
public record Report(
    String workload,
    Map<String, Object> settings,
    Summary summary,
    @Nullable VerificationResult verification,
    @Nullable TransactionFigures transactions) {
  /** Of a run without transactions. */
  public Report(
      String workload,
      Map<String, Object> settings,
      Summary summary,
      @Nullable VerificationResult verification) {
    this(workload, settings, summary, verification, null);
  }
}
