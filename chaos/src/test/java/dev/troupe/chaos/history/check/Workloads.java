package dev.troupe.chaos.history.check;

import dev.troupe.chaos.history.History;
import dev.troupe.chaos.history.HistoryEvent;
import dev.troupe.chaos.history.Key;
import dev.troupe.chaos.history.MicroOp;
import dev.troupe.chaos.history.Pairing;
import dev.troupe.chaos.sim.SimRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/** What clients ask for, by workload. */
final class Workloads {
  static final int ACCOUNTS = 5;

  private Workloads() {}

  static History history(List<HistoryEvent> events) {
    Pairing pairing = new Pairing();
    for (HistoryEvent event : events) {
      String wrong = pairing.add(event);
      if (wrong != null) {
        throw new IllegalStateException(wrong);
      }
    }
    return pairing.history();
  }

  /** Transactions over a few keys, each of which is given up after some writes. */
  private abstract static class Transactions implements RandomRun.Workload {
    private static final int KEYS_AT_A_TIME = 4;

    private final int writesPerKey;
    private final TreeSet<Long> used = new TreeSet<>();
    private long writes;

    Transactions(int writesPerKey) {
      this.writesPerKey = writesPerKey;
    }

    abstract MicroOp write(Key key, long value);

    @Override
    public List<MicroOp> next(SimRandom random) {
      List<MicroOp> ops = new ArrayList<>();
      int size = 1 + random.nextInt(4);
      for (int i = 0; i < size; i++) {
        long number = writes / (KEYS_AT_A_TIME * writesPerKey) + random.nextInt(KEYS_AT_A_TIME);
        used.add(number);
        ops.add(
            random.chance(0.5)
                ? write(Key.of(number), ++writes)
                : new MicroOp.ReadNothing(Key.of(number)));
      }
      return ops;
    }

    @Override
    public List<List<MicroOp>> finalReads() {
      List<List<MicroOp>> reads = new ArrayList<>();
      for (long key : used) {
        reads.add(List.of(new MicroOp.ReadNothing(Key.of(key))));
      }
      return reads;
    }
  }

  static RandomRun.Workload listAppend(int writesPerKey) {
    return new Transactions(writesPerKey) {
      @Override
      MicroOp write(Key key, long value) {
        return new MicroOp.Append(key, value);
      }
    };
  }

  static RandomRun.Workload rwRegister(int writesPerKey) {
    return new Transactions(writesPerKey) {
      @Override
      MicroOp write(Key key, long value) {
        return new MicroOp.Write(key, value);
      }
    };
  }

  /** Single operations on registers, whose values are few and come again. */
  static RandomRun.Workload register(int keys, int values) {
    return new RandomRun.Workload() {
      @Override
      public List<MicroOp> next(SimRandom random) {
        Key key = Key.of(random.nextInt(keys));
        long value = random.nextInt(values);
        return List.of(
            switch (random.nextInt(3)) {
              case 0 -> new MicroOp.Write(key, value);
              case 1 -> new MicroOp.ReadNothing(key);
              default -> new MicroOp.CompareAndSet(key, (long) random.nextInt(values), value);
            });
      }

      @Override
      public List<List<MicroOp>> finalReads() {
        return List.of();
      }
    };
  }

  static RandomRun.Workload counter(int keys) {
    return new RandomRun.Workload() {
      @Override
      public List<MicroOp> next(SimRandom random) {
        Key key = Key.of(random.nextInt(keys));
        return List.of(
            random.chance(0.7) ? new MicroOp.Increment(key, 1) : new MicroOp.ReadNothing(key));
      }

      @Override
      public List<List<MicroOp>> finalReads() {
        return List.of(List.of(new MicroOp.ReadNothing(Key.of(0))));
      }
    };
  }

  static Key account(int number) {
    return Key.of("account-" + number);
  }

  static SimulatedStore bankStore() {
    SimulatedStore store = new SimulatedStore();
    for (int i = 0; i < ACCOUNTS; i++) {
      store.with(account(i), 100);
    }
    return store;
  }

  /** The first operation reads, so that the balances at the beginning are known. */
  static RandomRun.Workload bank() {
    return new RandomRun.Workload() {
      @Override
      public List<MicroOp> next(SimRandom random) {
        if (random.chance(0.3)) {
          return List.of(new MicroOp.Balances(null));
        }
        Key from = account(random.nextInt(ACCOUNTS));
        Key to = account(random.nextInt(ACCOUNTS));
        return List.of(new MicroOp.Transfer(from, to, 1 + random.nextInt(20)));
      }

      @Override
      public List<List<MicroOp>> finalReads() {
        return List.of(List.of(new MicroOp.Balances(null)));
      }
    };
  }
}
