package dev.troupe.store;

import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.model.RangeId;
import dev.troupe.protocol.spi.MonotonicClock;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Calls that wait for an answer of another node, or for their deadline. Each ends exactly once: by
 * an answer, by its deadline, or by the loss of the node. Any thread.
 */
public final class PendingCalls {
  /** How a call ended. */
  public sealed interface End {
    record Answered(PeerMessage answer) implements End {}

    /** Nothing came in time: it may have been done. */
    record TimedOut() implements End {}

    /** The node is gone: it may have been done. */
    record NodeLost() implements End {}
  }

  private record Call(
      @Nullable NodeId to,
      @Nullable RangeId range,
      long since,
      long deadlineNanos,
      Consumer<End> ended) {}

  private final Map<Long, Call> calls = new ConcurrentHashMap<>();
  private final AtomicBoolean watched = new AtomicBoolean();
  private volatile Runnable watcher = () -> {};
  private final AtomicLong nextId;
  private final MonotonicClock clock;

  /**
   * Starts without calls.
   *
   * @param firstId ids of former lives of this node must not come again soon: answers to them may
   *     still be on their way
   */
  public PendingCalls(MonotonicClock clock, long firstId) {
    this.clock = clock;
    this.nextId = new AtomicLong(firstId);
  }

  /**
   * Sets who is told, shortly and on any thread, that there are calls again: from then on {@link
   * #expire} is to be called every few tens of milliseconds, until {@link #unwatched}.
   */
  public void onFirst(Runnable told) {
    watcher = told;
    if (!calls.isEmpty()) {
      watch();
    }
  }

  /** Returns true when there are no calls: {@link #expire} need not be called any more. */
  public boolean unwatched() {
    if (!calls.isEmpty()) {
      return false;
    }
    watched.set(false);
    // One that came in between saw that it was watched.
    return calls.isEmpty() || !watched.compareAndSet(false, true);
  }

  private void watch() {
    if (!watched.get() && watched.compareAndSet(false, true)) {
      watcher.run();
    }
  }

  /**
   * Registers a call.
   *
   * @param to whom it asks; null for one that only its deadline can end
   * @param range whose leader it asks; null when it asks the node itself
   */
  public long register(
      @Nullable NodeId to, @Nullable RangeId range, long deadlineNanos, Consumer<End> ended) {
    long id = nextId.incrementAndGet();
    calls.put(id, new Call(to, range, clock.nanos(), deadlineNanos, ended));
    watch();
    return id;
  }

  /** Ends what was asked of a node as the leader of a range before a moment: it leads no more. */
  public void leaderGone(NodeId node, RangeId range, long beforeNanos) {
    calls.forEach(
        (id, call) -> {
          if (node.equals(call.to())
              && range.equals(call.range())
              && call.since() - beforeNanos <= 0) {
            end(id, new End.NodeLost());
          }
        });
  }

  /** Nodes that owe an answer since before a moment. */
  public Set<NodeId> silentSince(long beforeNanos) {
    Set<NodeId> silent = new HashSet<>();
    calls.forEach(
        (id, call) -> {
          NodeId to = call.to();
          if (to != null && call.since() - beforeNanos <= 0) {
            silent.add(to);
          }
        });
    return silent;
  }

  /** Takes a call back: true when it had not ended, and it will not any more. */
  public boolean withdraw(long id) {
    return calls.remove(id) != null;
  }

  public void answered(long id, PeerMessage answer) {
    end(id, new End.Answered(answer));
  }

  public void nodeLost(NodeId node) {
    calls.forEach(
        (id, call) -> {
          if (node.equals(call.to())) {
            end(id, new End.NodeLost());
          }
        });
  }

  /** Ends what is overdue. To be called every few tens of milliseconds while there are calls. */
  public void expire() {
    long now = clock.nanos();
    calls.forEach(
        (id, call) -> {
          if (now - call.deadlineNanos() >= 0) {
            end(id, new End.TimedOut());
          }
        });
  }

  public int size() {
    return calls.size();
  }

  private void end(long id, End end) {
    Call call = calls.remove(id);
    if (call != null) {
      call.ended().accept(end);
    }
  }
}
