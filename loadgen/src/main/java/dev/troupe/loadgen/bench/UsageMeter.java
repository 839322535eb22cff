package dev.troupe.loadgen.bench;

import dev.troupe.loadgen.report.OperationKind;
import dev.troupe.loadgen.report.Summary;
import dev.troupe.loadgen.run.LoadRun;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/** Reads the meters exactly when the measurement of one cell begins and ends. */
final class UsageMeter implements LoadRun.Observer {
  private static final double NANOS_PER_MILLI = 1e6;
  private static final double NANOS_PER_SECOND = 1e9;
  private static final long OWN_PID = ProcessHandle.current().pid();

  private final Contender contender;
  private final Duration atMost;
  private double serverCpuSeconds;
  private double foreignCores;
  private double machineBefore;
  private double ownBefore;
  private long nanosBefore;

  UsageMeter(Contender contender, Duration atMost) {
    this.contender = contender;
    this.atMost = atMost;
  }

  /** The figures of the cell when its run has ended. */
  CellResult result(Summary summary, int rowsPerOperation) {
    Histogram all = summary.allLatencies();
    long operations = all.getTotalCount() * rowsPerOperation;
    return new CellResult(
        operations / summary.seconds(),
        all.getValueAtPercentile(50) / NANOS_PER_MILLI,
        all.getValueAtPercentile(99) / NANOS_PER_MILLI,
        operations,
        serverCpuSeconds,
        foreignCores,
        summary.troubles().total() + summary.troubles().misses());
  }

  @Override
  public void onInterval(
      long sinceStartNanos,
      boolean warmingUp,
      Map<OperationKind, Histogram> latencies,
      long errors) {
    if (TimeUnit.NANOSECONDS.toMinutes(sinceStartNanos) >= atMost.toMinutes()) {
      throw new IllegalStateException(contender.label() + " does not get on");
    }
  }

  @Override
  public void onMeasurementBegun() {
    serverCpuSeconds = ProcessProbe.cpuSeconds(contender.pids());
    ownBefore = ProcessProbe.cpuSeconds(List.of(OWN_PID));
    machineBefore = ProcessProbe.machineCpuSeconds();
    nanosBefore = System.nanoTime();
  }

  @Override
  public void onMeasurementEnded() {
    serverCpuSeconds = ProcessProbe.cpuSeconds(contender.pids()) - serverCpuSeconds;
    double own = ProcessProbe.cpuSeconds(List.of(OWN_PID)) - ownBefore;
    double machine = ProcessProbe.machineCpuSeconds() - machineBefore;
    double seconds = (System.nanoTime() - nanosBefore) / NANOS_PER_SECOND;
    foreignCores = Math.max(0, machine - own - serverCpuSeconds) / seconds;
  }
}
