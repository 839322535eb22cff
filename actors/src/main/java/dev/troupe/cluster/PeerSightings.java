package dev.troupe.cluster;

import dev.troupe.protocol.model.NodeId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.Address;
import org.jspecify.annotations.Nullable;

/**
 * What a node that looks for its cluster knows of its peers, and the rule that decides what it does
 * about it. Without threads or clock: time comes in as nanoseconds.
 *
 * <p>The rule, for a cluster of which any number of nodes starts at any time:
 *
 * <ol>
 *   <li>Somebody is a member, or about to form a cluster: join there.
 *   <li>Otherwise the one with the lowest node id among those who are looking, too, forms the
 *       cluster (a founder goes before all others); the rest waits for it.
 *   <li>Peers whose port refuses connections do not count. While a peer is silent (its port is
 *       open, or nothing comes back) it might be a member: a cluster is formed then only by a
 *       founder after {@link #FOUNDER_NANOS_MIN}, or by a majority of all known nodes after {@link
 *       #SILENCE_NANOS_MAX}.
 * </ol>
 *
 * <p>That makes one cluster in any order of starts: everybody binds its port before asking, and who
 * was asked counts the asker as awake from then on, that is, as silent until it has answered. Only
 * an answer to a question that was asked a moment ago shows that a peer is not in a cluster:
 * messages can lie in queues for as long as connections take. So two nodes can only both decide to
 * form when they could not hear each other; they become two islands, which {@link JoinProcess}
 * merges.
 */
final class PeerSightings {
  /** A sighting that is older says nothing any more. */
  static final long FRESH_NANOS = TimeUnit.SECONDS.toNanos(3);

  /** How long silent peers are waited for by a majority. */
  static final long SILENCE_NANOS_MAX = TimeUnit.SECONDS.toNanos(10);

  /** How long a founder gives others the chance to say that there is a cluster already. */
  static final long FOUNDER_NANOS_MIN = TimeUnit.SECONDS.toNanos(2);

  /** Bound of the peers remembered. */
  static final int PEERS_MAX = 4_096;

  /** What to do now. */
  sealed interface Decision {
    /** Ask again. */
    record Wait() implements Decision {}

    /** These are members. */
    record Join(List<Address> members) implements Decision {}

    /** Form a cluster. */
    record Form() implements Decision {}

    /** All peers belong to another cluster. */
    record WrongCluster() implements Decision {}
  }

  private static final class Sighting {
    private @Nullable PeerHello hello;
    private long heardAt;
    private boolean answered;
    private long answerAskedAt;
    private boolean refused;
    private long probedAt;
    private boolean foreign;

    boolean isHeard(long now) {
      return hello != null && now - heardAt <= FRESH_NANOS;
    }

    boolean hasAnswered(long now) {
      return answered && now - answerAskedAt <= FRESH_NANOS;
    }

    boolean isGone(long now) {
      return refused && now - probedAt <= FRESH_NANOS;
    }
  }

  private final NodeId self;
  private final boolean founder;
  private final long startedAt;
  private final Map<Address, Sighting> peers = new LinkedHashMap<>();

  PeerSightings(NodeId self, boolean founder, long now) {
    this.self = self;
    this.founder = founder;
    this.startedAt = now;
  }

  void know(Address peer) {
    if (peers.size() < PEERS_MAX) {
      peers.computeIfAbsent(peer, address -> new Sighting());
    }
  }

  Set<Address> known() {
    return new HashSet<>(peers.keySet());
  }

  /** The peer's port was asked at that time and answered so. */
  void probed(Address peer, PortProbe.Answer answer, long askedAt) {
    Sighting sighting = peers.get(peer);
    if (sighting == null) {
      return;
    }
    boolean heardSince = sighting.hello != null && sighting.heardAt - askedAt >= 0;
    sighting.refused = answer == PortProbe.Answer.REFUSED && !heardSince;
    sighting.probedAt = askedAt;
    if (sighting.refused) {
      sighting.hello = null;
      sighting.answered = false;
    }
  }

  void heard(Address peer, PeerHello hello, long now) {
    know(peer);
    Sighting sighting = peers.get(peer);
    if (sighting != null) {
      sighting.hello = hello;
      sighting.heardAt = now;
      if (!hello.question()) {
        sighting.answered = true;
        sighting.answerAskedAt = hello.askedAt();
      }
      sighting.refused = false;
      sighting.foreign = false;
    }
  }

  /**
   * The peer belongs to another cluster.
   *
   * @return whether that is news
   */
  boolean foreign(Address peer) {
    Sighting sighting = peers.get(peer);
    if (sighting == null || sighting.foreign) {
      return false;
    }
    sighting.foreign = true;
    sighting.hello = null;
    return true;
  }

  Decision decide(long now) {
    List<Address> members = new ArrayList<>();
    List<PeerHello> seeking = new ArrayList<>();
    int answered = 0;
    int silent = 0;
    int foreign = 0;
    for (Map.Entry<Address, Sighting> entry : peers.entrySet()) {
      Sighting sighting = entry.getValue();
      if (sighting.foreign) {
        foreign++;
      } else if (sighting.isHeard(now)) {
        PeerHello hello = Objects.requireNonNull(sighting.hello);
        if (hello.phase() != PeerHello.Phase.SEEKING) {
          members.add(entry.getKey());
        }
        seeking.add(hello);
        answered += sighting.hasAnswered(now) ? 1 : 0;
        silent += sighting.hasAnswered(now) ? 0 : 1;
      } else if (!sighting.isGone(now)) {
        silent++;
      }
    }
    if (!members.isEmpty()) {
      return new Decision.Join(members);
    }
    if (foreign > 0 && foreign == peers.size() && !founder) {
      return new Decision.WrongCluster();
    }
    boolean majority = (answered + 1) * 2 > peers.size() - foreign + 1;
    return isFirst(seeking) && mayForm(silent, majority, now - startedAt)
        ? new Decision.Form()
        : new Decision.Wait();
  }

  private boolean mayForm(int silent, boolean majority, long elapsed) {
    return silent == 0
        || (founder && elapsed >= FOUNDER_NANOS_MIN)
        || (majority && elapsed >= SILENCE_NANOS_MAX);
  }

  private boolean isFirst(List<PeerHello> seeking) {
    Comparator<PeerHello> order =
        Comparator.comparing((PeerHello hello) -> !hello.founder()).thenComparing(PeerHello::node);
    return seeking.stream()
        .min(order)
        .map(first -> founder == first.founder() ? self.compareTo(first.node()) < 0 : founder)
        .orElse(true);
  }
}
