package dev.troupe.loadgen.txn;

import dev.troupe.loadgen.report.VerificationResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Collects what a workload has checked and found. Any thread. */
final class TxnChecks {
  private static final int EXAMPLES_MAX = 20;

  private final Map<String, Long> findings = new TreeMap<>();
  private final List<String> examples = new ArrayList<>();
  private long writes;
  private long reads;

  synchronized void countWrite() {
    writes++;
  }

  synchronized void countRead() {
    reads++;
  }

  /**
   * Reports what a correct store does not do, unless it is as it should be.
   *
   * @param kind in capitals, as in reports
   */
  synchronized void require(boolean holds, String kind, String format, Object... arguments) {
    if (!holds) {
      findings.merge(kind, 1L, Long::sum);
      if (examples.size() < EXAMPLES_MAX) {
        examples.add(kind + ": " + String.format(java.util.Locale.ROOT, format, arguments));
      }
    }
  }

  synchronized VerificationResult result(long keys) {
    return new VerificationResult(
        writes, keys, reads, new TreeMap<>(findings), List.copyOf(examples));
  }
}
