package dev.troupe.loadgen.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Collects results and writes the tables; ratios are against the contender that comes last. */
final class ComparisonReport {
  private final List<String> labels;
  private final Map<String, Map<String, List<CellResult>>> cells = new LinkedHashMap<>();
  private final StringBuilder idle = new StringBuilder();

  ComparisonReport(List<String> labels) {
    this.labels = List.copyOf(labels);
  }

  void add(String cell, String label, CellResult result) {
    cells
        .computeIfAbsent(cell, c -> new LinkedHashMap<>())
        .computeIfAbsent(label, l -> new ArrayList<>())
        .add(result);
  }

  void addIdle(Contender contender, String when, double cores) {
    List<ProcessProbe.Memory> memory = contender.pids().stream().map(ProcessProbe::memory).toList();
    idle.append(
        format(
            "| %s | %s | %.1f %% | %s | %s |%n",
            contender.label(),
            when,
            cores * 100,
            String.join(", ", memory.stream().map(m -> format("%.0f", m.residentMib())).toList()),
            String.join(
                ", ", memory.stream().map(m -> format("%.0f", m.proportionalMib())).toList())));
  }

  String markdown() {
    StringBuilder out = new StringBuilder();
    String reference = labels.get(labels.size() - 1);
    out.append(
        format(
            "| workload, clients | system | ops/s (lowest–highest) | p50 ms | p99 ms | server CPU s"
                + " per 1000 ops | throughput ÷ %s | ops per CPU s ÷ %s | foreign cores | errors"
                + " |%n",
            reference, reference));
    out.append("| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |\n");
    cells.forEach((cell, byLabel) -> rows(out, cell, byLabel, byLabel.get(reference)));
    if (!idle.isEmpty()) {
      out.append("\n| system | when | CPU of all nodes, of one core | RSS MiB | PSS MiB |\n");
      out.append("| --- | --- | ---: | ---: | ---: |\n").append(idle);
    }
    return out.toString();
  }

  private void rows(
      StringBuilder out,
      String cell,
      Map<String, List<CellResult>> byLabel,
      @org.jspecify.annotations.Nullable List<CellResult> reference) {
    for (String label : labels) {
      List<CellResult> results = byLabel.get(label);
      if (results != null) {
        out.append(row(cell, label, results, reference));
      }
    }
  }

  private static String row(
      String cell,
      String label,
      List<CellResult> results,
      @org.jspecify.annotations.Nullable List<CellResult> reference) {
    double[] rates =
        results.stream().mapToDouble(CellResult::operationsPerSecond).sorted().toArray();
    return format(
        "| %s | %s | %,.0f (%,.0f–%,.0f) | %.3f | %.3f | %.4f | %s | %s | %.2f | %d |%n",
        cell,
        label,
        CellResult.median(results, CellResult::operationsPerSecond),
        rates[0],
        rates[rates.length - 1],
        CellResult.median(results, CellResult::p50Millis),
        CellResult.median(results, CellResult::p99Millis),
        CellResult.median(results, CellResult::cpuSecondsPerThousand),
        ratio(results, reference, CellResult::operationsPerSecond),
        ratio(results, reference, CellResult::operationsPerCpuSecond),
        CellResult.median(results, CellResult::foreignCores),
        results.stream().mapToLong(CellResult::errors).sum());
  }

  private static String ratio(
      List<CellResult> results,
      @org.jspecify.annotations.Nullable List<CellResult> reference,
      java.util.function.ToDoubleFunction<CellResult> figure) {
    return reference == null
        ? "–"
        : format("%.2f", CellResult.median(results, figure) / CellResult.median(reference, figure));
  }

  private static String format(String text, Object... arguments) {
    return String.format(Locale.ROOT, text, arguments);
  }
}
