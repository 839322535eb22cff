package dev.troupe.loadgen;

import dev.troupe.loadgen.txn.TxnKind;
import dev.troupe.loadgen.workload.Distribution;
import dev.troupe.loadgen.workload.OperationMix;
import dev.troupe.loadgen.workload.Workload;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Options that say what is written and read. */
final class DataOptions {
  private static final long KEYS_DEFAULT = 50_000;
  private static final int TRANSACTION_KEYS_MAX = 1_000_000;

  @Spec(Spec.Target.MIXEE)
  private @Nullable CommandSpec spec;

  @Parameters(
      paramLabel = "NAME",
      description = {
        "kv, ycsb-a to ycsb-f, or ycsb together with --workload; of transactions: bank,",
        "list-append, register, counter, long-fork, write-skew."
      })
  private String name = "";

  @Option(
      names = "--workload",
      defaultValue = "A",
      description = "Which of YCSB's workloads, A to F. (${DEFAULT-VALUE})")
  private String letter = "A";

  @Option(
      names = "--keys",
      description =
          "How many keys there are, or are to be loaded; of transactions how many accounts, lists,"
              + " registers, counters, groups or pairs are in use at a time."
              + " Default: 50000; of transactions few, so that they meet.")
  private @Nullable Long keys;

  @Option(names = "--accounts", description = "The same as --keys, for bank.")
  private @Nullable Long accounts;

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
            () ->
                usage(
                    "unknown workload '%s'; there are kv, ycsb-a to ycsb-f, %s"
                        .formatted(name, TxnKind.labels())));
  }

  /** The workload of transactions that is meant, if one is. */
  Optional<TxnKind> transactions() {
    return TxnKind.find(name);
  }

  long keys() {
    if (accounts != null) {
      throw usage("--accounts is for the workload bank");
    }
    return atLeast(1, keys == null ? KEYS_DEFAULT : keys);
  }

  /** Of a workload of transactions. */
  int keys(TxnKind kind) {
    if (accounts != null && kind != TxnKind.BANK) {
      throw usage("--accounts is for the workload bank");
    }
    Long wanted = accounts == null ? keys : accounts;
    long number = atLeast(kind.keysMin(), wanted == null ? kind.keysDefault() : wanted);
    if (number > TRANSACTION_KEYS_MAX) {
      throw usage("--keys goes up to " + TRANSACTION_KEYS_MAX + " for " + kind.label());
    }
    return (int) number;
  }

  private long atLeast(long least, long number) {
    if (number < least) {
      throw usage("--keys must be at least " + least);
    }
    return number;
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
    settings.put("keys", keys());
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
