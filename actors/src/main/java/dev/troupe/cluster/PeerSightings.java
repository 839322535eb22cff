package dev.troupe.cluster;

import dev.troupe.protocol.model.NodeId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
 *       founder after {@link #FOUNDER_NANOS_MIN}, or by a majority of all known nodes when none of
 *       the others was heard for {@link #SILENCE_NANOS_MAX}.
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

  /** How long a majority waits for a peer that is or became silent. */
  static final long SILENCE_NANOS_MAX = TimeUnit.SECONDS.toNanos(20);

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

    boolean hasAnswered(long now) {
      return answered && now - answerAskedAt <= FRESH_NANOS;
    }

    boolean isGone(long now) {
      return refused && now - probedAt <= FRESH_NANOS;
    }
  }

  /** The peers by what they are doing. */
  private static final class Tally {
    private final List<Address> members = new ArrayList<>();
    private final List<PeerHello> seeking = new ArrayList<>();
    private int answered;
    private int silent;
    private int foreign;
    private long quietNanos = Long.MAX_VALUE;
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
    Tally tally = new Tally();
    peers.forEach((address, sighting) -> count(address, sighting, now, tally));
    if (!tally.members.isEmpty()) {
      return new Decision.Join(tally.members);
    }
    if (tally.foreign > 0 && tally.foreign == peers.size() && !founder) {
      return new Decision.WrongCluster();
    }
    return isFirst(tally.seeking) && mayForm(tally, now)
        ? new Decision.Form()
        : new Decision.Wait();
  }

  private void count(Address address, Sighting sighting, long now, Tally tally) {
    if (sighting.foreign) {
      tally.foreign++;
      return;
    }
    PeerHello hello = sighting.hello;
    if (hello != null && now - sighting.heardAt <= FRESH_NANOS) {
      if (hello.phase() == PeerHello.Phase.SEEKING) {
        tally.seeking.add(hello);
      } else {
        tally.members.add(address);
      }
    }
    if (sighting.hasAnswered(now)) {
      tally.answered++;
    } else if (!sighting.isGone(now)) {
      tally.silent++;
      long quiet = now - (hello == null ? startedAt : sighting.heardAt);
      tally.quietNanos = Math.min(tally.quietNanos, quiet);
    }
  }

  private boolean mayForm(Tally tally, long now) {
    boolean majority = (tally.answered + 1) * 2 > peers.size() - tally.foreign + 1;
    return tally.silent == 0
        || (majority && tally.quietNanos >= SILENCE_NANOS_MAX)
        || (founder && now - startedAt >= FOUNDER_NANOS_MIN);
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
