package dev.troupe.loadgen;

import dev.troupe.loadgen.run.LoadRun;
import java.time.Duration;
import java.util.Map;
import picocli.CommandLine.Option;

/** Options that say how fast and how long. */
final class PaceOptions {
  @Option(
      names = "--concurrency",
      defaultValue = "16",
      description = "Logical users; each waits for its answer. (${DEFAULT-VALUE})")
  private int concurrency = 16;

  @Option(
      names = "--duration",
      defaultValue = "10s",
      converter = DurationOption.class,
      description = "Of the measurement. (${DEFAULT-VALUE})")
  private Duration duration = Duration.ofSeconds(10);

  @Option(
      names = "--warmup",
      defaultValue = "0s",
      converter = DurationOption.class,
      description = "Time before the measurement whose results are forgotten. (${DEFAULT-VALUE})")
  private Duration warmup = Duration.ZERO;

  @Option(
      names = "--max-ops",
      defaultValue = "" + Long.MAX_VALUE,
      showDefaultValue = picocli.CommandLine.Help.Visibility.NEVER,
      description = "Ends the run earlier, after so many operations.")
  private long maxOps = Long.MAX_VALUE;

  @Option(
      names = "--rate",
      defaultValue = "0",
      description =
          "Operations per second of all users together, on a timetable: latencies then count from"
              + " the planned start. 0: each user sends when its answer is there."
              + " (${DEFAULT-VALUE})")
  private double rate;

  LoadRun.Plan plan() {
    return new LoadRun.Plan(concurrency, warmup, duration, maxOps, rate);
  }

  int concurrency() {
    return concurrency;
  }

  void describe(Map<String, Object> settings) {
    settings.put("users", concurrency);
    if (rate > 0) {
      settings.put("rate", rate);
    }
  }
}
