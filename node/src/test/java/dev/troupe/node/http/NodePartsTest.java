package dev.troupe.node.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.node.FakeCluster;
import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.protocol.error.TroupeException;
import dev.troupe.protocol.model.Locality;
import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.spi.ClusterAdmin.NodeStatus;
import dev.troupe.protocol.spi.NodeQuestions;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

class NodePartsTest {
  private static final Topic.Item NASTY =
      Topic.Item.of("1-7", out -> out.writeStringField("id", "a\tb\nc\u2028\"</script>"));

  private final List<NodeId> asked = new ArrayList<>();
  private final NodeQuestions questions =
      new NodeQuestions() {
        private Answerer answerer;

        @Override
        public NodeId self() {
          return new NodeId(1);
        }

        @Override
        public CompletionStage<byte[]> ask(NodeId node, String question) {
          asked.add(node);
          if (node.value() == 3) {
            return CompletableFuture.failedStage(
                new TroupeException(ErrorCode.RANGE_UNAVAILABLE, "n3 did not answer within 2 s"));
          }
          CompletableFuture<byte[]> answer = new CompletableFuture<>();
          answerer.answer(question, answer::complete);
          return answer;
        }

        @Override
        public void answerWith(Answerer told) {
          answerer = told;
        }
      };
  private final FakeCluster cluster =
      new FakeCluster() {
        @Override
        public CompletionStage<List<NodeStatus>> nodes() {
          return CompletableFuture.completedStage(
              List.of(
                  node(5, NodeStatus.State.DECOMMISSIONED),
                  node(4, NodeStatus.State.DEAD),
                  node(3, NodeStatus.State.UNREACHABLE),
                  node(2, NodeStatus.State.LIVE),
                  node(1, NodeStatus.State.LIVE)));
        }
      };
  private final NodeParts parts =
      new NodeParts(
          cluster,
          questions,
          List.of(new LocalTopic("things", () -> List.of(NASTY))),
          Map.of("shout", text -> text.toUpperCase(Locale.ROOT)),
          Runnable::run);

  private static NodeStatus node(int id, NodeStatus.State state) {
    return new NodeStatus(
        new NodeId(id), 1, "a", "b", "c", "d", state, 0, "0.1.0", Locality.NOWHERE, 0, 0);
  }

  @Test
  void shouldPutTogetherWhatNodesSayAndNameThoseThatAreSilent() {
    List<Topic.Item> items = parts.gather("things");

    assertThat(asked).containsExactly(new NodeId(2), new NodeId(3));
    assertThat(items).hasSize(3);
    assertThat(items.get(0)).isEqualTo(NASTY);
    assertThat(items.get(1)).as("came over the wire").isEqualTo(NASTY);
    assertThat(items.get(2).json())
        .isEqualTo("{\"id\":\"silent-3\",\"node\":3,\"silent\":\"n3 did not answer within 2 s\"}");
  }

  @Test
  void shouldDoWhatOthersAskItTo() {
    assertThat(parts.order(new NodeId(1), "shout", "a b")).isEqualTo("A B");
    assertThat(parts.order(new NodeId(2), "shout", "a b")).isEqualTo("A B");
  }

  @Test
  void shouldAnswerNothingToWhatItDoesNotKnow() {
    List<byte[]> answers = new ArrayList<>();
    questions.ask(new NodeId(1), "of a later version").thenAccept(answers::add);
    assertThat(answers).containsOnlyNulls().hasSize(1);
  }
}
