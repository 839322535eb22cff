package dev.troupe.range;

import dev.troupe.protocol.metric.Histogram;
import dev.troupe.protocol.model.RangeDescriptor;
import dev.troupe.protocol.spi.MonotonicClock;
import dev.troupe.raft.Role;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** What the replicas of a node have done since it joined its cluster. Any thread. */
public final class RangeMetrics {
  private final Histogram logged = Histogram.ofNanos();
  private final Histogram committed = Histogram.ofNanos();
  private final Histogram applied = Histogram.ofNanos();
  private final Histogram writesPerEntry = Histogram.ofCounts();
  private final Histogram lockWaits = Histogram.ofNanos();
  private final LongAdder campaigns = new LongAdder();
  private final LongAdder reigns = new LongAdder();
  private final LongAdder moves = new LongAdder();
  private final LongAdder splits = new LongAdder();
  private final LongAdder merges = new LongAdder();
  private final LongAdder snapshotsInstalled = new LongAdder();

  /** From handing entries to the log of this node until they were durable there; nanoseconds. */
  public Histogram logged() {
    return logged;
  }

  /** From a leader's proposal until a quorum had it; nanoseconds. */
  public Histogram committed() {
    return committed;
  }

  /** From a leader's proposal until its effects were visible here; nanoseconds. */
  public Histogram applied() {
    return applied;
  }

  /** Writes that shared a log entry. */
  public Histogram writesPerEntry() {
    return writesPerEntry;
  }

  /** How long requests waited for other transactions' locks; nanoseconds. */
  public Histogram lockWaits() {
    return lockWaits;
  }

  /** Times that a replica here wanted to lead because it heard no leader. */
  public long campaigns() {
    return campaigns.sum();
  }

  /** Times that a replica here became a leader, also by a transfer. */
  public long reigns() {
    return reigns.sum();
  }

  /** Changes of members of ranges that are led here. */
  public long moves() {
    return moves.sum();
  }

  /** Splits of ranges that are led here. */
  public long splits() {
    return splits.sum();
  }

  /** Ranges that are led here and took another one in. */
  public long merges() {
    return merges.sum();
  }

  /** Snapshots that replicas here took over. */
  public long snapshotsInstalled() {
    return snapshotsInstalled.sum();
  }

  /** Times one write to the log: what is to be run when it is durable. */
  Runnable timed(MonotonicClock clock, Runnable durable) {
    long begun = clock.nanos();
    return () -> {
      logged.record(clock.nanos() - begun);
      durable.run();
    };
  }

  void committed(long nanos) {
    committed.record(nanos);
  }

  void applied(long nanos, int writes) {
    applied.record(nanos);
    writesPerEntry.record(writes);
  }

  void waitedForLock(long nanos) {
    lockWaits.record(nanos);
  }

  /** A replica has told of another role, another term or another leader. */
  void changed(Role before, Role now) {
    if (now == Role.LEADER && before != Role.LEADER) {
      reigns.increment();
    } else if (now == Role.PRE_CANDIDATE && before != Role.PRE_CANDIDATE) {
      campaigns.increment();
    }
  }

  /** A replica has applied another description of its range: counted where the range is led. */
  void described(Role role, @Nullable RangeDescriptor before, RangeDescriptor now) {
    if (role != Role.LEADER || before == null) {
      return;
    }
    if (!before.members().equals(now.members())) {
      moves.increment();
    }
    if (!before.span().equals(now.span())) {
      (before.span().contains(now.span()) ? splits : merges).increment();
    }
  }

  void snapshotInstalled() {
    snapshotsInstalled.increment();
  }
}
