package dev.troupe.cluster;

import dev.troupe.placement.Move;
import dev.troupe.placement.PlacementNode.Standing;
import dev.troupe.placement.PlacementView;
import dev.troupe.protocol.codec.JsonFields;
import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.spi.ClusterEvents;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Words for what placement does in the book of events. */
final class PlacementEvents {
  private final ClusterEvents events;

  PlacementEvents(ClusterEvents events) {
    this.events = events;
  }

  /** A move was begun, for what was seen. */
  void began(Move move, PlacementView view) {
    String kind =
        switch (move) {
          case Move.Add add -> "replica-add";
          case Move.Replace replace -> "replica-move";
          case Move.Remove remove -> "replica-remove";
          case Move.Lead lead -> "leader-move";
        };
    events.append(kind, move.range(), move.receiver(), move.toString(), details(move, view));
  }

  private static String details(Move move, PlacementView view) {
    var fields = new JsonFields();
    NodeId from = from(move);
    NodeId to = move.receiver();
    fields.put("reason", word(move.reason())).put("generation", move.generation());
    if (from != null) {
      fields
          .put("from", from.value())
          .put("from_replicas", view.replicas(from))
          .put("from_leaders", view.leaders(from));
    }
    if (to != null) {
      fields
          .put("to", to.value())
          .put("to_replicas", view.replicas(to))
          .put("to_leaders", view.leaders(to));
    }
    return fields.put("ranges", view.ranges().size()).toString();
  }

  private static @Nullable NodeId from(Move move) {
    return switch (move) {
      case Move.Add add -> null;
      case Move.Replace replace -> replace.from();
      case Move.Remove remove -> remove.from();
      case Move.Lead lead -> lead.from();
    };
  }

  /** A node has come or gone. */
  void came(NodeId node, NodePresence.State state) {
    String what =
        switch (state) {
          case UP -> " is up";
          case SILENT -> " does not answer";
          case AWAY -> " is no member of the cluster now: it has ended, or was taken for dead";
        };
    events.append(
        "node-" + word(state),
        null,
        node,
        node + what,
        new JsonFields().put("state", word(state)).toString());
  }

  /** Something else is wanted of a node. */
  void standing(NodeId node, Standing standing) {
    String what =
        switch (standing) {
          case ACTIVE -> " stays in the cluster";
          case DRAINING -> " drains";
          case DECOMMISSIONING -> " is to be emptied for good";
          case DECOMMISSIONED -> " is empty, and out of the cluster for good";
        };
    events.append(
        "node-" + word(standing),
        null,
        node,
        node + what,
        new JsonFields().put("standing", word(standing)).toString());
  }

  private static String word(Enum<?> name) {
    return name.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
