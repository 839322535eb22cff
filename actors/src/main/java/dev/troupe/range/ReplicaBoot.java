package dev.troupe.range;

import dev.troupe.protocol.codec.DescriptorCodec;
import dev.troupe.protocol.error.Invariant;
import dev.troupe.protocol.model.HardState;
import dev.troupe.protocol.model.LogEntry;
import dev.troupe.protocol.model.LogPosition;
import dev.troupe.protocol.model.Membership;
import dev.troupe.protocol.model.RangeDescriptor;
import dev.troupe.protocol.model.RangeId;
import dev.troupe.protocol.model.ReplicaKey;
import dev.troupe.protocol.spi.RaftLogStore;
import dev.troupe.protocol.spi.StateStore;
import dev.troupe.raft.RaftBootState;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a replica reads from its store before it runs.
 *
 * @param descriptor null before the first snapshot
 */
record ReplicaBoot(
    RaftBootState raft,
    AppliedState applied,
    @Nullable RangeDescriptor descriptor,
    LockTable locks) {

  /**
   * Reads a replica's state once everything that an earlier actor of the same replica had handed to
   * the log and the applier has been done. Any thread; answers on a disk thread.
   */
  static void load(
      ReplicaKey key,
      ReplicaServices services,
      Consumer<ReplicaBoot> loaded,
      Consumer<Throwable> failed) {
    Runnable read =
        () ->
            services
                .disk()
                .execute(
                    () -> {
                      ReplicaBoot boot;
                      try {
                        boot = read(key, services.log(), services.state());
                      } catch (RuntimeException failure) {
                        failed.accept(failure);
                        return;
                      }
                      loaded.accept(boot);
                    });
    var barrier = new RaftLogStore.LogWrite.Append(key, null, List.of(), false);
    services.log().write(barrier, () -> services.applier().afterAll(key.range(), read));
  }

  private static ReplicaBoot read(ReplicaKey key, RaftLogStore log, StateStore state) {
    Optional<RaftLogStore.StoredReplica> stored = log.replica(key);
    if (stored.isEmpty()) {
      return fresh(HardState.INITIAL);
    }
    if (stored.get().start().equals(LogPosition.ZERO)) {
      // Waits for its first snapshot. Whatever state there is was left by a removed replica, when
      // a crash came before it was cleared.
      return fresh(stored.get().hardState());
    }
    byte[] appliedBytes = state.getLocal(key.range(), StateStore.LocalRecord.APPLIED);
    byte[] descriptorBytes = state.getLocal(key.range(), StateStore.LocalRecord.DESCRIPTOR);
    AppliedState applied =
        appliedBytes == null ? AppliedState.INITIAL : AppliedState.decode(appliedBytes);
    RangeDescriptor descriptor =
        descriptorBytes == null ? null : DescriptorCodec.decodeDescriptor(descriptorBytes);
    LogPosition start = stored.get().start();
    Invariant.check(
        applied.position().index() >= start.index(),
        "%s has applied %s, but its log begins after %s: state was lost",
        key,
        applied.position(),
        start);
    List<LogEntry> tail = tail(key, log, applied.position().index(), stored.get().last().index());
    Membership members = descriptor == null ? Membership.EMPTY : descriptor.members();
    HardState hardState = provenBySplits(stored.get(), tail, log, state);
    boolean restarted = hardState.term() > 0 && !RangeBirth.isPristine(stored.get());
    return new ReplicaBoot(
        new RaftBootState(hardState, start, applied.position(), members, tail, restarted),
        applied,
        descriptor,
        descriptor == null ? new LockTable() : TxnSteps.load(state, descriptor.span()));
  }

  /**
   * The hard state, with all splits committed that were applied here before a crash took their
   * effects away again. The log of a right-hand replica is made when a split is applied and at no
   * other time, so it proves that the first entry with its id is committed. The new range's replica
   * waits for the split to be applied anew, and nobody but this one can do that.
   */
  private static HardState provenBySplits(
      RaftLogStore.StoredReplica stored, List<LogEntry> tail, RaftLogStore log, StateStore state) {
    HardState hardState = stored.hardState();
    var seen = new HashSet<RangeId>();
    for (LogEntry entry : tail) {
      if (entry.kind() == LogEntry.Kind.SPLIT) {
        RangeId right = SplitCommand.decode(entry.data()).right();
        var made = new ReplicaKey(right, stored.replica().replica());
        boolean proven = log.replica(made).filter(r -> RangeBirth.isAwaited(r, state)).isPresent();
        if (seen.add(right) && proven && entry.index() > hardState.commit()) {
          hardState = new HardState(hardState.term(), hardState.vote(), entry.index());
        }
      }
    }
    return hardState;
  }

  private static List<LogEntry> tail(ReplicaKey key, RaftLogStore log, long applied, long last) {
    var tail = new ArrayList<LogEntry>();
    while (applied + tail.size() < last) {
      List<LogEntry> more = log.read(key, applied + 1 + tail.size(), last + 1, Long.MAX_VALUE);
      Invariant.check(!more.isEmpty(), "%s misses entry %d", key, applied + 1 + tail.size());
      tail.addAll(more);
    }
    return tail;
  }

  private static ReplicaBoot fresh(HardState hardState) {
    return new ReplicaBoot(
        new RaftBootState(
            hardState,
            LogPosition.ZERO,
            LogPosition.ZERO,
            Membership.EMPTY,
            List.of(),
            hardState.term() > 0),
        AppliedState.INITIAL,
        null,
        new LockTable());
  }
}
