package dev.troupe.range;

import dev.troupe.protocol.model.RangeDescriptor;
import dev.troupe.protocol.spi.KvRequest;
import dev.troupe.protocol.spi.MonotonicClock;
import dev.troupe.protocol.spi.StateStore;
import org.jspecify.annotations.Nullable;

/**
 * Reads at a leader under its lease, past its mailbox. Any thread.
 *
 * @param clock the node's monotonic clock, on which leases are counted
 */
public record LeasedReads(StateStore state, MonotonicClock clock) {

  /** Whether a read may start here now; {@link #read} decides. */
  public boolean granted(LocalReplica replica) {
    return replica.view().begin(clock.nanos()) != LeaderView.REFUSED;
  }

  /**
   * Reads, and checks the lease again afterwards: a pause between the first check and the read must
   * not let a successor's writes be missed.
   *
   * @return null when the lease does not hold
   * @throws StateStore.WouldBlock when {@code mode} forbids the disk and it is needed
   */
  public @Nullable RangeReply read(
      LocalReplica replica, KvRequest.Read read, StateStore.ReadMode mode) {
    LeaderView view = replica.view();
    long begun = view.begin(clock.nanos());
    RangeDescriptor current = view.descriptor();
    if (begun == LeaderView.REFUSED || current == null) {
      return null;
    }
    RangeReply answer = RangeReads.evaluate(state, current, view.clock(), read, mode);
    if (!view.holds(begun, clock.nanos())) {
      return null;
    }
    replica.reads().increment();
    return answer;
  }
}
