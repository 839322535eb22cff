package dev.troupe.chaos.check;

import dev.troupe.protocol.model.HardState;
import dev.troupe.protocol.model.ReplicaId;
import java.util.HashMap;
import java.util.Map;

/**
 * Term and commit index never fall, in memory between restarts and on disk for ever, and a vote is
 * never changed or forgotten within its term.
 */
public final class MonotonicState implements Check {
  private record InMemory(long term, long commit) {}

  private final Map<ReplicaId, InMemory> inMemory = new HashMap<>();

  @Override
  public void booted(ReplicaView replica) {
    inMemory.remove(replica.replica());
  }

  @Override
  public void observed(ReplicaView replica) {
    InMemory before = inMemory.get(replica.replica());
    if (before != null
        && before.term() == replica.term()
        && before.commit() == replica.commitIndex()) {
      return;
    }
    if (before != null
        && (before.term() > replica.term() || before.commit() > replica.commitIndex())) {
      throw new Violation(
          name(),
          "%s goes back from %s to term %d, commit %d"
              .formatted(replica.replica(), before, replica.term(), replica.commitIndex()));
    }
    inMemory.put(replica.replica(), new InMemory(replica.term(), replica.commitIndex()));
  }

  @Override
  public void stored(ReplicaId replica, HardState before, HardState after) {
    boolean voteKept =
        before.term() != after.term()
            || before.vote() == null
            || before.vote().equals(after.vote());
    if (before.term() > after.term() || before.commit() > after.commit() || !voteKept) {
      throw new Violation(name(), "%s stores %s over %s".formatted(replica, after, before));
    }
  }
}
