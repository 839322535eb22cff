package dev.troupe.loadgen.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** Reads from {@code /proc} what processes use. Linux only. */
final class ProcessProbe {
  /** {@code USER_HZ}, which is 100 on every Linux that Java runs on. */
  private static final double TICKS_PER_SECOND = 100;

  private static final double KIB_PER_MIB = 1024;

  /** Of the fields after the command's name. */
  private static final int USER_TICKS_FIELD = 11;

  private static final int SYSTEM_TICKS_FIELD = 12;

  /** In {@code /proc/stat}: user, nice, system, idle, iowait, irq, softirq, steal. */
  private static final int IDLE_FIELD = 4;

  private static final int IO_WAIT_FIELD = 5;
  private static final int STEAL_FIELD = 8;

  /** Resident memory, and the share of it that is really theirs, in MiB. */
  record Memory(double residentMib, double proportionalMib) {}

  private ProcessProbe() {}

  /** CPU time that the processes have used since they began, all their threads together. */
  static double cpuSeconds(List<Long> pids) {
    return pids.stream().mapToDouble(ProcessProbe::cpuSeconds).sum();
  }

  private static double cpuSeconds(long pid) {
    String stat = read(Path.of("/proc", Long.toString(pid), "stat"));
    // The name of the command stands in parentheses and may hold anything.
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
    return (Long.parseLong(fields[USER_TICKS_FIELD]) + Long.parseLong(fields[SYSTEM_TICKS_FIELD]))
        / TICKS_PER_SECOND;
  }

  /** CPU time that anything on this machine has used since it was started. */
  static double machineCpuSeconds() {
    String[] fields = read(Path.of("/proc/stat")).lines().findFirst().orElseThrow().split(" +");
    long busy = 0;
    for (int i = 1; i <= STEAL_FIELD; i++) {
      busy += i == IDLE_FIELD || i == IO_WAIT_FIELD ? 0 : Long.parseLong(fields[i]);
    }
    return busy / TICKS_PER_SECOND;
  }

  static Memory memory(long pid) {
    String rollup = read(Path.of("/proc", Long.toString(pid), "smaps_rollup"));
    return new Memory(mib(rollup, "Rss:"), mib(rollup, "Pss:"));
  }

  private static double mib(String rollup, String name) {
    return rollup
            .lines()
            .filter(line -> line.startsWith(name))
            .map(line -> Arrays.asList(line.split("\\s+")).get(1))
            .mapToLong(Long::parseLong)
            .findFirst()
            .orElseThrow()
        / KIB_PER_MIB;
  }

  private static String read(Path path) {
    try {
      return Files.readString(path);
    } catch (IOException e) {
      throw new UncheckedIOException("is the process still there?", e);
    }
  }
}
