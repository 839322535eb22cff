package dev.troupe.cluster;

import dev.troupe.protocol.codec.JsonFields;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.spi.ClusterAdmin.MergeResult;
import dev.troupe.protocol.spi.ClusterAdmin.SplitResult;
import dev.troupe.protocol.spi.ClusterEvents;
import dev.troupe.split.EventKinds;

/** Words for what operators do to borders in the book of events. */
final class SplitEvents {
  private SplitEvents() {}

  static void byHand(ClusterEvents events, SplitResult split) {
    Key key = split.right().span().start();
    events.append(
        EventKinds.SPLIT,
        split.left().id(),
        null,
        split.left().id() + " was split by hand: " + split.right().id() + " begins with " + key,
        new JsonFields()
            .put("strategy", "manual")
            .put("key", key)
            .put("left", split.left().id().value())
            .put("right", split.right().id().value())
            .put("generation", split.right().generation())
            .toString());
  }

  static void mergedByHand(ClusterEvents events, Key border, MergeResult merged) {
    events.append(
        EventKinds.MERGE,
        merged.range().id(),
        null,
        merged.range().id() + " was merged by hand with the range that began with " + border,
        new JsonFields()
            .put("strategy", "manual")
            .put("key", border)
            .put("left", merged.range().id().value())
            .put("generation", merged.range().generation())
            .toString());
  }
}
