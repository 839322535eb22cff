package dev.troupe.split;

import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.NodeId;
import java.util.Set;

/**
 * What has to be known besides loads before two ranges are merged.
 *
 * @param kept borders that stay because somebody wanted them
 * @param fit nodes that are up and stay in the cluster
 */
public record Ground(Set<Key> kept, Set<NodeId> fit) {
  public Ground {
    kept = Set.copyOf(kept);
    fit = Set.copyOf(fit);
  }
}
