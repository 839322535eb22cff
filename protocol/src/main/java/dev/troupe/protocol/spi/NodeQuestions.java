package dev.troupe.protocol.spi;

import dev.troupe.protocol.model.NodeId;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Asks nodes about themselves, for those who look at the whole cluster: which sessions they have,
 * what they have measured. What is asked and answered is between the doors of both nodes; what
 * carries it understands nothing of it. Any thread; never blocks.
 */
public interface NodeQuestions {
  /** A longer answer is not sent. */
  int ANSWER_BYTES_MAX = 4 << 20;

  /** Answers what others ask of this node. */
  @FunctionalInterface
  interface Answerer {
    /**
     * Called on the transport's thread, so it must not block.
     *
     * @param reply to be given the answer once, on any thread; null when there is none
     */
    void answer(String question, Consumer<byte @Nullable []> reply);
  }

  /** This node; null while it is in no cluster. */
  @Nullable NodeId self();

  /**
   * Asks another node. Fails with {@code TroupeException} when it cannot be reached, is silent for
   * two seconds, or does not know the answer. Nothing is done by being asked twice.
   */
  CompletionStage<byte[]> ask(NodeId node, String question);

  /** From now on this answers. */
  void answerWith(Answerer answerer);
}
