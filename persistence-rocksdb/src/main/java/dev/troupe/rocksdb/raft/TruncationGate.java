package dev.troupe.rocksdb.raft;

import dev.troupe.protocol.error.Invariant;
import dev.troupe.rocksdb.raft.RocksRaftLogStore.TruncationPause;
import java.util.ArrayList;
import java.util.List;

/** Lets truncations through at once, or keeps them back while somebody copies the store. */
final class TruncationGate {
  private final List<Runnable> kept = new ArrayList<>();
  private boolean paused;

  /** Runs the truncation now or when the pause ends. */
  synchronized void pass(Runnable truncation) {
    if (paused) {
      kept.add(truncation);
    } else {
      truncation.run();
    }
  }

  synchronized TruncationPause pause() {
    Invariant.check(!paused, "truncation is already paused");
    paused = true;
    return this::resume;
  }

  private synchronized void resume() {
    if (paused) {
      paused = false;
      kept.forEach(Runnable::run);
      kept.clear();
    }
  }
}
