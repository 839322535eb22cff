package dev.troupe.cluster;

import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.protocol.error.TroupeException;
import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.spi.MonotonicClock;
import dev.troupe.protocol.spi.NodeQuestions;
import dev.troupe.store.PeerMessage;
import dev.troupe.store.PendingCalls;
import dev.troupe.transport.PeerNetwork;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Questions to nodes about themselves, as messages between nodes. Any thread. */
final class PeerQuestions implements NodeQuestions {
  private static final long PATIENCE_NANOS = 2_000_000_000L;

  private final NodeId self;
  private final PeerNetwork peers;
  private final PendingCalls calls;
  private final MonotonicClock clock;
  private volatile Answerer answerer = (question, reply) -> reply.accept(null);

  PeerQuestions(NodeId self, PeerNetwork peers, PendingCalls calls, MonotonicClock clock) {
    this.self = self;
    this.peers = peers;
    this.calls = calls;
    this.clock = clock;
  }

  @Override
  public NodeId self() {
    return self;
  }

  @Override
  public CompletionStage<byte[]> ask(NodeId node, String question) {
    var answer = new CompletableFuture<byte[]>();
    if (node.equals(self)) {
      answerer.answer(question, bytes -> complete(answer, node, bytes));
      return answer;
    }
    long call =
        calls.register(node, null, clock.nanos() + PATIENCE_NANOS, end -> onEnd(answer, node, end));
    if (!peers.send(node, new PeerMessage.AskNode(call, question)) && calls.withdraw(call)) {
      answer.completeExceptionally(silent(node, "cannot be reached"));
    }
    return answer;
  }

  private static void onEnd(CompletableFuture<byte[]> answer, NodeId node, PendingCalls.End end) {
    switch (end) {
      case PendingCalls.End.Answered answered -> {
        if (answered.answer() instanceof PeerMessage.NodeSaid said) {
          complete(answer, node, said.known() ? said.answer() : null);
        } else {
          answer.completeExceptionally(silent(node, "gave an answer to another question"));
        }
      }
      case PendingCalls.End.TimedOut late ->
          answer.completeExceptionally(silent(node, "did not answer within 2 s"));
      case PendingCalls.End.NodeLost lost ->
          answer.completeExceptionally(silent(node, "has gone down"));
    }
  }

  private static void complete(
      CompletableFuture<byte[]> answer, NodeId node, byte @Nullable [] bytes) {
    if (bytes == null) {
      answer.completeExceptionally(silent(node, "cannot tell; it may run another version"));
    } else {
      answer.complete(bytes);
    }
  }

  private static TroupeException silent(NodeId node, String why) {
    return new TroupeException(ErrorCode.RANGE_UNAVAILABLE, node + " " + why);
  }

  @Override
  public void answerWith(Answerer told) {
    answerer = told;
  }

  /** On the transport's thread. */
  void received(PeerMessage.AskNode question, Consumer<PeerMessage.NodeSaid> reply) {
    answerer.answer(
        question.question(),
        bytes -> {
          boolean known = bytes != null && bytes.length <= ANSWER_BYTES_MAX;
          reply.accept(
              new PeerMessage.NodeSaid(question.call(), known, known ? bytes : new byte[0]));
        });
  }
}
