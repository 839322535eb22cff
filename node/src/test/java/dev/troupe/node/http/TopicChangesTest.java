package dev.troupe.node.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class TopicChangesTest {
  private final TopicChanges changes = new TopicChanges("nodes");

  private static Topic.Item item(int id, String state) {
    return Topic.Item.of(
        id,
        out -> {
          out.writeNumberField("id", id);
          out.writeStringField("state", state);
        });
  }

  @Test
  void shouldTellEverythingFirstAndThenWhatIsDifferent() {
    assertThat(changes.news(List.of(item(1, "live"), item(2, "live"))))
        .isEqualTo(
            "event: nodes\ndata: {\"full\":true,\"items\":[{\"id\":1,\"state\":\"live\"},"
                + "{\"id\":2,\"state\":\"live\"}],\"gone\":[]}\n\n");
    assertThat(changes.news(List.of(item(1, "live"), item(2, "live")))).isNull();
    assertThat(changes.news(List.of(item(2, "dead"), item(3, "live"))))
        .isEqualTo(
            "event: nodes\ndata: {\"items\":[{\"id\":2,\"state\":\"dead\"},"
                + "{\"id\":3,\"state\":\"live\"}],\"gone\":[\"1\"]}\n\n");
  }

  @Test
  void shouldTellThatThereIsNothing() {
    assertThat(changes.news(List.of()))
        .isEqualTo("event: nodes\ndata: {\"full\":true,\"items\":[],\"gone\":[]}\n\n");
  }

  @Test
  void shouldTellTroubleOnceAndItsEnd() {
    changes.news(List.of(item(1, "live")));

    assertThat(changes.trouble("RANGE_UNAVAILABLE", "r1 has \"no\" leader"))
        .startsWith("event: problem\n")
        .contains("\"topic\":\"nodes\"", "r1 has \\\"no\\\" leader");
    assertThat(changes.trouble("RANGE_UNAVAILABLE", "r1 has \"no\" leader")).isNull();
    assertThat(changes.news(List.of(item(1, "live"))))
        .isEqualTo("event: nodes\ndata: {\"items\":[],\"gone\":[]}\n\n");
    assertThat(changes.news(List.of(item(1, "live")))).isNull();
  }

  @Test
  void shouldKeepEventsInOnePiece() {
    String name = "<b>\"\n\r\u2028event: nodes";
    String event = changes.news(List.of(item(1, name)));

    assertThat(event).isNotNull();
    assertThat(event.strip().lines()).hasSize(2);
    assertThat(event).contains("<b>\\\"\\n\\r");
    assertThatThrownBy(() -> EventText.event("nodes", "a\nb"))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
