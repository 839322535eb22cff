package dev.troupe.range;

import dev.troupe.protocol.codec.Keyspace;
import dev.troupe.protocol.model.RangeDescriptor;
import dev.troupe.protocol.model.Timestamp;
import dev.troupe.protocol.spi.MonotonicClock;
import dev.troupe.raft.RaftCore;
import dev.troupe.raft.Ready;
import dev.troupe.raft.Role;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a replica says and learns about closed timestamps (decision 0012). Owned by the replica.
 *
 * <p>As a leader it answers what the last index is at which something with a timestamp at or below
 * a given one may be. The timestamp was given out before it was asked; so, once no draw for writes
 * is on its way, whatever is proposed from then on is above it. That holds for its own entries; it
 * holds for those of its successors if they begin after the timestamp was given out, which is what
 * the round of confirmation, or the lease, shows.
 *
 * <p>As any replica it takes such a word into effect once it has applied so much.
 */
final class Closings {
  /** Words that can wait for the state machine, and askers that can wait for a draw. */
  private static final int WAITING_MAX = 1_024;

  private record Confirming(
      RangeReplica.Closing word, Consumer<RangeReplica.@Nullable Closing> to) {}

  /** What the replica knows of its own reign. */
  interface Reign {
    boolean leads();

    long term();

    long lastIndex();

    /** Whether timestamps for writes are on their way that may be older than any drawn now. */
    boolean draws();

    /** Begins a read that is released once it is certain that this replica still led. */
    void confirm(long id);
  }

  private final Reign reign;
  private final LocalReplica local;
  private final List<RangeReplica.Close> asked = new ArrayList<>();
  // By the id of the read that confirms: negative, for clients' reads have positive ones.
  private final Map<Long, Confirming> confirming = new HashMap<>();
  private final List<RangeReplica.AwaitClosed> waiting = new ArrayList<>();
  private long lastId;
  private long appliedIndex;
  // The word that takes effect next, and the newest one: those between are not worth keeping.
  private RangeReplica.@Nullable Closing next;
  private RangeReplica.@Nullable Closing newest;

  Closings(Reign reign, LocalReplica local) {
    this.reign = reign;
    this.local = local;
  }

  static Reign reign(RaftCore core, ClientRequests requests, MonotonicClock clock) {
    return new Reign() {
      @Override
      public boolean leads() {
        return core.role() == Role.LEADER;
      }

      @Override
      public long term() {
        return core.term();
      }

      @Override
      public long lastIndex() {
        return core.status().last().index();
      }

      @Override
      public boolean draws() {
        return requests.draws();
      }

      @Override
      public void confirm(long id) {
        core.readIndex(id, clock.nanos());
      }
    };
  }

  void on(RangeReplica.OfClosing message) {
    switch (message) {
      case RangeReplica.Close m -> close(m);
      case RangeReplica.Closing m -> hear(m);
      case RangeReplica.AwaitClosed m -> await(m);
    }
  }

  // --- leader ----------------------------------------------------------------------------------

  private void close(RangeReplica.Close wish) {
    if (!reign.leads() || isTimedByItself() || asked.size() >= WAITING_MAX) {
      wish.replyTo().accept(null);
    } else {
      asked.add(wish);
    }
  }

  /** The oracle's own range has timestamps that the oracle has not given out. */
  private boolean isTimedByItself() {
    RangeDescriptor current = local.view().descriptor();
    return current == null || current.span().overlaps(Keyspace.SYSTEM);
  }

  /** To be called after every command: what waits for a draw may go on. */
  void advance() {
    if (asked.isEmpty() || (reign.draws() && reign.leads())) {
      return;
    }
    List<RangeReplica.Close> ready = List.copyOf(asked);
    asked.clear();
    long term = reign.term();
    long last = reign.lastIndex();
    for (RangeReplica.Close wish : ready) {
      long id = --lastId;
      confirming.put(
          id, new Confirming(new RangeReplica.Closing(wish.at(), term, last), wish.replyTo()));
      reign.confirm(id);
    }
  }

  /** Returns whether the read was one of ours. */
  boolean released(Ready.ReadReleased read) {
    if (read.id() > 0) {
      return false;
    }
    Confirming confirmed = confirming.remove(read.id());
    if (confirmed != null && read.index() >= 0) {
      hear(confirmed.word());
      confirmed.to().accept(confirmed.word());
    } else if (confirmed != null) {
      confirmed.to().accept(null);
    }
    return true;
  }

  // --- any replica -----------------------------------------------------------------------------

  /** Takes the word of the leader of the present term; any other is none. */
  private void hear(RangeReplica.Closing word) {
    if (word.term() != reign.term() || word.at().compareTo(local.closed().highest()) <= 0) {
      return;
    }
    if (next == null || word.index() <= next.index()) {
      // An earlier index and a lower timestamp may come late; an earlier one and a higher is
      // better.
      if (next != null && next.at().compareTo(word.at()) > 0) {
        keepNewest(next);
      }
      next = word;
    } else {
      keepNewest(word);
    }
    takeEffect();
  }

  private void keepNewest(RangeReplica.Closing word) {
    if (newest == null || word.at().compareTo(newest.at()) > 0) {
      newest = word;
    }
  }

  private void takeEffect() {
    boolean news = false;
    while (next != null && (next.term() != reign.term() || next.index() <= appliedIndex)) {
      if (next.term() == reign.term()) {
        news |= local.closed().raise(next.at());
      }
      next = newest;
      newest = null;
    }
    if (news) {
      tell();
    }
  }

  /**
   * The state has come so far, and the descriptor that goes with it is known.
   *
   * @param clock highest timestamp in it: those of later entries are above
   */
  void applied(long index, Timestamp clock) {
    appliedIndex = index;
    if (!isTimedByItself() && local.closed().raise(clock)) {
      tell();
    }
    takeEffect();
  }

  private void await(RangeReplica.AwaitClosed wish) {
    if (wish.at().compareTo(local.closed().highest()) <= 0) {
      wish.closed().run();
      return;
    }
    waiting.removeIf(other -> other.abandoned().getAsBoolean());
    if (waiting.size() < WAITING_MAX) {
      waiting.add(wish);
    }
  }

  private void tell() {
    Timestamp highest = local.closed().highest();
    waiting.removeIf(
        wish -> {
          boolean closed = wish.at().compareTo(highest) <= 0;
          if (closed) {
            wish.closed().run();
          }
          return closed;
        });
  }

  /** The state is about to be exchanged or removed: nobody may read it. */
  void interrupt() {
    local.closed().interrupt();
    asked.forEach(wish -> wish.replyTo().accept(null));
    asked.clear();
    confirming.values().forEach(one -> one.to().accept(null));
    confirming.clear();
  }

  /** There is a state that can be read. */
  void resume(long index, Timestamp clock) {
    applied(index, clock);
    local.closed().resume();
  }
}
