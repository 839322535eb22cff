package dev.troupe.gc;

import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.KeySpan;
import dev.troupe.protocol.model.ReplicaKey;
import dev.troupe.protocol.model.Timestamp;
import dev.troupe.protocol.spi.MonotonicClock;
import dev.troupe.protocol.spi.StateStore;
import dev.troupe.range.LocalReplica;
import dev.troupe.range.ReplicaDirectory;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Removes from the replicas of a node the versions below their horizons, one replica after the
 * other, in small slices. A replica that was restarted is swept again from its beginning, which
 * finds little: nothing has to be remembered.
 *
 * <p>Safe beside everything else: a replica's horizon never goes back, a range that is split off or
 * installed by a snapshot has at least the horizon that its keys had here, and the store does a
 * slice again that ran into a rewriting of its keys. Used by one thread at a time.
 */
final class VersionSweeper {
  /** Versions looked at in one slice: about a millisecond of work. */
  static final int SLICE_VERSIONS = 1_000;

  /** A part in which so much was removed is rewritten and another one begun. */
  static final long COMPACT_BYTES_ENOUGH = 64L << 20;

  /** A larger span is not rewritten at once: that would keep a node from stopping. */
  static final long COMPACT_SPAN_BYTES_MAX = 256L << 20;

  /**
   * What is known of a replica that was swept.
   *
   * @param hidden bytes that were removed and whose files were not rewritten since
   */
  private record Swept(Timestamp horizon, long hidden) {}

  /** One replica on its way to one horizon. */
  private static final class Pass {
    final ReplicaKey replica;
    final Timestamp horizon;
    final KeySpan span;
    Key next;
    // The part that was swept since files were last rewritten.
    Key partStart;
    long partSeen;
    long partRemoved;
    long partBytes;
    // Bytes removed from parts that were not rewritten, and by earlier passes.
    long hidden;

    Pass(ReplicaKey replica, LocalReplica.Collectable collectable, long hidden) {
      this.hidden = hidden;
      this.replica = replica;
      this.horizon = collectable.horizon();
      this.span = collectable.span();
      this.next = span.start();
      this.partStart = span.start();
    }

    void beginPart(Key from) {
      partStart = from;
      partSeen = 0;
      partRemoved = 0;
      partBytes = 0;
    }

    /** Whether most of a part is gone. */
    boolean isHollow(long bytesMin) {
      return partBytes >= bytesMin && partRemoved * 2 >= partSeen;
    }
  }

  private final StateStore state;
  private final ReplicaDirectory directory;
  private final MonotonicClock clock;
  private final CollectionCounts counts;
  private final long nanosPerVersion;
  private final long rewriteFromBytes;

  private final Map<ReplicaKey, Swept> swept = new HashMap<>();
  private final Queue<ReplicaKey> due = new ArrayDeque<>();
  private @Nullable Pass pass;

  VersionSweeper(
      StateStore state,
      ReplicaDirectory directory,
      MonotonicClock clock,
      CollectionCounts counts,
      CollectionSettings settings) {
    this.state = state;
    this.directory = directory;
    this.clock = clock;
    this.counts = counts;
    this.nanosPerVersion = 1_000_000_000L / settings.versionsPerSecond();
    this.rewriteFromBytes = settings.rewriteFromBytes();
  }

  /**
   * Does one slice. Blocking: some milliseconds, and now and then the rewriting of files.
   *
   * @return nanoseconds to wait before the next one; -1 when there is nothing to do
   */
  long slice() {
    Pass current = current();
    if (current == null) {
      return -1;
    }
    long begun = clock.nanos();
    StateStore.Collected collected;
    try {
      KeySpan rest = new KeySpan(current.next, current.span.end());
      collected = state.collect(rest, current.horizon, SLICE_VERSIONS);
      note(current, collected);
    } catch (RuntimeException failure) {
      // Given up until the horizon is raised again: a store that is broken says so elsewhere too.
      swept.put(current.replica, new Swept(current.horizon, current.hidden));
      pass = null;
      counts.failed();
      throw failure;
    }
    long pause = collected.versionsSeen() * nanosPerVersion - (clock.nanos() - begun);
    return Math.max(0, pause);
  }

  private void note(Pass current, StateStore.Collected collected) {
    counts.swept(collected.versionsSeen(), collected.versionsRemoved(), collected.bytesRemoved());
    current.partSeen += collected.versionsSeen();
    current.partRemoved += collected.versionsRemoved();
    current.partBytes += collected.bytesRemoved();
    Key resume = collected.resume();
    if (resume == null) {
      pass = null;
      swept.put(current.replica, new Swept(current.horizon, finish(current)));
      return;
    }
    current.next = resume;
    if (current.partBytes >= COMPACT_BYTES_ENOUGH) {
      endPart(current, resume);
      current.beginPart(resume);
    }
  }

  private void endPart(Pass current, Key end) {
    if (current.isHollow(rewriteFromBytes)) {
      state.compact(new KeySpan(current.partStart, end));
    } else {
      current.hidden += current.partBytes;
    }
  }

  /** Returns the bytes that are hidden in files still: little by little they become much. */
  private long finish(Pass current) {
    endPart(current, current.span.end());
    if (current.hidden < rewriteFromBytes) {
      return current.hidden;
    }
    long size = state.approximateBytes(current.span);
    if (size > COMPACT_SPAN_BYTES_MAX || current.hidden * 2 < size) {
      return current.hidden;
    }
    state.compact(current.span);
    return 0;
  }

  /** The pass under way, if its replica is still there; otherwise another one that is due. */
  private @Nullable Pass current() {
    Pass current = pass;
    if (current != null) {
      LocalReplica replica = directory.find(current.replica.range());
      if (replica != null && replica.key().equals(current.replica)) {
        return current;
      }
    }
    pass = null;
    begin();
    if (pass == null) {
      look();
      begin();
    }
    return pass;
  }

  /** Begins with the next one of those that were due, if it still is. */
  private void begin() {
    for (ReplicaKey next = due.poll(); next != null; next = due.poll()) {
      LocalReplica replica = directory.find(next.range());
      if (replica == null || !replica.key().equals(next)) {
        continue;
      }
      LocalReplica.Collectable collectable = replica.collectable();
      if (collectable != null && isDue(next, collectable.horizon())) {
        Swept before = swept.get(next);
        pass = new Pass(next, collectable, before == null ? 0 : before.hidden());
        return;
      }
    }
  }

  /** At all replicas at once: a look for each that is due would be thousands times thousands. */
  private void look() {
    Set<ReplicaKey> present = new HashSet<>();
    for (LocalReplica replica : directory.all()) {
      present.add(replica.key());
      LocalReplica.Collectable collectable = replica.collectable();
      if (collectable != null && isDue(replica.key(), collectable.horizon())) {
        due.add(replica.key());
      }
    }
    swept.keySet().retainAll(present);
  }

  private boolean isDue(ReplicaKey replica, Timestamp horizon) {
    Swept before = swept.get(replica);
    return horizon.compareTo(before == null ? Timestamp.MIN : before.horizon()) > 0;
  }
}
