package dev.troupe.loadgen.report;

import java.io.FileNotFoundException;
import java.nio.file.Path;
import java.util.Map;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramLogWriter;

/**
 * The latencies of each second, in nanoseconds, in HdrHistogram's own log format, one tag per kind
 * of operation: its tools draw them.
 */
public final class HistogramLog implements AutoCloseable {
  private final HistogramLogWriter writer;

  public HistogramLog(Path file) throws FileNotFoundException {
    this.writer = new HistogramLogWriter(file.toFile());
    writer.outputLogFormatVersion();
    long now = System.currentTimeMillis();
    writer.outputStartTime(now);
    writer.setBaseTime(now);
    writer.outputLegend();
  }

  public void write(Map<OperationKind, Histogram> latencies) {
    latencies.forEach(
        (kind, histogram) -> {
          histogram.setTag(kind.label());
          writer.outputIntervalHistogram(histogram);
        });
  }

  @Override
  public void close() {
    writer.close();
  }
}
