package dev.troupe.gc;

import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.KeySpan;
import dev.troupe.protocol.model.RangeDescriptor;
import dev.troupe.protocol.model.ReplicaKey;
import dev.troupe.protocol.model.Timestamp;
import dev.troupe.protocol.spi.KvClient;
import dev.troupe.protocol.spi.KvRequest;
import dev.troupe.protocol.spi.KvResponse;
import dev.troupe.protocol.spi.MonotonicClock;
import dev.troupe.protocol.spi.TimestampSource;
import dev.troupe.range.LocalReplica;
import dev.troupe.range.ReplicaDirectory;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Raises the horizons of the ranges that this node leads: to the retention's length ago, but not
 * above what is protected. Ranges go one after the other. One that is written to is raised step by
 * step; one that is not is left alone, so that it can sleep, until all that was written before can
 * be collected at once; and then for good.
 *
 * <p>Thread-safe: a round goes from answer to answer, on whatever thread they come.
 */
final class HorizonKeeper {
  /** Side records looked at by one entry: some milliseconds of applying. */
  static final int RECORDS_PAGE = 1_000;

  /** A raise is worth its entry when it goes ahead by this part of the retention. */
  static final int STEPS_PER_RETENTION = 10;

  private static final long PATIENCE_NANOS = 10_000_000_000L;
  private static final byte[] FIRST = {};
  private static final Logger LOG = LoggerFactory.getLogger(HorizonKeeper.class);

  /**
   * What the keeper knows of a range led here.
   *
   * @param writes how many writes the replica had taken, without the keeper's own
   * @param use since the look before
   * @param dirtyUntil all versions written by those are below; null until a timestamp was drawn
   * @param drawnNanos when it was drawn
   */
  private record Known(long writes, Use use, @Nullable Timestamp dirtyUntil, long drawnNanos) {
    Known quiet() {
      return use == Use.QUIET ? this : new Known(writes, Use.QUIET, dirtyUntil, drawnNanos);
    }
  }

  private enum Use {
    /** Led here for the first time, as far as is known. */
    UNKNOWN,
    WRITTEN,
    QUIET
  }

  private final CollectionSettings settings;
  private final KvClient kv;
  private final TimestampSource timestamps;
  private final ProtectedTimestamps protections;
  private final ReplicaDirectory directory;
  private final MonotonicClock clock;
  private final CollectionCounts counts;

  private final Map<ReplicaKey, Known> known = new HashMap<>();
  private final Map<ReplicaKey, Long> own = new HashMap<>();
  private boolean looking;

  HorizonKeeper(
      CollectionSettings settings,
      KvClient kv,
      TimestampSource timestamps,
      ReplicaDirectory directory,
      MonotonicClock clock,
      CollectionCounts counts) {
    this.settings = settings;
    this.kv = kv;
    this.timestamps = timestamps;
    this.protections = new ProtectedTimestamps(kv, timestamps);
    this.directory = directory;
    this.clock = clock;
    this.counts = counts;
  }

  /** Looks at all ranges led here, unless it is still at it. */
  synchronized void look() {
    if (looking) {
      return;
    }
    Queue<LocalReplica> wanting = wanting();
    if (wanting.isEmpty()) {
      counts.lag(0);
      return;
    }
    looking = true;
    // Drawn before the protections are looked at: see ProtectedTimestamps.
    timestamps.draw(1, deadline(), drawn -> drawn(drawn, wanting));
  }

  /** The ranges led here that may have versions at or above their horizon to be collected. */
  private Queue<LocalReplica> wanting() {
    Queue<LocalReplica> wanting = new ArrayDeque<>();
    Set<ReplicaKey> led = new HashSet<>();
    for (LocalReplica replica : directory.all()) {
      if (!replica.leads() || replica.view().descriptor() == null) {
        continue;
      }
      led.add(replica.key());
      long writes = replica.writes().sum() - own.getOrDefault(replica.key(), 0L);
      Known now = known(known.get(replica.key()), writes);
      known.put(replica.key(), now);
      if (isWanting(replica, now)) {
        wanting.add(replica);
      }
    }
    known.keySet().retainAll(led);
    own.keySet().retainAll(led);
    return wanting;
  }

  private static Known known(@Nullable Known before, long writes) {
    if (before == null) {
      return new Known(writes, Use.UNKNOWN, null, 0);
    }
    return before.writes() == writes ? before.quiet() : new Known(writes, Use.WRITTEN, null, 0);
  }

  /** Costs nothing: no timestamp is drawn for ranges that nobody has used for long. */
  private boolean isWanting(LocalReplica replica, Known range) {
    Timestamp dirtyUntil = range.dirtyUntil();
    if (dirtyUntil == null) {
      return true;
    }
    return replica.view().horizon().compareTo(dirtyUntil) < 0
        && (range.use() != Use.QUIET || hasWaited(replica, range));
  }

  /** Whether everything that was written before the timestamp was drawn can be collected. */
  private boolean hasWaited(LocalReplica replica, Known range) {
    return clock.nanos() - range.drawnNanos() >= retentionMillis(replica) * 1_000_000L;
  }

  private void drawn(TimestampSource.Drawn drawn, Queue<LocalReplica> wanting) {
    if (!(drawn instanceof TimestampSource.Drawn.Granted granted)) {
      give("no timestamp could be had");
      return;
    }
    Timestamp basis = granted.first();
    synchronized (this) {
      long lag = 0;
      for (LocalReplica replica : wanting) {
        known.computeIfPresent(
            replica.key(),
            (key, before) ->
                before.dirtyUntil() == null
                    ? new Known(before.writes(), before.use(), basis, clock.nanos())
                    : before);
        lag = Math.max(lag, lag(replica, basis));
      }
      counts.lag(lag);
      wanting.removeIf(replica -> !isDue(replica, basis));
    }
    if (wanting.isEmpty()) {
      done();
      return;
    }
    protections.list(
        deadline(),
        found -> {
          if (found == null) {
            give("it could not be found out what is protected");
          } else {
            next(new Round(basis, found, wanting));
          }
        });
  }

  /** How far a range's horizon is behind its retention, in milliseconds. */
  private long lag(LocalReplica replica, Timestamp now) {
    Timestamp horizon = replica.view().horizon();
    return horizon.equals(Timestamp.MIN)
        ? retentionMillis(replica)
        : now.millis() - retentionMillis(replica) - horizon.millis();
  }

  /** Whether a raise is worth its entry, for which all replicas of a range wake up. */
  private boolean isDue(LocalReplica replica, Timestamp now) {
    Known range = known.get(replica.key());
    if (range == null) {
      return false;
    }
    long retention = retentionMillis(replica);
    long lag = lag(replica, now);
    return switch (range.use()) {
      // Whoever led it before has raised it, unless that was very long ago.
      case UNKNOWN -> lag >= retention;
      case WRITTEN -> lag >= Math.max(1, retention / STEPS_PER_RETENTION);
      case QUIET -> lag > 0 && hasWaited(replica, range);
    };
  }

  private long retentionMillis(LocalReplica replica) {
    RangeDescriptor descriptor = replica.view().descriptor();
    return settings.retention(descriptor == null ? KeySpan.ALL : descriptor.span()).toMillis();
  }

  private record Round(Timestamp basis, List<Protection> kept, Queue<LocalReplica> rest) {}

  private void next(Round round) {
    while (true) {
      LocalReplica replica = round.rest().poll();
      if (replica == null) {
        done();
        return;
      }
      RangeDescriptor descriptor = replica.view().descriptor();
      if (descriptor == null) {
        continue;
      }
      Timestamp target = target(descriptor.span(), round);
      if (target.compareTo(replica.view().horizon()) > 0) {
        Page first = new Page(descriptor.span().start(), FIRST, descriptor.span().end());
        raise(replica, first, target, round);
        return;
      }
    }
  }

  private Timestamp target(KeySpan span, Round round) {
    long millis = round.basis().millis() - settings.retention(span).toMillis();
    Timestamp target = millis <= 0 ? Timestamp.MIN : Timestamp.of(millis, 0);
    for (Protection protection : round.kept()) {
      if (protection.span().overlaps(span) && protection.at().compareTo(target) < 0) {
        target = protection.at();
      }
    }
    return target;
  }

  /**
   * What is asked for at a time.
   *
   * @param upTo it was looked for what is protected up to here
   */
  private record Page(Key from, byte[] record, Key upTo) {}

  private void raise(LocalReplica replica, Page page, Timestamp target, Round round) {
    kv.send(
        new KvRequest.RaiseHorizon(
            page.from(), page.record(), target, round.basis(), RECORDS_PAGE, page.upTo()),
        deadline(),
        response -> raised(replica, page, response, target, round));
  }

  private void raised(
      LocalReplica replica, Page page, KvResponse response, Timestamp target, Round round) {
    if (!(response instanceof KvResponse.Horizon horizon)) {
      // The range was split, or is led elsewhere, or had no time: it is looked at again.
      counts.failed();
      LOG.debug("the horizon of {} was not raised: {}", replica.key(), response);
      next(round);
      return;
    }
    counts.recordsRemoved(horizon.recordsRemoved());
    synchronized (this) {
      own.merge(replica.key(), 1L, Long::sum);
    }
    Key resume = horizon.resume();
    if (resume != null) {
      raise(replica, new Page(resume, horizon.resumeRecord(), page.upTo()), target, round);
    } else {
      counts.raised();
      next(round);
    }
  }

  private void give(String why) {
    counts.failed();
    LOG.debug("no horizon was raised: {}", why);
    done();
  }

  private synchronized void done() {
    looking = false;
  }

  private long deadline() {
    return clock.nanos() + PATIENCE_NANOS;
  }
}
