package dev.troupe.follower;

import dev.troupe.gateway.KvGateway;
import dev.troupe.protocol.spi.TimestampSource;
import dev.troupe.protocol.spi.WallClock;
import dev.troupe.range.TimedReads;

/**
 * What reads from near replicas work with, beside what the gateway does.
 *
 * @param wall tells the age of answers when the oracle cannot be reached
 */
public record FollowerParts(
    KvGateway gateway,
    KvGateway.Parts node,
    TimedReads timed,
    TimestampSource timestamps,
    WallClock wall) {
  long now() {
    return node.clock().nanos();
  }
}
