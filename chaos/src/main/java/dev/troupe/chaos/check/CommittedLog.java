package dev.troupe.chaos.check;

import dev.troupe.protocol.model.LogPosition;
import dev.troupe.protocol.model.ReplicaId;
import dev.troupe.raft.Role;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * What leaders have declared committed, as an observer who sees everything knows it. It only grows:
 * that nothing in it is ever contradicted is what the checks are about.
 */
public final class CommittedLog implements Check {
  private record Reign(long term, boolean leading) {}

  private final Map<ReplicaId, Reign> reigns = new HashMap<>();
  private long[] terms = new long[256];
  private long[] committedIn = new long[256];
  private long start;
  private long last;

  /** Everything up to here is committed from the beginning. */
  public CommittedLog(LogPosition start) {
    this.start = start.index();
    this.last = start.index();
    terms[0] = start.term();
    committedIn[0] = start.term();
  }

  public long last() {
    return last;
  }

  public long start() {
    return start;
  }

  /** Term of the committed entry at an index from the start to the last. */
  public long termAt(long index) {
    return terms[(int) (index - start)];
  }

  /** The lowest term of a leader that is known to have declared the index committed. */
  public long committedIn(long index) {
    return committedIn[(int) (index - start)];
  }

  public boolean holds(LogPosition position) {
    return position.index() <= start
        || (position.index() <= last && termAt(position.index()) == position.term());
  }

  @Override
  public void booted(ReplicaView replica) {
    reigns.remove(replica.replica());
  }

  /** Learns from leaders, and from one that resigned within the event just observed. */
  @Override
  public void observed(ReplicaView replica) {
    Reign before = reigns.get(replica.replica());
    boolean leads = replica.role() == Role.LEADER;
    if (leads) {
      learn(replica, replica.term());
    } else if (before != null && before.leading()) {
      learn(replica, before.term());
    }
    if (before == null || before.leading() != leads || before.term() != replica.term()) {
      reigns.put(replica.replica(), new Reign(replica.term(), leads));
    }
  }

  private void learn(ReplicaView leader, long reignTerm) {
    while (last < leader.commitIndex()) {
      long term = leader.logTermAt(last + 1);
      if (term < 0) {
        throw new Violation(
            name(),
            "%s declares %d committed but has no entry %d"
                .formatted(leader.replica(), leader.commitIndex(), last + 1));
      }
      add(term, reignTerm);
    }
  }

  private void add(long term, long reignTerm) {
    last++;
    int slot = (int) (last - start);
    if (slot == terms.length) {
      terms = Arrays.copyOf(terms, slot * 2);
      committedIn = Arrays.copyOf(committedIn, slot * 2);
    }
    terms[slot] = term;
    committedIn[slot] = reignTerm;
  }
}
