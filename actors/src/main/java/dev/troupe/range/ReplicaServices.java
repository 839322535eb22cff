package dev.troupe.range;

import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.spi.MonotonicClock;
import dev.troupe.protocol.spi.RaftLogStore;
import dev.troupe.protocol.spi.RandomSource;
import dev.troupe.protocol.spi.StateStore;
import dev.troupe.protocol.spi.TimestampSource;
import dev.troupe.protocol.spi.WallClock;
import java.util.concurrent.Executor;

/**
 * What all replicas of a node share.
 *
 * @param node where they live
 * @param timestamps where versions get their timestamps, except those of the system range
 * @param disk runs what blocks: bounded platform threads
 */
public record ReplicaServices(
    NodeId node,
    RaftLogStore log,
    StateStore state,
    Applier applier,
    ReplicaOutbox outbox,
    ReplicaDirectory directory,
    Placement placement,
    Executor disk,
    MonotonicClock clock,
    WallClock wall,
    TimestampSource timestamps,
    TxnWatch transactions,
    RandomSource random,
    ReplicaSettings settings,
    RowPrograms programs) {}
