package dev.troupe.loadgen.txn;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** The workloads of transactions, by name. */
public enum TxnKind {
  BANK(16),
  LIST_APPEND(10),
  REGISTER(8),
  COUNTER(4),
  LONG_FORK(4),
  WRITE_SKEW(8);

  private final int keysDefault;

  TxnKind(int keysDefault) {
    this.keysDefault = keysDefault;
  }

  public static Optional<TxnKind> find(String name) {
    return Arrays.stream(values())
        .filter(kind -> kind.label().equals(name.toLowerCase(Locale.ROOT)))
        .findFirst();
  }

  /** All names, for people. */
  public static String labels() {
    return Arrays.stream(values()).map(TxnKind::label).collect(Collectors.joining(", "));
  }

  public String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** The fewest that make sense. */
  public int keysMin() {
    return this == BANK ? 2 : 1;
  }

  /** How many accounts, lists, registers, counters, groups or pairs there are at a time. */
  public int keysDefault() {
    return keysDefault;
  }

  /**
   * @param run names the keys of this run; accounts are shared by all runs
   */
  public TxnWorkload create(int keys, String run) {
    return switch (this) {
      case BANK -> new BankWorkload(keys);
      case LIST_APPEND -> new ListAppendWorkload(keys, run);
      case REGISTER -> new RegisterWorkload(keys, run);
      case COUNTER -> new CounterWorkload(keys, run);
      case LONG_FORK -> new LongForkWorkload(keys, run);
      case WRITE_SKEW -> new WriteSkewWorkload(keys, run);
    };
  }
}
