package dev.troupe.load;

import dev.troupe.protocol.model.NodeId;
import java.util.List;
import java.util.Map;

/**
 * What the nodes that can be reached tell of themselves and of the ranges that they lead.
 *
 * @param busy part of their processors that is in use, 0 to 1, of those that know it
 */
public record Survey(List<RangeLoad> loads, Map<NodeId, Double> busy) {
  public Survey {
    loads = List.copyOf(loads);
    busy = Map.copyOf(busy);
  }
}
