package dev.troupe.placement;

import dev.troupe.protocol.model.Member;
import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.model.RangeDescriptor;
import dev.troupe.protocol.model.RangeId;
import dev.troupe.protocol.model.ZoneSettings;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A range as placement sees it.
 *
 * @param leader null when nobody who was asked leads it
 * @param bytes of one replica
 * @param requestsPerSecond answered by its leader
 * @param ownShare part of them that came from clients of the leader's own node, 0 to 1
 */
public record PlacementRange(
    RangeDescriptor descriptor,
    @Nullable NodeId leader,
    long bytes,
    double requestsPerSecond,
    double ownShare,
    ZoneSettings zone) {
  public RangeId id() {
    return descriptor.id();
  }

  List<Member> voters() {
    return descriptor.members().voters();
  }

  boolean isOn(NodeId node) {
    return descriptor.members().onNode(node).isPresent();
  }
}
