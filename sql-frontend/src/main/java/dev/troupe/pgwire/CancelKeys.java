package dev.troupe.pgwire;

import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.spi.SessionSignals;
import dev.troupe.sql.session.SqlSession;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * By what number and secret a statement of a session can be cancelled from elsewhere. The number
 * names the node in its upper half, so that the request may come in at any node. Any thread.
 */
final class CancelKeys {
  private static final int SECRET_BYTES = 4;
  private static final int SESSION_BITS = 16;
  private static final int SESSION_MASK = (1 << SESSION_BITS) - 1;

  /** Sessions of nodes with a larger number can be cancelled by way of themselves alone. */
  private static final int NODE_MAX = (1 << (Integer.SIZE - 1 - SESSION_BITS)) - 1;

  /**
   * Given to a client when its session begins.
   *
   * @param pid not zero
   */
  record Key(int pid, byte[] secret) {}

  private static final class Entry {
    private final byte[] secret;
    private volatile @Nullable SqlSession session;

    Entry(byte[] secret) {
      this.secret = secret;
    }
  }

  // Secrets must not be guessed: they are no part of what a simulation replays.
  private final SecureRandom random = new SecureRandom();
  private final AtomicInteger next = new AtomicInteger(random.nextInt(SESSION_MASK));
  private final Map<Integer, Entry> entries = new ConcurrentHashMap<>();
  private final SessionSignals signals;

  CancelKeys(SessionSignals signals) {
    this.signals = signals;
    signals.listen(
        signal -> {
          if (signal instanceof SessionSignals.Cancel cancel) {
            cancelHere(cancel.session(), cancel.secret());
          }
        });
  }

  /** A key that nobody else has; {@link #forget} gives it back. */
  Key reserve() {
    byte[] secret = new byte[SECRET_BYTES];
    random.nextBytes(secret);
    var entry = new Entry(secret);
    NodeId self = signals.self();
    int node = self == null || self.value() > NODE_MAX ? 0 : self.value();
    int pid;
    do {
      pid = node << SESSION_BITS | (next.incrementAndGet() & SESSION_MASK);
    } while (pid == 0 || entries.putIfAbsent(pid, entry) != null);
    return new Key(pid, secret);
  }

  /** From now on the key's holder can cancel what the session runs. */
  void attach(Key key, SqlSession session) {
    Entry entry = entries.get(key.pid());
    if (entry != null) {
      entry.session = session;
    }
  }

  void forget(@Nullable Key key) {
    if (key != null) {
      entries.remove(key.pid());
    }
  }

  /**
   * Cancels what the session runs, on whichever node; does nothing when number and secret do not
   * fit.
   */
  void cancel(int pid, byte[] secret) {
    if (secret.length != SECRET_BYTES || pid <= 0) {
      return;
    }
    int node = pid >>> SESSION_BITS;
    NodeId self = signals.self();
    if (node == 0 || (self != null && self.value() == node)) {
      cancelHere(pid, secret);
    } else {
      signals.send(new NodeId(node), new SessionSignals.Cancel(pid, secret));
    }
  }

  /**
   * Cancels what a session of this node runs, for somebody who may without knowing its secret.
   *
   * @return false when there is no such session here
   */
  boolean cancelHere(int pid) {
    Entry entry = entries.get(pid);
    SqlSession session = entry == null ? null : entry.session;
    if (session == null) {
      return false;
    }
    session.cancel();
    return true;
  }

  private void cancelHere(int pid, byte[] secret) {
    Entry entry = entries.get(pid);
    SqlSession session = entry == null ? null : entry.session;
    if (entry != null && session != null && MessageDigest.isEqual(entry.secret, secret)) {
      session.cancel();
    }
  }
}
