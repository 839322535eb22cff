package dev.troupe.cluster;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.Address;

/**
 * Peers that are no members here, whose port is open, and that never answer. That is how nodes see
 * each other that were told by a firewall that the other's process was gone: each has removed the
 * other, and the actor systems exchange nothing any more, not even that. Only a new actor system is
 * heard again, so the smaller side, or both of two equal ones, has to start anew.
 *
 * <p>Without threads or clock: time comes in as nanoseconds.
 */
final class MutePeers {
  /** By then a node that is starting has spoken. */
  static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(8);

  private final Map<Address, Long> since = new HashMap<>();

  /** The peer's port was asked. */
  void probed(Address peer, PortProbe.Answer answer, boolean member, long now) {
    if (answer == PortProbe.Answer.OPEN && !member) {
      since.putIfAbsent(peer, now);
    } else {
      since.remove(peer);
    }
  }

  void heard(Address peer) {
    since.remove(peer);
  }

  /**
   * Whether this node should start anew.
   *
   * @param members that can be reached, this node included
   */
  boolean outnumber(int members, long now) {
    return since.values().stream().filter(first -> now - first >= PATIENCE_NANOS).count()
        >= members;
  }
}
