package dev.troupe.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.spi.NodeQuestions;
import dev.troupe.store.PeerMessage;
import dev.troupe.store.PendingCalls;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class PeerQuestionsTest {
  private final AtomicLong now = new AtomicLong();
  private final PendingCalls calls = new PendingCalls(now::get, 1);
  private final List<PeerMessage.AskNode> sent = new ArrayList<>();
  private boolean reachable = true;
  private final PeerQuestions questions =
      new PeerQuestions(
          new NodeId(1),
          (to, message) -> {
            sent.add((PeerMessage.AskNode) message);
            return reachable;
          },
          calls,
          now::get);

  private String fails(CompletionStage<byte[]> answer) {
    String[] message = {""};
    assertThatThrownBy(() -> answer.toCompletableFuture().join())
        .satisfies(e -> message[0] = e.getMessage());
    return message[0];
  }

  @Test
  void shouldCarryAnswers() {
    CompletionStage<byte[]> answer = questions.ask(new NodeId(2), "sessions");
    long call = sent.getFirst().call();

    calls.answered(call, new PeerMessage.NodeSaid(call, true, new byte[] {7}));

    assertThat(answer.toCompletableFuture().join()).containsExactly(7);
  }

  @Test
  void shouldSayWhyThereIsNoAnswer() {
    CompletionStage<byte[]> unknown = questions.ask(new NodeId(2), "sessions");
    long call = sent.getFirst().call();
    calls.answered(call, new PeerMessage.NodeSaid(call, false, new byte[0]));
    assertThat(fails(unknown)).contains("n2 cannot tell");

    CompletionStage<byte[]> late = questions.ask(new NodeId(2), "sessions");
    now.addAndGet(3_000_000_000L);
    calls.expire();
    assertThat(fails(late)).contains("n2 did not answer within 2 s");

    reachable = false;
    assertThat(fails(questions.ask(new NodeId(2), "sessions"))).contains("n2 cannot be reached");
  }

  @Test
  void shouldAnswerOthersAndItself() {
    questions.answerWith(
        (question, reply) -> reply.accept(question.getBytes(StandardCharsets.UTF_8)));
    List<PeerMessage.NodeSaid> said = new ArrayList<>();

    questions.received(new PeerMessage.AskNode(9, "a"), said::add);

    assertThat(said).hasSize(1);
    assertThat(said.getFirst().call()).isEqualTo(9);
    assertThat(said.getFirst().known()).isTrue();
    assertThat(questions.ask(new NodeId(1), "b").toCompletableFuture().join())
        .isEqualTo(new byte[] {'b'});
    assertThat(sent).isEmpty();
  }

  @Test
  void shouldNotSendWhatIsTooLong() {
    questions.answerWith(
        (question, reply) -> reply.accept(new byte[NodeQuestions.ANSWER_BYTES_MAX + 1]));
    List<PeerMessage.NodeSaid> said = new ArrayList<>();

    questions.received(new PeerMessage.AskNode(9, "a"), said::add);

    assertThat(said.getFirst().known()).isFalse();
    assertThat(said.getFirst().answer()).isEmpty();
  }
}
