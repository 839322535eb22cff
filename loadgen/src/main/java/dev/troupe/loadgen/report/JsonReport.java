package dev.troupe.loadgen.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import org.HdrHistogram.Histogram;

/** A report for programs: one JSON object. Field names carry their units and stay as they are. */
final class JsonReport {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final double NANOS_PER_MILLI = 1e6;
  private static final double MICROS = 1e3;

  private JsonReport() {}

  static String print(Report report) {
    Summary summary = report.summary();
    ObjectNode root = MAPPER.createObjectNode();
    root.put("workload", report.workload());
    root.set("settings", MAPPER.valueToTree(report.settings()));
    root.put("seconds", summary.seconds());
    root.put("operations", summary.operations());
    root.put("ops_per_second", summary.operationsPerSecond());
    root.set("latency", latency(summary.allLatencies(), summary.seconds()));
    ObjectNode kinds = root.putObject("kinds");
    summary
        .latencies()
        .forEach(
            (kind, histogram) -> kinds.set(kind.label(), latency(histogram, summary.seconds())));
    troubles(root, summary.troubles());
    root.set("longest_write_pause", pause(summary.longestPause()));
    root.set("longest_write_pause_of_a_user", pause(summary.longestPauseOfUser()));
    if (report.transactions() != null) {
      root.set("transactions", transactions(report.transactions(), summary.seconds()));
    }
    if (report.verification() != null) {
      root.set("verification", verification(report.verification()));
    }
    return text(root);
  }

  static String print(VerificationResult verification) {
    return text(verification(verification));
  }

  private static String text(ObjectNode root) {
    try {
      return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(root)
          + System.lineSeparator();
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a report cannot be printed", e);
    }
  }

  private static ObjectNode latency(Histogram histogram, double seconds) {
    ObjectNode node = MAPPER.createObjectNode();
    long count = histogram.getTotalCount();
    node.put("count", count);
    node.put("ops_per_second", seconds == 0 ? 0 : count / seconds);
    node.put("mean_ms", millis(count == 0 ? 0 : (long) histogram.getMean()));
    Map.of("p50_ms", 50.0, "p95_ms", 95.0, "p99_ms", 99.0, "p999_ms", 99.9).entrySet().stream()
        .sorted(Map.Entry.comparingByValue())
        .forEach(
            percentile ->
                node.put(
                    percentile.getKey(),
                    millis(histogram.getValueAtPercentile(percentile.getValue()))));
    node.put("max_ms", millis(histogram.getMaxValue()));
    return node;
  }

  private static void troubles(ObjectNode root, Summary.Troubles troubles) {
    root.put("errors", troubles.total());
    root.put("ambiguous", troubles.ambiguous());
    root.put("refused", troubles.refusals());
    root.put("misses", troubles.misses());
    root.set("errors_by_reason", MAPPER.valueToTree(troubles.errors()));
    root.set("error_examples", MAPPER.valueToTree(troubles.messages()));
  }

  private static ObjectNode transactions(TransactionFigures figures, double seconds) {
    return MAPPER
        .createObjectNode()
        .put("committed", figures.committed())
        .put("committed_per_second", seconds == 0 ? 0 : figures.committed() / seconds)
        .put("conflicts", figures.conflicts())
        .put("retries", figures.retries())
        .put("ambiguous", figures.ambiguous())
        .put("abandoned", figures.abandoned());
  }

  private static ObjectNode verification(VerificationResult result) {
    ObjectNode node = MAPPER.createObjectNode();
    node.put("passed", result.passed());
    node.put("acknowledged_writes", result.acknowledgedWrites());
    node.put("keys", result.keys());
    node.put("checked_reads", result.checkedReads());
    node.set("findings", MAPPER.valueToTree(result.findings()));
    node.set("examples", MAPPER.valueToTree(result.examples()));
    return node;
  }

  private static ObjectNode pause(Pause pause) {
    return MAPPER
        .createObjectNode()
        .put("ms", millis(pause.nanos()))
        .put("begin_ms", millis(pause.beginNanos()));
  }

  private static double millis(long nanos) {
    return Math.round(nanos / MICROS) * MICROS / NANOS_PER_MILLI;
  }
}
