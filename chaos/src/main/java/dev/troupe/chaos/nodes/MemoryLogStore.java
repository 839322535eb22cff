package dev.troupe.chaos.nodes;

import dev.troupe.chaos.sim.SimRandom;
import dev.troupe.protocol.model.HardState;
import dev.troupe.protocol.model.LogEntry;
import dev.troupe.protocol.model.LogPosition;
import dev.troupe.protocol.model.RangeId;
import dev.troupe.protocol.model.ReplicaKey;
import dev.troupe.protocol.spi.RaftLogStore;
import dev.troupe.range.RangeBirth;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * A log store behind one group-commit writer: whatever has queued goes into one sync, and is
 * reported when that is over. What was handed in can be read at once; after a crash there is what
 * was synced, and of the running sync any beginning. Outlives the lives of its node.
 */
final class MemoryLogStore implements RaftLogStore {
  /** A write that waits for its sync, or for the end of it. */
  private static final class Queued {
    final LogWrite write;
    final Runnable durable;
    boolean onDisk;

    Queued(LogWrite write, Runnable durable) {
      this.write = write;
      this.durable = durable;
    }
  }

  private final NodeWorld world;
  private final int node;
  private final SimRandom random;
  private final DiskTimes times;
  private LogContent synced = new LogContent();
  private LogContent handedIn = new LogContent();
  private List<Queued> queued = new ArrayList<>();
  private List<Queued> syncing = List.of();

  /** Rises with each crash, so that the end of a sync is not mistaken for a later one's. */
  private long life;

  private @Nullable Runnable trap;
  private boolean instantly;
  private boolean lies;

  MemoryLogStore(NodeWorld world, int node, SimRandom random, DiskTimes times) {
    this.world = world;
    this.node = node;
    this.random = random;
    this.times = times;
  }

  /** Plants a bug: from now on writes are reported before they are durable. */
  void reportTooEarly() {
    lies = true;
  }

  /** Whether writes are durable at once: before any actor runs. */
  void instantly(boolean now) {
    instantly = now;
  }

  @Override
  public List<StoredReplica> replicas() {
    return handedIn.replicas();
  }

  @Override
  public OptionalLong tombstone(RangeId range) {
    return handedIn.tombstone(range);
  }

  @Override
  public void write(LogWrite write, Runnable durable) {
    handedIn.carryOut(write);
    if (instantly) {
      synced.carryOut(write);
      durable.run();
      return;
    }
    Runnable report = durable;
    if (lies) {
      durable.run();
      report = () -> {};
    }
    queued.add(new Queued(write, report));
    if (write instanceof LogWrite.Create create && create.start().equals(RangeBirth.START)) {
      syncNow();
    } else if (syncing.isEmpty()) {
      startSync();
    }
  }

  /** Something to be done in the middle of the next sync. */
  void duringNextSync(Runnable action) {
    trap = action;
  }

  /**
   * A split waits, on its own thread, until the log of the new range is durable. Here there is one
   * thread only: virtual time stands still for as long.
   */
  private void syncNow() {
    life++;
    List<Queued> all = new ArrayList<>(syncing);
    all.addAll(queued);
    syncing = List.of();
    queued = new ArrayList<>();
    for (Queued one : all) {
      if (!one.onDisk) {
        synced.carryOut(one.write);
      }
    }
    all.forEach(one -> one.durable.run());
  }

  private void startSync() {
    syncing = queued;
    queued = new ArrayList<>();
    long begun = life;
    long duration = times.nextNanos();
    if (trap != null) {
      world.time().after(random.nextLong(duration), trap);
      trap = null;
    }
    world
        .time()
        .after(
            duration,
            () -> {
              if (begun == life) {
                finishSync();
              }
            });
  }

  private void finishSync() {
    List<Queued> finished = syncing;
    world.trace().add(node, "synced", finished.size(), finished.size());
    finished.forEach(this::putOnDisk);
    syncing = List.of();
    if (!queued.isEmpty()) {
      startSync();
    }
    finished.forEach(write -> write.durable.run());
  }

  private void putOnDisk(Queued write) {
    if (!write.onDisk) {
      write.onDisk = true;
      if (write.write instanceof LogWrite.TruncatePrefix) {
        world.coverage().reached(NodeRare.LOG_TRUNCATED);
      }
      synced.carryOut(write.write);
    }
  }

  /** Puts a snapshot's log in place, durably, behind everything handed in before. */
  void install(ReplicaKey replica, HardState hardState, LogPosition applied) {
    syncing.forEach(this::putOnDisk);
    queued.forEach(this::putOnDisk);
    handedIn.install(replica, hardState, applied);
    synced.install(replica, hardState, applied);
  }

  /** Power is cut: a part of the running sync may have reached the disk, nothing later has. */
  void crash() {
    if (!syncing.isEmpty()) {
      syncing.subList(0, random.nextInt(syncing.size() + 1)).forEach(this::putOnDisk);
      if (syncing.stream().anyMatch(write -> !write.onDisk)) {
        world.coverage().reached(NodeRare.UNSYNCED_LOG_LOST);
      }
    }
    life++;
    queued = new ArrayList<>();
    syncing = List.of();
    handedIn = synced.copy();
  }

  @Override
  public long pendingBytes() {
    long bytes = 0;
    for (Queued write : queued) {
      if (write.write instanceof LogWrite.Append append) {
        for (LogEntry entry : append.entries()) {
          bytes += entry.sizeBytes();
        }
      }
    }
    return bytes;
  }

  @Override
  public List<LogEntry> read(ReplicaKey replica, long from, long to, long maxBytes) {
    return handedIn.read(replica, from, to, maxBytes);
  }

  @Override
  public OptionalLong term(ReplicaKey replica, long index) {
    return handedIn.term(replica, index);
  }
}
