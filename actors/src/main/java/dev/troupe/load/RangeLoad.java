package dev.troupe.load;

import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.RangeDescriptor;
import dev.troupe.protocol.model.ReplicaId;
import org.jspecify.annotations.Nullable;

/**
 * What the leader of a range knows of it.
 *
 * @param leader the replica that tells this
 * @param bytes rough size of everything that is stored of it, compressed, old versions included
 * @param middle a key with about half of the bytes on either side; null when the range is too small
 *     for that to be looked for, or there is no such key
 * @param reads answered since the replica started
 * @param writes answered since the replica started
 * @param shape of the load lately; null when there is little, or nobody looks
 */
public record RangeLoad(
    RangeDescriptor descriptor,
    ReplicaId leader,
    long bytes,
    @Nullable Key middle,
    long reads,
    long writes,
    @Nullable LoadShape shape) {}
