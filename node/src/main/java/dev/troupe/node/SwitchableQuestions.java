package dev.troupe.node;

import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.protocol.error.TroupeException;
import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.spi.NodeQuestions;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Questions to nodes, which stay while the cluster part behind them comes, goes and comes again.
 * Any thread.
 */
public final class SwitchableQuestions implements NodeQuestions {
  private volatile @Nullable NodeQuestions current;
  private volatile Answerer answerer = (question, reply) -> reply.accept(null);

  /** Goes on with another cluster part. */
  public void connect(NodeQuestions questions) {
    current = questions;
    questions.answerWith((question, reply) -> answerer.answer(question, reply));
  }

  @Override
  public @Nullable NodeId self() {
    NodeQuestions connected = current;
    return connected == null ? null : connected.self();
  }

  @Override
  public CompletionStage<byte[]> ask(NodeId node, String question) {
    NodeQuestions connected = current;
    return connected == null
        ? CompletableFuture.failedStage(
            new TroupeException(ErrorCode.NOT_INITIALIZED, "the node is starting"))
        : connected.ask(node, question);
  }

  @Override
  public void answerWith(Answerer told) {
    answerer = told;
  }
}
