package dev.troupe.loadgen;

import dev.troupe.loadgen.workload.Distribution;
import dev.troupe.loadgen.workload.OperationMix;
import dev.troupe.loadgen.workload.Workload;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Options that say what is written and read. */
final class DataOptions {
  @Spec(Spec.Target.MIXEE)
  private @Nullable CommandSpec spec;

  @Parameters(
      paramLabel = "NAME",
      description = "kv, ycsb-a to ycsb-f, or ycsb together with --workload.")
  private String name = "";

  @Option(
      names = "--workload",
      defaultValue = "A",
      description = "Which of YCSB's workloads, A to F. (${DEFAULT-VALUE})")
  private String letter = "A";

  @Option(
      names = "--keys",
      defaultValue = "50000",
      description = "How many keys there are, or are to be loaded. (${DEFAULT-VALUE})")
  private long keys = 50_000;

  @Option(
      names = "--value-size",
      paramLabel = "BYTES",
      description = "Default: 128 for kv, 1000 for ycsb.")
  private @Nullable Integer valueSize;

  @Option(names = "--seed", defaultValue = "1", description = "Of all draws. (${DEFAULT-VALUE})")
  private long seed = 1;

  Workload workload() {
    return Workload.find(name, letter)
        .orElseThrow(
            () -> usage("unknown workload '" + name + "'; there are kv and ycsb-a to ycsb-f"));
  }

  long keys() {
    if (keys < 1) {
      throw usage("--keys must be at least 1");
    }
    return keys;
  }

  int valueBytes() {
    int bytes = valueSize == null ? workload().valueBytes() : valueSize;
    if (bytes < 0) {
      throw usage("--value-size must not be negative");
    }
    return bytes;
  }

  long seed() {
    return seed;
  }

  OperationMix mix(@Nullable Integer readPercent) {
    if (readPercent == null) {
      return workload().mix();
    }
    if (workload() != Workload.KV || readPercent < 0 || readPercent > 100) {
      throw usage("--read-percent goes from 0 to 100 and is for the workload kv only");
    }
    return OperationMix.readsAndUpdates(readPercent);
  }

  void describe(Map<String, Object> settings) {
    settings.put("keys", keys);
    settings.put("value_bytes", valueBytes());
    settings.put("seed", seed);
  }

  static void describe(Map<String, Object> settings, Distribution distribution) {
    settings.put("distribution", distribution.name().toLowerCase(Locale.ROOT));
  }

  private ParameterException usage(String message) {
    return new ParameterException(Objects.requireNonNull(spec).commandLine(), message);
  }
}
