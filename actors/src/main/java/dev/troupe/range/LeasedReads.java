package dev.troupe.range;

import dev.troupe.protocol.model.RangeDescriptor;
import dev.troupe.protocol.spi.KvRequest;
import dev.troupe.protocol.spi.KvResponse;
import dev.troupe.protocol.spi.MonotonicClock;
import dev.troupe.protocol.spi.StateStore;
import org.jspecify.annotations.Nullable;

/**
 * Reads at a leader under its lease, past its mailbox. Any thread.
 *
 * @param clock the node's monotonic clock, on which leases are counted
 */
public record LeasedReads(StateStore state, MonotonicClock clock, RowPrograms programs) {

  /** So many keys are read from memory within some 50 µs. */
  private static final int SHORT_KEYS_MAX = 64;

  /** Whether a read may be done on a thread that has other things to do, if it is in memory. */
  public static boolean isShort(KvRequest.Read read) {
    return switch (read) {
      case KvRequest.Scan scan -> false;
      case KvRequest.GetAll all -> all.keys().size() <= SHORT_KEYS_MAX;
      default -> true;
    };
  }

  /** Whether a read may start here now; {@link #read} decides. */
  public boolean granted(LocalReplica replica) {
    return replica.view().begin(clock.nanos()) != LeaderView.REFUSED;
  }

  /** Whether a read changes nothing, not even who waits for what. */
  private static boolean isPlain(KvRequest.Read read) {
    return !(read instanceof KvRequest.HoldKey) && !(read instanceof KvRequest.LetGo);
  }

  /**
   * Reads, and checks the lease again afterwards: a pause between the first check and the read must
   * not let a successor's writes be missed.
   *
   * @return null when the lease does not hold, or the read has to wait for writes or locks: the
   *     replica knows how
   * @throws StateStore.WouldBlock when {@code mode} forbids the disk and it is needed
   */
  public @Nullable RangeReply read(
      LocalReplica replica, KvRequest.Read read, StateStore.ReadMode mode) {
    LeaderView view = replica.view();
    long begun = view.begin(clock.nanos());
    RangeDescriptor current = view.descriptor();
    if (begun == LeaderView.REFUSED || current == null || !isPlain(read)) {
      return null;
    }
    if (!replica.inFlight().isClearFor(read)) {
      return null;
    }
    RangeReply answer =
        RangeReads.evaluate(state, new RangeReads.View(current, replica, programs), read, mode);
    boolean blocked =
        answer instanceof RangeReply.Done done && done.response() instanceof KvResponse.Blocked;
    if (blocked || !view.holds(begun, clock.nanos())) {
      return null;
    }
    replica.reads().increment();
    replica.sample().saw(read);
    return answer;
  }
}
