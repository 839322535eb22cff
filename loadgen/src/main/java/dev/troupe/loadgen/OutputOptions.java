package dev.troupe.loadgen;

import dev.troupe.loadgen.report.HistogramLog;
import dev.troupe.loadgen.report.ProgressLine;
import dev.troupe.loadgen.report.ReportFormat;
import dev.troupe.loadgen.run.LoadRun;
import java.io.FileNotFoundException;
import java.io.PrintWriter;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options that say what is printed where. */
final class OutputOptions {
  @Option(
      names = "--format",
      defaultValue = "table",
      converter = EnumOption.Format.class,
      description = "table or json. (${DEFAULT-VALUE})")
  private ReportFormat format = ReportFormat.TABLE;

  @Option(
      names = "--progress",
      negatable = true,
      description = "A line each second on standard error; by default on a terminal only.")
  private @Nullable Boolean progress;

  @Option(
      names = "--histograms",
      paramLabel = "FILE",
      description = "Write the latencies of each second as an HdrHistogram log.")
  private @Nullable Path histograms;

  ReportFormat format() {
    return format;
  }

  /** Closed at the end of the run. */
  @Nullable HistogramLog openHistograms() throws FileNotFoundException {
    return histograms == null ? null : new HistogramLog(histograms);
  }

  LoadRun.Observer observer(PrintWriter err, @Nullable HistogramLog log) {
    boolean lines = progress == null ? System.console() != null : progress;
    ProgressLine line = new ProgressLine(err);
    return (sinceStart, warmingUp, latencies, errors) -> {
      if (lines) {
        line.print(sinceStart, warmingUp, latencies, errors);
      }
      if (log != null && !warmingUp) {
        log.write(latencies);
      }
    };
  }
}
