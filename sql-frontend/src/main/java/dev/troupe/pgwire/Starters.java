package dev.troupe.pgwire;

import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Connections that have no session yet. There are at most so many: one more, and the one that has
 * been at it for longest is cut off, so that clients who never get done cannot keep out those who
 * do. Any thread.
 */
final class Starters {
  private final int max;
  private final ReentrantLock lock = new ReentrantLock();
  private final LinkedHashSet<Handshake> waiting = new LinkedHashSet<>();

  Starters(int max) {
    this.max = max;
  }

  void begin(Handshake handshake) {
    Handshake displaced = add(handshake);
    if (displaced != null) {
      displaced.abandon();
    }
  }

  private @Nullable Handshake add(Handshake handshake) {
    lock.lock();
    try {
      Handshake oldest = null;
      if (waiting.size() >= max) {
        Iterator<Handshake> inOrder = waiting.iterator();
        oldest = inOrder.next();
        inOrder.remove();
      }
      waiting.add(handshake);
      return oldest;
    } finally {
      lock.unlock();
    }
  }

  void done(Handshake handshake) {
    lock.lock();
    try {
      waiting.remove(handshake);
    } finally {
      lock.unlock();
    }
  }
}
