package dev.troupe.range;

import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.model.RangeDescriptor;
import dev.troupe.protocol.model.RangeId;
import org.jspecify.annotations.Nullable;

/**
 * Who leads a range, as one replica sees it.
 *
 * @param leading whether the replica itself leads and serves
 * @param leader where the leader lives; null when none is known
 * @param descriptor as applied by the replica; null before its first snapshot
 */
public record Leadership(
    RangeId range,
    boolean leading,
    long term,
    @Nullable NodeId leader,
    @Nullable RangeDescriptor descriptor) {}
