package dev.troupe.txn;

import dev.troupe.gateway.KvGateway;
import dev.troupe.protocol.model.KeySpan;
import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.model.TxnId;
import dev.troupe.protocol.spi.MonotonicClock;
import dev.troupe.range.TxnWatch;
import dev.troupe.store.PeerMessage;
import dev.troupe.store.PendingCalls;
import dev.troupe.transport.PeerNetwork;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * What leaders of ranges ask of other nodes about the transactions there. Any thread; replies come
 * once, on any thread.
 */
final class NodeQuestions {
  /** A coordinator that has not said for so long that it lives is taken for dead. */
  private static final long ALIVE_NANOS = 1_000_000_000L;

  private final PeerNetwork peers;
  private final KvGateway.PeerNodes nodes;
  private final PendingCalls calls;
  private final MonotonicClock clock;

  NodeQuestions(
      PeerNetwork peers, KvGateway.PeerNodes nodes, PendingCalls calls, MonotonicClock clock) {
    this.peers = peers;
    this.nodes = nodes;
    this.calls = calls;
    this.clock = clock;
  }

  /** Whether another node says that it sees to a transaction; silence means that it does not. */
  void isAlive(TxnId txn, NodeId coordinator, Consumer<Boolean> reply) {
    ask(
        coordinator,
        call -> new PeerMessage.TxnQuery(call, txn),
        clock.nanos() + ALIVE_NANOS,
        answer -> reply.accept(answer instanceof PeerMessage.TxnAnswer known && known.alive()));
  }

  /**
   * Asks all other nodes what their transactions hold.
   *
   * @param self this node
   * @param here what is held here
   */
  void findHolders(
      KeySpan span,
      NodeId self,
      List<TxnWatch.Holder> here,
      long deadlineNanos,
      Consumer<List<TxnWatch.Holder>> reply) {
    var others = new ArrayList<NodeId>();
    nodes.others().forEach(others::add);
    var survey = new HolderSurvey(1 + others.size(), reply);
    for (NodeId other : others) {
      ask(
          other,
          call -> new PeerMessage.TxnHolders(call, span),
          deadlineNanos,
          answer ->
              survey.answered(
                  other, answer instanceof PeerMessage.TxnHeld held ? held.holders() : null));
    }
    survey.answered(self, here);
  }

  /** Asks another node; answers null when nothing came. */
  private void ask(
      NodeId node,
      LongFunction<PeerMessage> question,
      long deadlineNanos,
      Consumer<@Nullable PeerMessage> reply) {
    long call =
        calls.register(
            node,
            null,
            deadlineNanos,
            end ->
                reply.accept(
                    end instanceof PendingCalls.End.Answered answered ? answered.answer() : null));
    if (!peers.send(node, question.apply(call)) && calls.withdraw(call)) {
      reply.accept(null);
    }
  }
}
