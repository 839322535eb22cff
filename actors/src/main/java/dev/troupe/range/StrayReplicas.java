package dev.troupe.range;

import dev.troupe.protocol.codec.DescriptorCodec;
import dev.troupe.protocol.codec.Keyspace;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.KeySpan;
import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.model.RangeDescriptor;
import dev.troupe.protocol.model.RangeId;
import dev.troupe.protocol.model.ReplicaKey;
import dev.troupe.protocol.spi.KvClient;
import dev.troupe.protocol.spi.KvRequest;
import dev.troupe.protocol.spi.KvResponse;
import dev.troupe.protocol.spi.MonotonicClock;
import dev.troupe.protocol.spi.RaftLogStore;
import dev.troupe.protocol.spi.StateStore;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds replicas that are left behind: the node was away when they were removed from their range. A
 * voter asks the others for their votes and is told, but not where the range was merged into
 * another one meanwhile: then nobody is left who would tell it. A learner asks for no votes. While
 * they stay, nothing else can have their keys on this node.
 *
 * <p>A replica that knows of no leader asks who owns its range's first key. Is it its own range,
 * described later and without it, it is removed. A range whose first key another one has taken over
 * never comes back ({@link Subsumed}). Only a replica here that has not come to the taking over yet
 * can still need the one that is left. While there is one, or one whose range is not known, it is
 * waited.
 *
 * <p>{@link #look} belongs to one thread or actor; the rest runs where answers and disks are.
 */
public final class StrayReplicas {
  private static final Logger LOG = LoggerFactory.getLogger(StrayReplicas.class);
  private static final long ANSWER_NANOS = 5_000_000_000L;
  private static final int RECORD_BYTES_MAX = 1 << 16;

  /** Of one look: when most nodes are away, most replicas have no leader. */
  private static final int QUESTIONS_MAX = 64;

  private final NodeId self;
  private final KvClient kv;
  private final ReplicaDirectory directory;
  private final RaftLogStore log;
  private final StateStore state;
  private final Executor disk;
  private final MonotonicClock clock;
  private Set<ReplicaKey> leaderlessBefore = Set.of();
  private int turn;

  public StrayReplicas(
      NodeId self,
      KvClient kv,
      ReplicaDirectory directory,
      RaftLogStore log,
      StateStore state,
      Executor disk,
      MonotonicClock clock) {
    this.self = self;
    this.kv = kv;
    this.directory = directory;
    this.log = log;
    this.state = state;
    this.disk = disk;
    this.clock = clock;
  }

  /** Asks about those that had no leader at the last look either. To be called now and then. */
  public void look() {
    Set<ReplicaKey> leaderless = new HashSet<>();
    List<LocalReplica> doubtful = new ArrayList<>();
    for (LocalReplica replica : directory.all()) {
      if (!replica.leaderKnown()) {
        leaderless.add(replica.key());
        if (leaderlessBefore.contains(replica.key())) {
          doubtful.add(replica);
        }
      }
    }
    leaderlessBefore = leaderless;
    int questions = Math.min(doubtful.size(), QUESTIONS_MAX);
    for (int i = 0; i < questions; i++) {
      LocalReplica replica = doubtful.get(turn++ % doubtful.size());
      RangeDescriptor range = replica.view().descriptor();
      if (range != null) {
        ask(replica, range);
      }
    }
    turn = doubtful.isEmpty() ? 0 : turn % doubtful.size();
  }

  private void ask(LocalReplica replica, RangeDescriptor range) {
    Key from = Keyspace.meta(range.span().start()).next();
    kv.send(
        new KvRequest.Scan(
            new KeySpan(from, Keyspace.META.end()), 1, RECORD_BYTES_MAX, false, false, null),
        clock.nanos() + ANSWER_NANOS,
        response -> {
          RangeDescriptor owner = owner(response);
          if (owner == null) {
            return;
          }
          if (owner.id().equals(range.id())) {
            removeUnlessMember(replica, range, owner);
          } else if (Subsumed.isPartOf(owner, range)) {
            disk.execute(() -> removeUnlessNeeded(replica, range, owner));
          }
        });
  }

  /** Null when it could not be told: the next look asks again. */
  private static @Nullable RangeDescriptor owner(KvResponse response) {
    return response instanceof KvResponse.Page page && !page.rows().isEmpty()
        ? DescriptorCodec.decodeDescriptor(page.rows().getFirst().value())
        : null;
  }

  private void removeUnlessMember(
      LocalReplica replica, RangeDescriptor before, RangeDescriptor now) {
    long lowest = now.lowestReplicaOn(self);
    if (now.generation() > before.generation() && replica.key().replica().value() < lowest) {
      LOG.info("{} has been removed from {}", replica.key(), now);
      replica.actor().tell(new RangeReplica.Destroy(lowest));
    }
  }

  /** Blocking. */
  private void removeUnlessNeeded(
      LocalReplica replica, RangeDescriptor range, RangeDescriptor owner) {
    Set<ReplicaKey> known = log.known();
    Optional<RangeId> needed =
        Subsumed.awaiting(owner, range, known, state)
            .or(
                () ->
                    known.stream()
                        .map(ReplicaKey::range)
                        .filter(other -> !other.equals(range.id()))
                        .filter(other -> Subsumed.describe(other, state) == null)
                        .findFirst());
    if (needed.isPresent()) {
      LOG.debug("{} is part of {}, and stays for {}", replica.key(), owner, needed.get());
      return;
    }
    LOG.info("{} is left of a range that is part of {}", replica.key(), owner);
    replica.actor().tell(new RangeReplica.Destroy(Long.MAX_VALUE));
  }
}
