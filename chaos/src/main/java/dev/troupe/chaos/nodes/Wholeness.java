package dev.troupe.chaos.nodes;

import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.Member;
import dev.troupe.protocol.model.RangeDescriptor;
import dev.troupe.range.AppliedState;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Whether all keys have their range, and all ranges their replicas. */
final class Wholeness {
  private Wholeness() {}

  /** The first range that is not as it should be, and why; null when all are. */
  static @Nullable String missing(NodeCluster cluster) {
    List<RangeDescriptor> ranges = cluster.ranges();
    Key covered = Key.MIN;
    for (RangeDescriptor current : ranges) {
      if (!current.span().start().equals(covered)) {
        return "nobody has the keys from %s on: %s".formatted(covered, ranges);
      }
      covered = current.span().end();
      if (current.members().voters().size()
          < cluster.world().options().replicas().replicationFactor()) {
        return current + " has too few voters";
      }
      var places = new TreeSet<Long>();
      for (Member member : current.members().members()) {
        Machine machine = cluster.machine(member.node().value());
        AppliedState applied = Agreement.applied(machine, current.id());
        if (applied == null || !current.equals(Agreement.descriptor(machine, current.id()))) {
          return "%s: %s is at %s and has another descriptor".formatted(current, member, applied);
        }
        if (applied.merging() != null) {
          return current + " is still being merged: " + applied.merging();
        }
        places.add(applied.position().index());
      }
      if (places.size() > 1) {
        return current + " is not level: " + places;
      }
    }
    if (!covered.equals(Key.MAX)) {
      return "nobody has the keys from %s on: %s".formatted(covered, ranges);
    }
    return null;
  }
}
