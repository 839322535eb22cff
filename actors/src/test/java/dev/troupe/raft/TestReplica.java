package dev.troupe.raft;

import dev.troupe.protocol.model.LogEntry;
import dev.troupe.protocol.model.LogPosition;
import dev.troupe.protocol.model.Membership;
import dev.troupe.protocol.model.ReplicaId;
import dev.troupe.protocol.spi.RandomSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An owner of a core that does what {@link Ready} says, with everything slow done on request. */
final class TestReplica {
  /** What happens at a replica, for those who check or print it. */
  interface Listener {
    void onRole(TestReplica at, Ready.RoleChange change);

    void onApply(TestReplica at, LogEntry entry);

    void onRead(TestReplica at, long id, long index);

    void onSend(RaftMessage message);

    void onSnapshot(TestReplica from, ReplicaId to);
  }

  private record WaitingRead(long id, long index) {}

  final ReplicaId id;
  final TestDisk disk;
  private final RaftConfig config;
  private final RandomSource random;
  private final Listener listener;
  private final ArrayDeque<WaitingRead> waitingReads = new ArrayDeque<>();
  final ArrayDeque<LogEntry> toApply = new ArrayDeque<>();
  private @Nullable RaftCore core;
  boolean autoSync = true;
  boolean autoApply = true;
  double clockRate = 1.0;
  long clockOffset;

  TestReplica(RaftConfig config, TestDisk disk, RandomSource random, Listener listener) {
    this.id = config.self();
    this.config = config;
    this.disk = disk;
    this.random = random;
    this.listener = listener;
  }

  long clock(long time) {
    return clockOffset + (long) (time * clockRate);
  }

  boolean up() {
    return core != null;
  }

  RaftCore core() {
    if (core == null) {
      throw new IllegalStateException("replica " + id + " is down");
    }
    return core;
  }

  void start(long time) {
    core = new RaftCore(config, disk.boot(), random, clock(time));
  }

  void crash() {
    core = null;
    disk.crash();
    waitingReads.clear();
    toApply.clear();
  }

  /** Carries out everything that is ready, until nothing is. */
  void perform(long time) {
    while (core != null && core.hasReady()) {
      performOnce(time);
    }
  }

  private void performOnce(long time) {
    Ready ready = core().takeReady();
    if (ready.needsPersist()) {
      disk.pending.add(
          new TestDisk.Write(
              ready.persistSequence(), ready.hardState(), ready.entries(), ready.replacesSuffix()));
    }
    if (ready.roleChange() != null) {
      listener.onRole(this, ready.roleChange());
    }
    ready.messages().forEach(listener::onSend);
    toApply.addAll(ready.committed());
    for (Ready.ReadReleased read : ready.reads()) {
      waitingReads.add(new WaitingRead(read.id(), read.index()));
    }
    ready.loads().forEach(load -> load(load, time));
    ready.snapshots().forEach(snapshot -> listener.onSnapshot(this, snapshot.peer()));
    if (autoSync) {
      syncAll(time);
    }
    if (autoApply) {
      applyAll(time);
    }
    answerReads();
  }

  void syncAll(long time) {
    while (!disk.pending.isEmpty()) {
      syncOne(time);
    }
  }

  void syncOne(long time) {
    TestDisk.Write write = disk.sync();
    core().persisted(write.sequence(), clock(time));
  }

  void applyAll(long time) {
    while (!toApply.isEmpty()) {
      LogEntry entry = toApply.removeFirst();
      TestDisk.check(
          entry.index() == disk.applied.at().index() + 1, "applies " + entry + " out of order");
      TestDisk.check(
          entry.equals(disk.log.get(entry.index())), "applies " + entry + ", which is not stored");
      disk.applied = disk.applied.with(entry);
      listener.onApply(this, entry);
      core().applied(entry.index(), clock(time));
    }
    answerReads();
  }

  private void answerReads() {
    var later = new ArrayList<WaitingRead>();
    for (WaitingRead read : waitingReads) {
      if (read.index() <= disk.applied.at().index()) {
        listener.onRead(this, read.id(), read.index());
      } else {
        later.add(read);
      }
    }
    waitingReads.clear();
    waitingReads.addAll(later);
  }

  private void load(Ready.LoadEntries load, long time) {
    LogEntry before = disk.log.get(load.from() - 1);
    boolean atStart = disk.start.index() == load.from() - 1;
    if (before == null && !atStart) {
      core().loadFailed(load.peer(), clock(time));
      return;
    }
    var entries = new ArrayList<LogEntry>();
    long bytes = 0;
    for (LogEntry entry : disk.log.subMap(load.from(), load.to()).values()) {
      bytes += entry.sizeBytes();
      if (bytes > load.maxBytes() && !entries.isEmpty()) {
        break;
      }
      entries.add(entry);
    }
    long prevTerm = atStart ? disk.start.term() : before.term();
    core().loaded(load.peer(), prevTerm, List.copyOf(entries), clock(time));
  }

  void compact(long index) {
    disk.flush();
    disk.compact(index);
    if (core != null) {
      core.truncated(disk.start);
    }
  }

  /** Takes a snapshot that has arrived; whether it was wanted. */
  boolean offer(ReplicaId from, long term, TestDisk.State snapshot, long time) {
    if (!core().acceptsSnapshot(from, term, snapshot.at(), clock(time))) {
      return false;
    }
    // Writes before this one on the same disk are done by then.
    syncAll(time);
    toApply.clear();
    disk.install(snapshot);
    core().snapshotInstalled(snapshot.at(), snapshot.membership(), clock(time));
    return true;
  }

  Membership membership() {
    return core().membership();
  }

  LogPosition appliedAt() {
    return disk.applied.at();
  }
}
