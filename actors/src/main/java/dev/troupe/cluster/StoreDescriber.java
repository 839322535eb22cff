package dev.troupe.cluster;

import dev.troupe.gateway.KvGateway;
import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.spi.MonotonicClock;
import dev.troupe.range.LocalReplica;
import dev.troupe.range.RangeReplica;
import dev.troupe.range.ReplicaDescription;
import dev.troupe.range.ReplicaDirectory;
import dev.troupe.store.PeerMessage;
import dev.troupe.store.PendingCalls;
import dev.troupe.transport.PeerNetwork;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** Asks this node's replicas, and the other nodes, what there is. Any thread; never blocks. */
final class StoreDescriber {
  private static final long PATIENCE_NANOS = 1_000_000_000L;

  private final NodeId self;
  private final ReplicaDirectory directory;
  private final ClusterNodes nodes;
  private final PeerNetwork peers;
  private final PendingCalls calls;
  private final MonotonicClock clock;
  private final KvGateway.Later later;

  StoreDescriber(
      NodeId self,
      ReplicaDirectory directory,
      ClusterNodes nodes,
      PeerNetwork peers,
      PendingCalls calls,
      MonotonicClock clock,
      KvGateway.Later later) {
    this.self = self;
    this.directory = directory;
    this.nodes = nodes;
    this.peers = peers;
    this.calls = calls;
    this.clock = clock;
    this.later = later;
  }

  /** Describes this node's replicas; one that does not answer soon is left out. */
  void own(Consumer<PeerMessage.StoreDescription> described) {
    Collection<LocalReplica> replicas = directory.all();
    var answers = new ConcurrentLinkedQueue<ReplicaDescription>();
    var missing = new AtomicInteger(replicas.size());
    var done = new AtomicBoolean();
    Runnable finish =
        () -> {
          if (done.compareAndSet(false, true)) {
            described.accept(
                new PeerMessage.StoreDescription(nodes.draining(), List.copyOf(answers)));
          }
        };
    if (replicas.isEmpty()) {
      finish.run();
      return;
    }
    later.run(PATIENCE_NANOS / 2, finish);
    for (LocalReplica replica : replicas) {
      replica
          .actor()
          .tell(
              new RangeReplica.Describe(
                  description -> {
                    answers.add(description);
                    if (missing.decrementAndGet() == 0) {
                      finish.run();
                    }
                  }));
    }
  }

  /** What each node that can be reached says; those that are silent are left out. */
  CompletableFuture<Map<NodeId, PeerMessage.StoreDescription>> all() {
    var asked = new HashMap<NodeId, CompletableFuture<PeerMessage.StoreDescription>>();
    for (NodeId node : nodes.others()) {
      asked.put(node, ask(node));
    }
    var own = new CompletableFuture<PeerMessage.StoreDescription>();
    own(own::complete);
    asked.put(self, own);
    return CompletableFuture.allOf(asked.values().toArray(CompletableFuture<?>[]::new))
        .handle(
            (nothing, failure) -> {
              Map<NodeId, PeerMessage.StoreDescription> answers = new HashMap<>();
              asked.forEach(
                  (node, answer) -> {
                    if (!answer.isCompletedExceptionally()) {
                      answers.put(node, answer.join());
                    }
                  });
              return answers;
            });
  }

  private CompletableFuture<PeerMessage.StoreDescription> ask(NodeId node) {
    var answer = new CompletableFuture<PeerMessage.StoreDescription>();
    long call =
        calls.register(
            node,
            null,
            clock.nanos() + PATIENCE_NANOS,
            end -> {
              if (end instanceof PendingCalls.End.Answered answered
                  && answered.answer() instanceof PeerMessage.StoreDescribed described) {
                answer.complete(described.description());
              } else {
                answer.completeExceptionally(new IllegalStateException(node + " is silent"));
              }
            });
    if (!peers.send(node, new PeerMessage.DescribeStore(call)) && calls.withdraw(call)) {
      answer.completeExceptionally(new IllegalStateException(node + " cannot be reached"));
    }
    return answer;
  }
}
