package dev.troupe.node.http;

import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.protocol.error.TroupeException;
import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.spi.NodeQuestions;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Of a node that reaches no other. */
final class OwnQuestions implements NodeQuestions {
  @Override
  public NodeId self() {
    return new NodeId(1);
  }

  @Override
  public CompletionStage<byte[]> ask(NodeId node, String question) {
    return CompletableFuture.failedStage(
        new TroupeException(ErrorCode.RANGE_UNAVAILABLE, node + " cannot be reached"));
  }

  @Override
  public void answerWith(Answerer answerer) {
    // Nobody asks.
  }
}
