package dev.troupe.protocol.spi;

import dev.troupe.protocol.model.NodeId;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Carries what clients want of a session to the node that it is on. A signal may be lost: clients
 * send it again when nothing happens. Any thread; never blocks.
 */
public interface SessionSignals {
  /**
   * The statement that a session runs shall end.
   *
   * @param session its number in the cluster
   * @param secret that only its client knows; the session's node compares it
   */
  record Cancel(int session, byte[] secret) {}

  /** This node; null while it is in no cluster. */
  @Nullable NodeId self();

  /** Sends to another node; dropped when that cannot be reached. */
  void send(NodeId to, Cancel cancel);

  /** From now on this is told what other nodes send here; it must not block. */
  void listen(Consumer<Cancel> local);
}
