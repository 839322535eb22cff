package dev.troupe.range;

import dev.troupe.raft.Ready;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;

/**
 * Reads that wait for a round among the members, and then for the state machine. Owned by the
 * replica.
 */
final class ReadWaiters {
  /** Beyond so many waiting reads new ones are refused. */
  static final int WAITING_MAX = 16_384;

  /** A read that waits. */
  record Waiting(RangeReplica.Kv kv) {
    void refer(RangeReply elsewhere) {
      kv.replyTo().accept(elsewhere);
    }
  }

  private record Confirmed(long index, long order, Waiting read) {}

  private final Map<Long, Waiting> unconfirmed = new HashMap<>();
  private final PriorityQueue<Confirmed> confirmed =
      new PriorityQueue<>(
          (a, b) ->
              a.index() != b.index()
                  ? Long.compare(a.index(), b.index())
                  : Long.compare(a.order(), b.order()));
  private long nextId = 1;

  boolean isFull() {
    return unconfirmed.size() + confirmed.size() >= WAITING_MAX;
  }

  /** Registers a read and gives it the id for {@code RaftCore.readIndex}. */
  long add(Waiting read) {
    long id = nextId++;
    unconfirmed.put(id, read);
    return id;
  }

  /** Takes note of a round's outcome. */
  void released(Ready.ReadReleased released) {
    Waiting read = unconfirmed.remove(released.id());
    if (read == null) {
      return;
    }
    if (released.index() < 0) {
      read.refer(new RangeReply.NotLeader(null));
    } else {
      confirmed.add(new Confirmed(released.index(), released.id(), read));
    }
  }

  /** Takes the reads that may be evaluated on a state machine that has come so far. */
  List<Waiting> takeReady(long applied) {
    var ready = new ArrayList<Waiting>();
    while (!confirmed.isEmpty() && confirmed.peek().index() <= applied) {
      ready.add(confirmed.poll().read());
    }
    return ready;
  }

  void abandon() {
    unconfirmed.values().forEach(r -> r.refer(new RangeReply.NotLeader(null)));
    unconfirmed.clear();
    confirmed.forEach(c -> c.read().refer(new RangeReply.NotLeader(null)));
    confirmed.clear();
  }
}
