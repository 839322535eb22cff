package dev.troupe.pgwire;

import dev.troupe.sql.session.SqlSession;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * By what number and secret a statement of a session can be cancelled from elsewhere. Any thread.
 */
final class CancelKeys {
  private static final int SECRET_BYTES = 4;

  /**
   * Given to a client when its session begins.
   *
   * @param pid not zero
   */
  record Key(int pid, byte[] secret) {}

  private record Entry(byte[] secret, SqlSession session) {}

  // Secrets must not be guessed: they are no part of what a simulation replays.
  private final SecureRandom random = new SecureRandom();
  private final AtomicInteger next = new AtomicInteger(random.nextInt(1 << 20));
  private final Map<Integer, Entry> entries = new ConcurrentHashMap<>();

  int nextPid() {
    int pid;
    do {
      pid = next.incrementAndGet() & Integer.MAX_VALUE;
    } while (pid == 0 || entries.containsKey(pid));
    return pid;
  }

  Key register(int pid, SqlSession session) {
    byte[] secret = new byte[SECRET_BYTES];
    random.nextBytes(secret);
    entries.put(pid, new Entry(secret, session));
    return new Key(pid, secret);
  }

  void forget(@Nullable Key key) {
    if (key != null) {
      entries.remove(key.pid());
    }
  }

  /** Cancels what the session runs; does nothing when number and secret do not fit. */
  void cancel(int pid, byte[] secret) {
    Entry entry = entries.get(pid);
    if (entry != null && MessageDigest.isEqual(entry.secret(), secret)) {
      entry.session().cancel();
    }
  }
}
