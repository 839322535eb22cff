package dev.troupe.loadgen.report;

import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.HdrHistogram.Histogram;

/** A report for people. */
final class TableReport {
  private static final double NANOS_PER_MILLI = 1e6;
  private static final double NANOS_PER_SECOND = 1e9;

  private TableReport() {}

  static String print(Report report) {
    StringBuilder out = new StringBuilder();
    Summary summary = report.summary();
    String settings =
        report.settings().entrySet().stream()
            .map(entry -> entry.getKey() + " " + entry.getValue())
            .collect(Collectors.joining(", "));
    line(out, "%nworkload %s: %.1f s measured; %s", report.workload(), summary.seconds(), settings);
    latencies(out, summary);
    if (report.transactions() != null) {
      transactions(out, report.transactions(), summary.seconds());
    }
    troubles(out, summary.troubles());
    pauses(out, summary);
    if (report.verification() != null) {
      verification(out, report.verification());
    }
    return out.toString();
  }

  static String print(VerificationResult verification) {
    StringBuilder out = new StringBuilder();
    verification(out, verification);
    return out.toString();
  }

  private static void latencies(StringBuilder out, Summary summary) {
    line(
        out,
        "%-18s %12s %10s %9s %9s %9s %9s %9s",
        "operation",
        "count",
        "ops/s",
        "p50 ms",
        "p95 ms",
        "p99 ms",
        "p99.9 ms",
        "max ms");
    summary
        .latencies()
        .forEach((kind, histogram) -> row(out, kind.label(), summary.seconds(), histogram));
    if (summary.latencies().size() != 1) {
      row(out, "all", summary.seconds(), summary.allLatencies());
    }
  }

  private static void row(StringBuilder out, String label, double seconds, Histogram histogram) {
    long count = histogram.getTotalCount();
    line(
        out,
        "%-18s %12d %10.1f %9.3f %9.3f %9.3f %9.3f %9.3f",
        label,
        count,
        seconds == 0 ? 0 : count / seconds,
        histogram.getValueAtPercentile(50) / NANOS_PER_MILLI,
        histogram.getValueAtPercentile(95) / NANOS_PER_MILLI,
        histogram.getValueAtPercentile(99) / NANOS_PER_MILLI,
        histogram.getValueAtPercentile(99.9) / NANOS_PER_MILLI,
        histogram.getMaxValue() / NANOS_PER_MILLI);
  }

  private static void transactions(StringBuilder out, TransactionFigures figures, double seconds) {
    line(
        out,
        "transactions: %d committed, %.1f per second; %d conflicts, %d run again, %d ambiguous,"
            + " %d given up by the workload",
        figures.committed(),
        seconds == 0 ? 0 : figures.committed() / seconds,
        figures.conflicts(),
        figures.retries(),
        figures.ambiguous(),
        figures.abandoned());
  }

  private static void troubles(StringBuilder out, Summary.Troubles troubles) {
    line(
        out,
        "errors: %d, of them %d of unknown outcome; reads that found nothing: %d",
        troubles.total(),
        troubles.ambiguous(),
        troubles.misses());
    for (Map.Entry<String, Long> error : troubles.errors().entrySet()) {
      String example = troubles.messages().getOrDefault(error.getKey(), "");
      line(out, "  %-24s %8d  e.g. %s", error.getKey(), error.getValue(), example);
    }
  }

  private static void pauses(StringBuilder out, Summary summary) {
    if (summary.longestPause().nanos() > 0) {
      line(
          out,
          "longest pause without a successful write: %.0f ms, %.1f s into the run;"
              + " of a single user: %.0f ms, %.1f s into the run",
          summary.longestPause().nanos() / NANOS_PER_MILLI,
          summary.longestPause().beginNanos() / NANOS_PER_SECOND,
          summary.longestPauseOfUser().nanos() / NANOS_PER_MILLI,
          summary.longestPauseOfUser().beginNanos() / NANOS_PER_SECOND);
    }
  }

  private static void verification(StringBuilder out, VerificationResult result) {
    line(
        out,
        "verification %s: %d acknowledged writes on %d keys, %d reads checked",
        result.passed() ? "passed" : "FAILED",
        result.acknowledgedWrites(),
        result.keys(),
        result.checkedReads());
    result.findings().forEach((kind, count) -> line(out, "  %-24s %8d", kind, count));
    result.examples().forEach(example -> line(out, "  %s", example));
  }

  private static void line(StringBuilder out, String format, Object... arguments) {
    out.append(String.format(Locale.ROOT, format, arguments)).append(System.lineSeparator());
  }
}
