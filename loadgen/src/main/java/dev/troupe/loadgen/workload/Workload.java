package dev.troupe.loadgen.workload;

import java.util.Locale;
import java.util.Optional;

/** The workloads by name: our own {@code kv} and the six core workloads of YCSB. */
public enum Workload {
  /** Reads and writes of whole values; the share of the reads is an option. */
  KV("kv", Distribution.UNIFORM, 128),
  /** Session store. */
  YCSB_A("ycsb-a", Distribution.ZIPFIAN, 1000),
  /** Photo tags. */
  YCSB_B("ycsb-b", Distribution.ZIPFIAN, 1000),
  /** User profiles. */
  YCSB_C("ycsb-c", Distribution.ZIPFIAN, 1000),
  /** Status updates. */
  YCSB_D("ycsb-d", Distribution.LATEST, 1000),
  /** Threads of messages. */
  YCSB_E("ycsb-e", Distribution.ZIPFIAN, 1000),
  /** User database. */
  YCSB_F("ycsb-f", Distribution.ZIPFIAN, 1000);

  private static final String YCSB = "ycsb";

  private final String label;
  private final Distribution distribution;
  private final int valueBytes;

  Workload(String label, Distribution distribution, int valueBytes) {
    this.label = label;
    this.distribution = distribution;
    this.valueBytes = valueBytes;
  }

  /**
   * @param letter which of YCSB's workloads is meant when the name is just {@code ycsb}
   */
  public static Optional<Workload> find(String name, String letter) {
    String wanted = name.toLowerCase(Locale.ROOT);
    String full = wanted.equals(YCSB) ? YCSB + "-" + letter.toLowerCase(Locale.ROOT) : wanted;
    for (Workload workload : values()) {
      if (workload.label.equals(full)) {
        return Optional.of(workload);
      }
    }
    return Optional.empty();
  }

  public String label() {
    return label;
  }

  public OperationMix mix() {
    return switch (this) {
      case KV, YCSB_A -> OperationMix.readsAndUpdates(50);
      case YCSB_B -> OperationMix.readsAndUpdates(95);
      case YCSB_C -> OperationMix.readsAndUpdates(100);
      case YCSB_D -> new OperationMix(95, 0, 5, 0, 0);
      case YCSB_E -> new OperationMix(0, 0, 5, 95, 0);
      case YCSB_F -> new OperationMix(50, 0, 0, 0, 50);
    };
  }

  public Distribution distribution() {
    return distribution;
  }

  public int valueBytes() {
    return valueBytes;
  }
}
