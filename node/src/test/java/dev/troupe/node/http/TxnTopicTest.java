package dev.troupe.node.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.node.metrics.HeatHistory;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.KeySpan;
import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.model.RangeId;
import dev.troupe.protocol.model.TxnId;
import dev.troupe.protocol.spi.LocalRanges.Answered;
import dev.troupe.protocol.spi.OpenTransactions.Seen;
import dev.troupe.protocol.spi.OpenTransactions.Waiting;
import java.util.List;
import org.junit.jupiter.api.Test;

class TxnTopicTest {
  private static final NodeId NODE = new NodeId(3);

  @Test
  void shouldShowWhatIsHeldAndWhoIsWaitedFor() {
    TxnId id = new TxnId(1, 2);
    TxnId holder = new TxnId(3, 4);
    TxnTopic topic =
        new TxnTopic(
            () ->
                List.of(
                    new Seen(id, 1500, 9, List.of(Key.of("<b>\"")), null),
                    new Seen(holder, 20, 0, List.of(), new Waiting(id, new NodeId(1), 120))),
            () -> NODE);

    assertThat(topic.items())
        .extracting(Topic.Item::json)
        .containsExactly(
            "{\"id\":\"%s\",\"node\":3,\"age_ms\":1500,\"held\":9,\"keys\":[\"<b>\\\"\"],\"waits_for\":null}"
                .formatted(id),
            "{\"id\":\"%s\",\"node\":3,\"age_ms\":20,\"held\":0,\"keys\":[],\"waits_for\":\"%s\",\"waits_for_node\":1,\"waits_ms\":120}"
                .formatted(holder, id));
  }

  @Test
  void shouldShowTheHeatOfKeys() {
    HeatHistory history = new HeatHistory();
    KeySpan span = new KeySpan(Key.of("<i>"), Key.of("z"));
    long step = HeatHistory.STEP.toMillis();
    history.look(List.of(), step, 0);
    history.look(
        List.of(new Answered(new RangeId(7), span, 25, 0)), 2 * step, HeatHistory.STEP.toNanos());
    history.look(
        List.of(new Answered(new RangeId(7), span, 25, 0)),
        3 * step,
        2 * HeatHistory.STEP.toNanos());

    assertThat(new HeatTopic(history, () -> NODE).items())
        .extracting(Topic.Item::json)
        .containsExactly(
            "{\"id\":\"3-40000\",\"node\":3,\"at\":40000,\"ranges\":[{\"range\":7,\"start\":\"<i>\","
                + "\"start_base64\":\"PGk+\",\"end\":\"z\",\"end_base64\":\"eg==\",\"writes\":1.3,\"reads\":0.0}]}");
  }
}
