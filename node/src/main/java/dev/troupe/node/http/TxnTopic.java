package dev.troupe.node.http;

import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.spi.OpenTransactions;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Transactions under way at this node, what they hold, and for whom they wait. */
final class TxnTopic {
  private final OpenTransactions open;
  private final Supplier<@Nullable NodeId> self;

  TxnTopic(OpenTransactions open, Supplier<@Nullable NodeId> self) {
    this.open = open;
    this.self = self;
  }

  List<Topic.Item> items() {
    NodeId node = self.get();
    return node == null ? List.of() : open.seen().stream().map(seen -> item(node, seen)).toList();
  }

  private static Topic.Item item(NodeId node, OpenTransactions.Seen seen) {
    String id = seen.id().toString();
    OpenTransactions.Waiting waiting = seen.waiting();
    return Topic.Item.of(
        id,
        out -> {
          out.writeStringField("id", id);
          out.writeNumberField("node", node.value());
          out.writeNumberField("age_ms", seen.ageMillis());
          out.writeNumberField("held", seen.held());
          out.writeArrayFieldStart("keys");
          for (Key key : seen.keys()) {
            out.writeString(key.toString());
          }
          out.writeEndArray();
          if (waiting == null) {
            out.writeNullField("waits_for");
          } else {
            out.writeStringField("waits_for", waiting.holder().toString());
            out.writeNumberField("waits_for_node", waiting.holderAt().value());
            out.writeNumberField("waits_ms", waiting.millis());
          }
        });
  }
}
