package dev.troupe.protocol.spi;

import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.model.Timestamp;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Carries what the SQL sessions of nodes want of each other. A signal may be lost: whoever needs it
 * sends it again when nothing happens. Any thread; never blocks.
 */
public interface SessionSignals {
  /** What one node says to another. */
  sealed interface Signal {}

  /**
   * The statement that a session runs shall end.
   *
   * @param session its number in the cluster
   * @param secret that only its client knows; the session's node compares it
   */
  record Cancel(int session, byte[] secret) implements Signal {}

  /**
   * The catalog is about to change: the node shall rely no more on what it has been promised of it.
   *
   * @param asker who waits for it
   * @param holder the life of the node that holds the promises; another one keeps silent
   * @param upTo of all promises that last at most so long
   */
  record EndLease(NodeId asker, long holder, Timestamp upTo) implements Signal {}

  /** Nothing that its sender commits from now on relies on those promises. */
  record LeaseEnded(long holder, Timestamp upTo) implements Signal {}

  /** This node; null while it is in no cluster. */
  @Nullable NodeId self();

  /** Sends to another node; dropped when that cannot be reached. */
  void send(NodeId to, Signal signal);

  /** From now on this one, too, is told what other nodes send here; it must not block. */
  void listen(Consumer<Signal> local);
}
