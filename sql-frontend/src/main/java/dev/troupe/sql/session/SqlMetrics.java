package dev.troupe.sql.session;

import dev.troupe.protocol.metric.Histogram;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.exec.MemoryUse;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;

/** What the sessions of a node have done since it started. Any thread. */
public final class SqlMetrics {
  private static final List<String> CLASSES_ALWAYS =
      List.of("08", "22", "23", "40", "42", "53", "57", "58", "XX");

  private final Histogram[] durations =
      Stream.generate(Histogram::ofNanos)
          .limit(StatementKind.values().length)
          .toArray(Histogram[]::new);
  private final LongAdder[] errors =
      Stream.generate(LongAdder::new).limit(SqlState.values().length).toArray(LongAdder[]::new);
  private final LongAdder retries = new LongAdder();
  private final LongAdder planHits = new LongAdder();
  private final LongAdder planMisses = new LongAdder();
  private final MemoryUse memory = new MemoryUse();
  private final StatementBook statements = new StatementBook();

  /**
   * How long statements that succeeded took here, from their message to the end of their commit if
   * they were alone; nanoseconds. The time in which a client fetched no rows is not among it.
   */
  public Histogram durations(StatementKind kind) {
    return durations[kind.ordinal()];
  }

  /**
   * Errors that were sent, by the first two characters of their SQLSTATE: those classes always that
   * somebody may want to hear of, so that a first case shows as a rise.
   */
  public Map<String, Long> errors() {
    var byClass = new TreeMap<String, Long>();
    CLASSES_ALWAYS.forEach(name -> byClass.put(name, 0L));
    for (SqlState state : SqlState.values()) {
      long count = errors[state.ordinal()].sum();
      if (count > 0) {
        byClass.merge(state.code().substring(0, 2), count, Long::sum);
      }
    }
    return byClass;
  }

  /** Attempts after the first one of statements that were run again because of others. */
  public long retries() {
    return retries.sum();
  }

  /** Plans that were found, for the text of a statement or its shape. */
  public long planHits() {
    return planHits.sum();
  }

  public long planMisses() {
    return planMisses.sum();
  }

  /** What statements hold. */
  public MemoryUse memory() {
    return memory;
  }

  /** What statements have cost, by their shape. */
  public StatementBook statements() {
    return statements;
  }

  void ended(StatementKind kind, long nanos) {
    durations[kind.ordinal()].record(nanos);
  }

  void failed(SqlState state) {
    errors[state.ordinal()].increment();
  }

  void again() {
    retries.increment();
  }

  void planned(boolean found) {
    (found ? planHits : planMisses).increment();
  }
}
