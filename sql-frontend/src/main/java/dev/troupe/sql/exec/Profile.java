package dev.troupe.sql.exec;

import dev.troupe.protocol.spi.MonotonicClock;
import dev.troupe.sql.plan.PlanNode;
import java.util.IdentityHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the steps of one execution did, for EXPLAIN ANALYZE. Used by one thread. */
public final class Profile {
  private final MonotonicClock clock;
  private final Map<PlanNode, Counters> counters = new IdentityHashMap<>();

  public Profile(MonotonicClock clock) {
    this.clock = clock;
  }

  /** Counters of a step, what its inputs did included; null when it never ran. */
  public @Nullable Counters of(PlanNode node) {
    return counters.get(node);
  }

  Counters counting(PlanNode node) {
    return counters.computeIfAbsent(node, ignored -> new Counters());
  }

  long nanos() {
    return clock.nanos();
  }

  /** What was counted of one step. */
  public static final class Counters {
    long loops;
    long rows;
    long nanos;
    long roundTrips;
    long kvRows;
    long kvBytes;
    long kvLooked;

    /** How often it was begun. */
    public long loops() {
      return loops;
    }

    /** Rows that came out, of all loops. */
    public long rows() {
      return rows;
    }

    public long nanos() {
      return nanos;
    }

    /** How often it waited for the key-value layer. */
    public long roundTrips() {
      return roundTrips;
    }

    public long kvRows() {
      return kvRows;
    }

    /** Rows that were looked at, here or where they are. */
    public long kvLooked() {
      return kvLooked;
    }

    public long kvBytes() {
      return kvBytes;
    }
  }
}
