package dev.troupe.cluster;

import dev.troupe.load.LoadReporter;
import dev.troupe.load.ProcessorLoad;
import dev.troupe.load.RangeLoad;
import dev.troupe.load.Survey;
import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.spi.MonotonicClock;
import dev.troupe.store.PeerMessage;
import dev.troupe.store.PendingCalls;
import dev.troupe.transport.PeerNetwork;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Asks all nodes for the loads of the ranges that they lead. Any thread; never blocks. */
final class LoadSurvey {
  private static final long PATIENCE_NANOS = 2_000_000_000L;

  private final NodeId self;
  private final LoadReporter own;
  private final ProcessorLoad processors = new ProcessorLoad();
  private final ClusterNodes nodes;
  private final PeerNetwork peers;
  private final PendingCalls calls;
  private final MonotonicClock clock;

  LoadSurvey(
      NodeId self,
      LoadReporter own,
      ClusterNodes nodes,
      PeerNetwork peers,
      PendingCalls calls,
      MonotonicClock clock) {
    this.self = self;
    this.own = own;
    this.nodes = nodes;
    this.peers = peers;
    this.calls = calls;
    this.clock = clock;
  }

  /** Another node asks. */
  void onAsk(NodeId from, PeerMessage.AskLoads m) {
    own.report(
        m.watches(),
        loads -> peers.send(from, new PeerMessage.LoadsTold(m.call(), loads, processors.look())));
  }

  /**
   * What each node that can be reached says; those that are silent are left out. Never fails.
   *
   * @param watches see {@link LoadReporter#report}
   */
  CompletionStage<Survey> all(boolean watches) {
    List<CompletableFuture<Survey>> answers = new ArrayList<>();
    var here = new CompletableFuture<Survey>();
    own.report(watches, loads -> here.complete(survey(self, loads, processors.look())));
    answers.add(here);
    for (NodeId node : nodes.others()) {
      answers.add(ask(node, watches));
    }
    return CompletableFuture.allOf(answers.toArray(CompletableFuture<?>[]::new))
        .thenApply(
            done -> {
              var loads = new ArrayList<RangeLoad>();
              var busy = new HashMap<NodeId, Double>();
              for (CompletableFuture<Survey> answer : answers) {
                loads.addAll(answer.join().loads());
                busy.putAll(answer.join().busy());
              }
              return new Survey(loads, busy);
            });
  }

  private static Survey survey(NodeId node, List<RangeLoad> loads, @Nullable Double busy) {
    return new Survey(loads, busy == null ? Map.of() : Map.of(node, busy));
  }

  private CompletableFuture<Survey> ask(NodeId node, boolean watches) {
    var answer = new CompletableFuture<Survey>();
    long call =
        calls.register(
            node,
            null,
            clock.nanos() + PATIENCE_NANOS,
            end ->
                answer.complete(
                    end instanceof PendingCalls.End.Answered answered
                            && answered.answer() instanceof PeerMessage.LoadsTold told
                        ? survey(node, told.loads(), told.busy())
                        : survey(node, List.of(), null)));
    if (!peers.send(node, new PeerMessage.AskLoads(call, watches)) && calls.withdraw(call)) {
      answer.complete(survey(node, List.of(), null));
    }
    return answer;
  }
}
