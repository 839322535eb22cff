package dev.troupe.node.grpc;

import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.protocol.error.TroupeException;
import dev.troupe.protocol.model.Timestamp;
import dev.troupe.v1.GetRequest;
import dev.troupe.v1.ScanRequest;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** As of when a client wants to read. */
sealed interface ReadTime {
  /** Everything that was acknowledged before. */
  record Newest() implements ReadTime {}

  /** The moment that the request names. */
  record Exact(Timestamp moment) implements ReadTime {}

  /** A moment not longer ago than this. */
  record Within(Duration staleness) implements ReadTime {}

  /**
   * Reads the wish.
   *
   * @throws TroupeException with INVALID_ARGUMENT when it contradicts itself
   */
  static ReadTime of(GetRequest request) {
    return of(
        request.hasAtVersion() ? request.getAtVersion() : null,
        request.hasMaxStalenessMillis() ? request.getMaxStalenessMillis() : null);
  }

  /** As {@link #of(GetRequest)}. */
  static ReadTime of(ScanRequest request) {
    return of(
        request.hasAtVersion() ? request.getAtVersion() : null,
        request.hasMaxStalenessMillis() ? request.getMaxStalenessMillis() : null);
  }

  private static ReadTime of(@Nullable Long version, @Nullable Integer staleness) {
    if (version != null && staleness != null) {
      throw new TroupeException(
          ErrorCode.INVALID_ARGUMENT,
          "at_version and max_staleness_millis exclude each other: give one of them");
    }
    if (version != null && version == 0) {
      throw new TroupeException(
          ErrorCode.INVALID_ARGUMENT, "at_version is 0, which is before everything");
    }
    if (version != null) {
      return new Exact(new Timestamp(version));
    }
    return staleness != null
        ? new Within(Duration.ofMillis(Integer.toUnsignedLong(staleness)))
        : new Newest();
  }

  /** The timestamp to put into the request; null for none. */
  default @Nullable Timestamp at() {
    return this instanceof Exact exact ? exact.moment() : null;
  }

  /** How to read the next page of a scan, of which one page has been read at a timestamp. */
  default ReadTime afterPage(Timestamp readAt) {
    return this instanceof Within ? new Exact(readAt) : this;
  }
}
