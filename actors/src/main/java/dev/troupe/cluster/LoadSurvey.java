package dev.troupe.cluster;

import dev.troupe.load.LoadReporter;
import dev.troupe.load.RangeLoad;
import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.spi.MonotonicClock;
import dev.troupe.store.PeerMessage;
import dev.troupe.store.PendingCalls;
import dev.troupe.transport.PeerNetwork;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Asks all nodes for the loads of the ranges that they lead. Any thread; never blocks. */
final class LoadSurvey {
  private static final long PATIENCE_NANOS = 2_000_000_000L;

  private final LoadReporter own;
  private final ClusterNodes nodes;
  private final PeerNetwork peers;
  private final PendingCalls calls;
  private final MonotonicClock clock;

  LoadSurvey(
      LoadReporter own,
      ClusterNodes nodes,
      PeerNetwork peers,
      PendingCalls calls,
      MonotonicClock clock) {
    this.own = own;
    this.nodes = nodes;
    this.peers = peers;
    this.calls = calls;
    this.clock = clock;
  }

  /** Another node asks. */
  void onAsk(NodeId from, PeerMessage.AskLoads m) {
    own.report(m.watches(), loads -> peers.send(from, new PeerMessage.LoadsTold(m.call(), loads)));
  }

  /**
   * What each node that can be reached says; those that are silent are left out. Never fails.
   *
   * @param watches see {@link LoadReporter#report}
   */
  CompletionStage<List<RangeLoad>> all(boolean watches) {
    List<CompletableFuture<List<RangeLoad>>> answers = new ArrayList<>();
    var here = new CompletableFuture<List<RangeLoad>>();
    own.report(watches, here::complete);
    answers.add(here);
    for (NodeId node : nodes.others()) {
      answers.add(ask(node, watches));
    }
    return CompletableFuture.allOf(answers.toArray(CompletableFuture<?>[]::new))
        .thenApply(done -> answers.stream().flatMap(a -> a.join().stream()).toList());
  }

  private CompletableFuture<List<RangeLoad>> ask(NodeId node, boolean watches) {
    var answer = new CompletableFuture<List<RangeLoad>>();
    long call =
        calls.register(
            node,
            null,
            clock.nanos() + PATIENCE_NANOS,
            end ->
                answer.complete(
                    end instanceof PendingCalls.End.Answered answered
                            && answered.answer() instanceof PeerMessage.LoadsTold told
                        ? told.loads()
                        : List.of()));
    if (!peers.send(node, new PeerMessage.AskLoads(call, watches)) && calls.withdraw(call)) {
      answer.complete(List.of());
    }
    return answer;
  }
}
