package dev.troupe.loadgen.report;

import java.io.PrintWriter;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/** Prints a line for each second of a run. */
public final class ProgressLine {
  private static final double NANOS_PER_MILLI = 1e6;
  private static final int HEADING_EVERY = 20;

  private final PrintWriter out;
  private int lines;
  private long lastNanos;

  public ProgressLine(PrintWriter out) {
    this.out = out;
  }

  public void print(
      long sinceStartNanos,
      boolean warmingUp,
      Map<OperationKind, Histogram> latencies,
      long errors) {
    if (lines++ % HEADING_EVERY == 0) {
      out.println(" elapsed      ops/s    p50 ms    p99 ms    errors");
    }
    Histogram all = RunStats.newHistogram();
    latencies.values().forEach(all::add);
    double seconds = (sinceStartNanos - lastNanos) / 1e9;
    lastNanos = sinceStartNanos;
    out.println(
        String.format(
            Locale.ROOT,
            "%7ds %10.1f %9.3f %9.3f %9d%s",
            TimeUnit.NANOSECONDS.toSeconds(sinceStartNanos),
            all.getTotalCount() / seconds,
            all.getValueAtPercentile(50) / NANOS_PER_MILLI,
            all.getValueAtPercentile(99) / NANOS_PER_MILLI,
            errors,
            warmingUp ? "  warm-up" : ""));
    out.flush();
  }
}
