package dev.troupe.chaos.nodes;

import dev.troupe.chaos.check.Operation;
import dev.troupe.chaos.check.Violation;
import dev.troupe.chaos.sim.SimRandom;
import dev.troupe.protocol.spi.KvResponse;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A client that does one thing after another through the gateways of the nodes. It never repeats a
 * request; when no answer comes, or one that says so, the outcome stays unknown.
 */
final class NodeClient {
  private static final long MS = 1_000_000;

  /** How much longer than the deadline an answer may take on a busy node. */
  private static final long SLACK_NANOS = 2_000 * MS;

  private final int number;
  private final NodeCluster cluster;
  private final NodeWorld world;
  private final NodeHistory history;
  private final SimRandom random;
  private final long[][] lastSeen;
  private @Nullable ClientCall current;
  private @Nullable SimulatedNode asked;
  private int calls;
  private boolean eager;
  private boolean stopped;

  NodeClient(int number, NodeCluster cluster, NodeHistory history) {
    this.number = number;
    this.cluster = cluster;
    this.world = cluster.world();
    this.history = history;
    random = world.random().split();
    lastSeen = new long[ClientKeys.GROUPS][world.options().load().keys()];
    pauseThenCall();
  }

  /** From now on as many calls as it takes. */
  void hurry() {
    eager = true;
    if (current == null) {
      pauseThenCall();
    }
  }

  void stop() {
    stopped = true;
  }

  /** Whether an answer is still owed by a node that lives. */
  boolean isOwedAnAnswer() {
    return current != null && asked != null && !asked.isDead();
  }

  boolean isBusy() {
    return current != null;
  }

  private void pauseThenCall() {
    world.time().after(random.nextLong(2 * world.options().load().thinkNanos()), this::call);
  }

  private void call() {
    if (stopped || current != null || (calls >= world.options().load().calls() && !eager)) {
      return;
    }
    List<SimulatedNode> up = cluster.up();
    if (up.isEmpty()) {
      pauseThenCall();
      return;
    }
    calls++;
    List<SimulatedNode> paused = up.stream().filter(SimulatedNode::isPaused).toList();
    // Whoever wakes up and answers before it knows what it has missed is what breaks leases.
    boolean sleeper = !paused.isEmpty() && random.chance(0.3);
    ask(random.pick(sleeper ? paused : up), draw());
  }

  private ClientCall draw() {
    int keys = world.options().load().keys();
    int group = random.nextInt(ClientKeys.GROUPS);
    var maker = maker(group);
    // The first two are a pair.
    int place = 2 + random.nextInt(keys - 2);
    return switch (random.nextInt(12)) {
      case 0, 1, 2 -> maker.get(random.nextInt(keys));
      case 3, 4 -> maker.put(place, history.nextId());
      case 5 -> maker.delete(place);
      case 6, 7 -> maker.compareAndSet(place, lastSeen[group][place], history.nextId());
      case 8 -> maker.putPair(history.nextId());
      case 9 ->
          keys < 4
              ? maker.putPair(history.nextId())
              : maker.conditional(2, lastSeen[group][2], 3, history.nextId(), history.nextId());
      case 10 -> maker.scan(random.chance(0.3));
      default -> random.chance(0.3) ? maker.deleteAll() : maker.scan(false);
    };
  }

  private ClientCall.Maker maker(int group) {
    var load = world.options().load();
    return new ClientCall.Maker(number, group, load.keys(), load.paddingMax(), world.now());
  }

  /** Reads a register of a node, whatever else was to be done. */
  void read(SimulatedNode node, int group, int place) {
    ask(node, maker(group).get(place));
  }

  private void ask(SimulatedNode node, ClientCall call) {
    current = call;
    asked = node;
    call.operations().forEach(history::add);
    world.trace().add(node.number(), "ask", call, calls);
    long patience = eager ? 4_000 * MS : random.between(100, 4_000) * MS;
    boolean[] answered = {false};
    node.ask(
        call.request(),
        patience,
        response -> {
          if (answered[0]) {
            throw new Violation("OneAnswer", call + " was answered twice: " + response);
          }
          answered[0] = true;
          world.time().after(random.nextLong(MS), () -> receive(call, response));
        });
    world.time().after(patience + SLACK_NANOS, () -> giveUp(call));
  }

  private void receive(ClientCall call, KvResponse response) {
    if (current != call) {
      return;
    }
    current = null;
    boolean known =
        call.answered(
            response,
            world.now(),
            world.coverage(),
            (first, second) -> {
              if (first != second) {
                throw new Violation(
                    "Atomicity", "%s saw half of a batch: %d, %d".formatted(call, first, second));
              }
            });
    if (!known) {
      world.coverage().reached(NodeRare.OUTCOME_UNKNOWN);
    }
    long digest = 0;
    for (Operation operation : call.operations()) {
      digest = digest * 31 + operation.observed() + operation.outcome().ordinal();
      learn(operation);
    }
    world.trace().add(asked == null ? 0 : asked.number(), "answer", call + " " + response, digest);
    pauseThenCall();
  }

  private void learn(Operation operation) {
    if (operation.outcome() == Operation.Outcome.OK) {
      history.succeeded(operation);
      boolean wrote =
          operation.kind() == Operation.Kind.PUT
              || (operation.kind() == Operation.Kind.CAS
                  && operation.observed() == operation.expected());
      lastSeen[ClientKeys.group(operation.key())][ClientKeys.place(operation.key())] =
          wrote ? operation.value() : operation.observed();
    }
  }

  private void giveUp(ClientCall call) {
    if (current == call) {
      world.coverage().reached(NodeRare.OUTCOME_UNKNOWN);
      world.trace().add(0, "gave up", call, 3);
      current = null;
      pauseThenCall();
    }
  }
}
