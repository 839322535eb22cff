package dev.troupe.txn;

import dev.troupe.gateway.KvGateway;
import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.spi.KvClient;
import dev.troupe.protocol.spi.MonotonicClock;
import dev.troupe.protocol.spi.RandomSource;
import dev.troupe.protocol.spi.TimestampSource;

/** What transactions of a node work with. */
public record TransactionParts(
    NodeId self,
    KvClient kv,
    RangeMap ranges,
    TimestampSource timestamps,
    MonotonicClock clock,
    RandomSource random,
    KvGateway.Later later) {}
