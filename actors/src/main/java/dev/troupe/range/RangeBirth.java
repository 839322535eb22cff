package dev.troupe.range;

import dev.troupe.protocol.codec.DescriptorCodec;
import dev.troupe.protocol.model.HardState;
import dev.troupe.protocol.model.LogPosition;
import dev.troupe.protocol.model.RangeDescriptor;
import dev.troupe.protocol.model.ReplicaKey;
import dev.troupe.protocol.model.Timestamp;
import dev.troupe.protocol.spi.RaftLogStore.LogWrite;
import dev.troupe.protocol.spi.RaftLogStore.StoredReplica;
import dev.troupe.protocol.spi.StateStore;
import dev.troupe.protocol.spi.StateStore.LocalRecord;

/**
 * How the replicas of a range begin that does not come into a store by snapshot: with the cluster,
 * or by a split. Its log is made first, durably; its records in the state say that it is there.
 */
public final class RangeBirth {
  /**
   * Where the logs of such ranges begin: above zero, so that a replica that joins a range can never
   * mistake its own empty log for the range's whole history.
   */
  public static final LogPosition START = new LogPosition(10, 5);

  private static final HardState FIRST = new HardState(START.term(), null, START.index());

  private RangeBirth() {}

  /** Makes the replica's log. */
  public static LogWrite.Create log(ReplicaKey replica) {
    return new LogWrite.Create(replica, FIRST, START);
  }

  /** Puts the range's first records into the state. */
  public static void describe(
      RangeDescriptor range, Timestamp clock, Timestamp horizon, StateStore.Batch batch) {
    AppliedState applied = new AppliedState(START, clock, horizon);
    batch.putLocal(range.id(), LocalRecord.APPLIED, applied.encode());
    batch.putLocal(range.id(), LocalRecord.DESCRIPTOR, DescriptorCodec.encode(range));
  }

  /**
   * Whether a log is there and the state does not know of the replica: the split that gives it its
   * keys is still to be applied here (again). Until then it must not run: what it has promised lies
   * in its log, what it serves does not.
   */
  public static boolean isAwaited(StoredReplica stored, StateStore state) {
    return stored.start().equals(START)
        && state.getLocal(stored.replica().range(), LocalRecord.DESCRIPTOR) == null;
  }

  /** Whether a replica has never voted, followed or acknowledged anything. */
  static boolean isPristine(StoredReplica stored) {
    return stored.start().equals(START)
        && stored.last().equals(START)
        && stored.hardState().equals(FIRST);
  }
}
