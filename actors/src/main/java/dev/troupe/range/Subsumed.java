package dev.troupe.range;

import dev.troupe.protocol.codec.DescriptorCodec;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.RangeDescriptor;
import dev.troupe.protocol.model.RangeId;
import dev.troupe.protocol.model.ReplicaKey;
import dev.troupe.protocol.spi.RaftLogStore.LogWrite;
import dev.troupe.protocol.spi.StateStore;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Tells which replicas belong to ranges that have become part of another one, and takes them out of
 * the store. A range keeps its first key for as long as it lives: a split gives away what is on the
 * right, a merge adds there. And each owner of a key has a higher generation than the one before.
 * So whoever describes that key as its own at a higher generation has taken the range over.
 */
public final class Subsumed {
  private Subsumed() {}

  /** Whether a range is part of another one, as the two are described. */
  public static boolean isPartOf(RangeDescriptor owner, RangeDescriptor other) {
    return !owner.id().equals(other.id())
        && owner.generation() > other.generation()
        && owner.span().contains(other.span().start());
  }

  /**
   * Which replica here has still to take over one that is part of a later owner: it can go on only
   * with that one's state, and the owner must not come by a snapshot before. Otherwise than in the
   * order of events that is possible when the merged range was split again where it was put
   * together. A frozen replica tells by whom it is to be taken over, in which generation; one that
   * does not know of that, after a crash, is waited for by a neighbour that is older than the
   * owner. Those that are part of the owner themselves need nothing any more. Blocking.
   */
  static Optional<RangeId> awaiting(
      RangeDescriptor owner,
      RangeDescriptor part,
      Collection<ReplicaKey> replicas,
      StateStore state) {
    byte[] applied = state.getLocal(part.id(), StateStore.LocalRecord.APPLIED);
    Merging merging = applied == null ? null : AppliedState.decode(applied).merging();
    Merging.Frozen frozen = merging instanceof Merging.Frozen f ? f : null;
    return replicas.stream()
        .map(ReplicaKey::range)
        .filter(id -> !id.equals(part.id()))
        .filter(id -> needs(id, describe(id, state), owner, part, frozen))
        .findFirst();
  }

  private static boolean needs(
      RangeId id,
      @Nullable RangeDescriptor left,
      RangeDescriptor owner,
      RangeDescriptor part,
      Merging.@Nullable Frozen frozen) {
    if (left != null && isPartOf(owner, left)) {
      return false;
    }
    if (frozen != null) {
      return frozen.left().equals(id) && (left == null || left.generation() <= frozen.token());
    }
    return left != null
        && left.span().end().equals(part.span().start())
        && left.generation() < owner.generation();
  }

  /** As {@link #awaiting}, when the owner's own replica is about to get a later state. Blocking. */
  static Optional<RangeId> obstacle(
      RangeDescriptor owner,
      RangeDescriptor part,
      Collection<ReplicaKey> replicas,
      StateStore state) {
    var others = replicas.stream().filter(other -> !other.range().equals(owner.id())).toList();
    return awaiting(owner, part, others, state);
  }

  /** Those replicas of a store that are part of others, as far as the state tells. Blocking. */
  public static List<ReplicaKey> among(Collection<ReplicaKey> replicas, StateStore state) {
    var described = new ArrayList<Map.Entry<ReplicaKey, RangeDescriptor>>();
    var owners = new TreeMap<Key, RangeDescriptor>();
    for (ReplicaKey replica : replicas) {
      RangeDescriptor range = describe(replica.range(), state);
      if (range != null) {
        described.add(Map.entry(replica, range));
        owners.merge(
            range.span().start(), range, (a, b) -> a.generation() > b.generation() ? a : b);
      }
    }
    var subsumed = new ArrayList<ReplicaKey>();
    for (var one : described) {
      RangeDescriptor range = one.getValue();
      // Owners that are part of others themselves begin nearer: all of them are looked at.
      for (RangeDescriptor owner : owners.headMap(range.span().start(), true).values()) {
        if (isPartOf(owner, range)) {
          subsumed.add(one.getKey());
          break;
        }
      }
    }
    return subsumed;
  }

  /** Those replicas of a store that are part of a range that is about to come. Blocking. */
  static List<ReplicaKey> in(RangeDescriptor owner, ReplicaServices services) {
    var subsumed = new ArrayList<ReplicaKey>();
    for (ReplicaKey replica : services.log().known()) {
      RangeDescriptor range = describe(replica.range(), services.state());
      if (range != null && isPartOf(owner, range)) {
        subsumed.add(replica);
      }
    }
    return subsumed;
  }

  static @Nullable RangeDescriptor describe(RangeId range, StateStore state) {
    byte[] stored = state.getLocal(range, StateStore.LocalRecord.DESCRIPTOR);
    return stored == null ? null : DescriptorCodec.decodeDescriptor(stored);
  }

  /**
   * Forgets a replica that is part of another range here; its keys stay, they are the other one's.
   * Its log goes only when the state that contains the merge is on disk: a crash before would bring
   * back the time before, and then the log is needed. Never blocks.
   */
  public static void remove(ReplicaKey replica, ReplicaServices services) {
    services.directory().subsumed(replica.range());
    LogWrite.Destroy destroy = new LogWrite.Destroy(replica, Long.MAX_VALUE);
    Runnable forget =
        () -> {
          services.state().forget(replica.range());
          services.directory().forgotten(replica.range());
        };
    services
        .disk()
        .execute(
            () -> {
              services.state().flush();
              services.log().write(destroy, () -> services.disk().execute(forget));
            });
  }
}
