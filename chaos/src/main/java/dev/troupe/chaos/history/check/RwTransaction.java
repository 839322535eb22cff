package dev.troupe.chaos.history.check;

import dev.troupe.chaos.history.Attempt;
import dev.troupe.chaos.history.Key;
import dev.troupe.chaos.history.MicroOp;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A transaction over registers as the others see it.
 *
 * @param reads what it found before its own writes, by key; empty where nothing was written yet
 * @param writes what it left behind, by key
 */
record RwTransaction(Attempt attempt, Map<Key, Optional<Long>> reads, Map<Key, Long> writes) {

  /** What it found under a key; null when nothing, or when it did not look. */
  @Nullable Long read(Key key) {
    Optional<Long> read = reads.get(key);
    return read == null ? null : read.orElse(null);
  }

  /** What a transaction whose reads are answered saw and left; judges its reads of its own. */
  static RwTransaction of(Attempt attempt, Findings findings) {
    Map<Key, Optional<Long>> reads = new LinkedHashMap<>();
    Map<Key, Long> writes = new LinkedHashMap<>();
    for (MicroOp op : attempt.ops()) {
      switch (op) {
        case MicroOp.Write(Key key, long value) -> writes.put(key, value);
        case MicroOp.ReadNothing(Key key) ->
            read(attempt, key, Optional.empty(), reads, writes, findings);
        case MicroOp.ReadValue(Key key, long value) ->
            read(attempt, key, Optional.of(value), reads, writes, findings);
        case MicroOp.Append a -> throw unfit(a);
        case MicroOp.CompareAndSet c -> throw unfit(c);
        case MicroOp.Increment i -> throw unfit(i);
        case MicroOp.ReadList r -> throw unfit(r);
        case MicroOp.Transfer t -> throw unfit(t);
        case MicroOp.Balances b -> throw unfit(b);
      }
    }
    return new RwTransaction(attempt, reads, writes);
  }

  /** One of unknown outcome: nobody knows what it read. */
  static RwTransaction unanswered(Attempt attempt) {
    Map<Key, Long> writes = new LinkedHashMap<>();
    for (MicroOp op : attempt.ops()) {
      if (op instanceof MicroOp.Write(Key key, long value)) {
        writes.put(key, value);
      }
    }
    return new RwTransaction(attempt, new LinkedHashMap<>(), writes);
  }

  private static UnfitHistoryException unfit(MicroOp op) {
    return new UnfitHistoryException("'" + op + "' does not belong to rw-register");
  }

  private static void read(
      Attempt attempt,
      Key key,
      Optional<Long> value,
      Map<Key, Optional<Long>> reads,
      Map<Key, Long> writes,
      Findings findings) {
    boolean known = writes.containsKey(key) || reads.containsKey(key);
    Optional<Long> expected =
        writes.containsKey(key) ? Optional.ofNullable(writes.get(key)) : reads.get(key);
    if (!known) {
      reads.put(key, value);
    } else if (!value.equals(expected)) {
      findings.add(
          "internal",
          "%s was read as %s, against what the transaction itself read and wrote before%n  %s",
          key,
          value.map(String::valueOf).orElse("nothing"),
          attempt);
    }
  }
}
