package dev.troupe.chaos.sim;

import dev.troupe.chaos.check.Check;
import dev.troupe.protocol.model.HardState;
import dev.troupe.protocol.model.LogEntry;
import dev.troupe.protocol.model.LogPosition;
import dev.troupe.protocol.model.ReplicaId;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A node's disk behind one group-commit writer: whatever is queued goes into one sync, and counts
 * only when that sync is over. A crash drops what was queued and tears the running sync. The state
 * machine is flushed on its own, whole or not at all.
 */
final class SimDisk {
  /** One queued change; {@code done} is called when it is durable. */
  private sealed interface Write {
    Runnable done();

    record Append(
        @Nullable HardState hardState,
        List<LogEntry> entries,
        boolean replacesSuffix,
        Runnable done)
        implements Write {}

    record Truncate(LogPosition newStart, Runnable done) implements Write {}

    record Install(StateImage image, HardState hardState, Runnable done) implements Write {}
  }

  private final int node;
  private final EventQueue time;
  private final SimRandom random;
  private final Trace trace;
  private final Coverage coverage;
  private final Check checks;
  private final SimOptions options;
  private double stallProbability;
  private long stalledUntil;
  private @Nullable Runnable trap;
  private @Nullable StoredReplica stored;
  private long tombstone = 1;
  private List<Write> queued = new ArrayList<>();
  private List<Write> syncing = List.of();

  /** Rises when unfinished work is dropped, so that its end is not mistaken for a later one's. */
  private long era;

  SimDisk(int node, SimWorld world, SimOptions options, Check checks) {
    this.node = node;
    this.time = world.time();
    this.random = world.random().split();
    this.trace = world.trace();
    this.coverage = world.coverage();
    this.options = options;
    this.checks = checks;
    this.stallProbability = options.disk().stall();
  }

  @Nullable StoredReplica stored() {
    return stored;
  }

  /** No replica with a lower id may ever exist here again. */
  long tombstone() {
    return tombstone;
  }

  boolean hasPending() {
    return !queued.isEmpty() || !syncing.isEmpty();
  }

  void create(StoredReplica replica) {
    stored = replica;
  }

  void destroy(ReplicaId replica) {
    if (stored != null) {
      stored.destroy();
    }
    stored = null;
    tombstone = replica.value() + 1;
    dropUnfinished();
  }

  void append(
      @Nullable HardState hardState, List<LogEntry> entries, boolean replaces, Runnable done) {
    enqueue(new Write.Append(hardState, entries, replaces, done));
  }

  void truncatePrefix(LogPosition newStart, Runnable done) {
    enqueue(new Write.Truncate(newStart, done));
  }

  /** Replaces state and log at once; queued behind all earlier writes. */
  void install(StateImage image, HardState hardState, Runnable done) {
    enqueue(new Write.Install(image, hardState, done));
  }

  /** Flushes the state machine, some time later. */
  void flush(StateImage image, Runnable done) {
    long begun = era;
    time.after(
        syncNanos() * 2,
        () -> {
          if (begun == era && stored != null) {
            stored.flush(image);
            done.run();
          }
        });
  }

  /** Calls back after the time that a read takes, unless the node crashes before. */
  void read(Runnable done) {
    long begun = era;
    time.after(
        syncNanos() + (random.chance(0.3) ? 20 * options.disk().syncNanos() : 0),
        () -> {
          if (begun == era) {
            done.run();
          }
        });
  }

  void stall(long until) {
    stalledUntil = Math.max(stalledUntil, until);
  }

  /** Something to be done in the middle of the next sync. */
  void duringNextSync(Runnable action) {
    trap = action;
  }

  void calm() {
    stallProbability = 0;
    trap = null;
  }

  /** Power is cut: a part of the running sync may have reached the disk, nothing later has. */
  void crash() {
    if (!syncing.isEmpty()) {
      int survive = random.nextInt(syncing.size() + 1);
      if (survive > 0 && survive < syncing.size()) {
        coverage.reached(Rare.TORN_BATCH);
      }
      for (Write write : syncing.subList(0, survive)) {
        carryOut(write);
      }
      if (survive < syncing.size()) {
        coverage.reached(Rare.UNSYNCED_WRITES_LOST);
      }
    }
    dropUnfinished();
  }

  private void dropUnfinished() {
    era++;
    queued = new ArrayList<>();
    syncing = List.of();
  }

  private void enqueue(Write write) {
    queued.add(write);
    if (syncing.isEmpty()) {
      startSync();
    }
  }

  private void startSync() {
    syncing = queued;
    queued = new ArrayList<>();
    long begun = era;
    long duration = syncNanos();
    if (trap != null && (syncing.size() > 1 || random.chance(0.3))) {
      time.after(random.nextLong(duration), trap);
      trap = null;
    }
    time.after(
        duration,
        () -> {
          if (begun == era) {
            finishSync();
          }
        });
  }

  private void finishSync() {
    List<Write> finished = syncing;
    trace.add(node, "synced", finished.size(), finished.size());
    for (Write write : finished) {
      carryOut(write);
    }
    syncing = List.of();
    if (!queued.isEmpty()) {
      startSync();
    }
    for (Write write : finished) {
      write.done().run();
    }
  }

  private long syncNanos() {
    long usual = random.between(options.disk().syncNanos() / 4, options.disk().syncNanos());
    if (random.chance(stallProbability)) {
      usual += random.nextLong(3 * options.raft().electionTimeoutNanos());
    }
    long untilFree = stalledUntil - time.now();
    if (untilFree > options.raft().electionTimeoutNanos()) {
      coverage.reached(Rare.DISK_STALLED_BEYOND_ELECTION_TIMEOUT);
    }
    return usual + Math.max(0, untilFree);
  }

  private void carryOut(Write write) {
    StoredReplica replica = stored;
    if (replica == null) {
      return;
    }
    HardState before = replica.durableHardState();
    switch (write) {
      case Write.Append append -> {
        if (append.hardState() != null) {
          replica.setHardState(append.hardState());
        }
        if (!append.entries().isEmpty()) {
          replica.append(append.entries(), append.replacesSuffix());
        }
      }
      case Write.Truncate truncate -> replica.truncatePrefix(truncate.newStart());
      case Write.Install install -> replica.install(install.image(), install.hardState());
    }
    if (!before.equals(replica.durableHardState())) {
      checks.stored(replica.replica(), before, replica.durableHardState());
    }
  }
}
