package dev.troupe.range;

import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.protocol.error.TroupeException;
import dev.troupe.protocol.model.KeySpan;
import dev.troupe.protocol.model.RangeDescriptor;
import dev.troupe.protocol.model.RangeId;
import dev.troupe.protocol.model.ReplicaKey;
import dev.troupe.protocol.spi.RaftLogStore;
import dev.troupe.protocol.spi.StateStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Keeps the replicas of a store from having a key in common: whoever puts state into a span or
 * takes it away claims the span first. A replica that has not applied a split yet still holds the
 * keys of the right-hand range, so that one must come by the split and by no snapshot before it.
 *
 * <p>Thread-safe. Also the lock under which replicas are made, see {@link #exclusively}.
 */
public final class SpanClaims {
  /** Ended by closing it. */
  public interface Claim extends AutoCloseable {
    @Override
    void close();
  }

  private record Claimed(RangeId range, KeySpan span) {}

  private final List<Claimed> claims = new ArrayList<>();

  /** Runs something that makes a replica, while nobody else makes one. May block. */
  public synchronized void exclusively(Runnable making) {
    making.run();
  }

  /**
   * Whose keys here a range has in common: another one's, going by what is stored, or a claim's.
   * Those that are part of the range since a merge do not count, unless somebody here has still to
   * take them over. Blocking.
   */
  public synchronized Optional<RangeId> holder(
      RangeDescriptor range, RaftLogStore log, StateStore state) {
    for (Claimed claim : claims) {
      if (claim.span().overlaps(range.span())) {
        return Optional.of(claim.range());
      }
    }
    Set<ReplicaKey> known = log.known();
    for (ReplicaKey replica : known) {
      RangeDescriptor other = Subsumed.describe(replica.range(), state);
      if (other != null
          && !other.id().equals(range.id())
          && other.span().overlaps(range.span())
          && (!Subsumed.isPartOf(range, other)
              || Subsumed.obstacle(range, other, known, state).isPresent())) {
        return Optional.of(other.id());
      }
    }
    return Optional.empty();
  }

  /**
   * Claims the span of a range for a snapshot. Blocking.
   *
   * @throws TroupeException with PRECONDITION_FAILED while somebody else holds a part of it
   */
  public synchronized Claim claim(RangeDescriptor range, RaftLogStore log, StateStore state) {
    holder(range, log, state)
        .ifPresent(
            other -> {
              throw new TroupeException(
                  ErrorCode.PRECONDITION_FAILED,
                  other + " holds keys of " + range + " here: it is cut or cleared first");
            });
    return add(range.id(), range.span());
  }

  /** Claims the span of a replica that is about to leave, so that its keys can be cleared. */
  public synchronized Claim clearing(RangeId range, KeySpan span) {
    return add(range, span);
  }

  private Claim add(RangeId range, KeySpan span) {
    Claimed claim = new Claimed(range, span);
    claims.add(claim);
    return () -> end(claim);
  }

  private synchronized void end(Claimed claim) {
    claims.remove(claim);
  }
}
