package dev.troupe.cluster;

import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.RangeDescriptor;
import dev.troupe.protocol.spi.LocalRanges;
import dev.troupe.range.LocalReplica;
import dev.troupe.range.ReplicaDirectory;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads off what replicas show to their node. They are not asked: of thousands that sleep, each
 * would get a message.
 */
record OwnRanges(ReplicaDirectory directory) implements LocalRanges {
  @Override
  public List<Answered> answered() {
    List<Answered> all = new ArrayList<>();
    for (LocalReplica replica : directory.all()) {
      RangeDescriptor range = replica.view().descriptor();
      if (range != null) {
        all.add(
            new Answered(
                replica.key().range(),
                range.span(),
                replica.writes().sum(),
                replica.reads().sum()));
      }
    }
    return all;
  }

  @Override
  public boolean leads(Key key) {
    RangeDescriptor range = directory.holding(key);
    LocalReplica replica = range == null ? null : directory.find(range.id());
    return replica != null && replica.leads();
  }
}
