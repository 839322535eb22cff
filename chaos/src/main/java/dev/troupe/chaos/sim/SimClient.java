package dev.troupe.chaos.sim;

import dev.troupe.chaos.check.Operation;
import dev.troupe.chaos.sim.ClientCall.Reply;
import dev.troupe.protocol.model.ReplicaId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A client that does one thing after another. It never repeats a request; when no answer comes in
 * time the outcome stays unknown.
 */
final class SimClient {
  private static final int CALLS_MAX = 80;

  private final int number;
  private final SimGroup group;
  private final SimHistory history;
  private final SimRandom random;
  private final SimOptions.Load load;
  private final long[] lastSeen;
  private List<SimNode> targets;
  private @Nullable ReplicaId leader;
  private long patience;
  private long currentCall;
  private int calls;
  private boolean eager;
  private boolean stopped;

  SimClient(int number, SimGroup group, SimHistory history) {
    this.number = number;
    this.group = group;
    this.history = history;
    this.random = group.world().random().split();
    this.load = group.options().load();
    this.patience = load.patienceNanos();
    this.targets = group.nodes();
    this.lastSeen = new long[load.keys()];
    pauseThenCall();
  }

  /** From now on as many calls as it takes, less patience, and only nodes that can be reached. */
  void hurry(List<SimNode> reachable) {
    eager = true;
    targets = reachable;
    patience = Math.min(patience, group.options().raft().electionTimeoutNanos());
    if (calls >= CALLS_MAX) {
      pauseThenCall();
    }
  }

  void stop() {
    stopped = true;
  }

  private void pauseThenCall() {
    group.world().time().after(random.nextLong(2 * load.thinkNanos()), this::call);
  }

  private void call() {
    if (stopped || (calls >= CALLS_MAX && !eager)) {
      return;
    }
    calls++;
    long id = history.nextId();
    int key = random.nextInt(load.keys());
    Operation operation = draw(id, key);
    history.add(operation);
    currentCall = id;
    var clientCall =
        new ClientCall(
            id,
            operation.kind() == Operation.Kind.READ ? null : command(operation),
            key,
            random.chance(0.4),
            group.seen(),
            reply -> answer(operation, reply));
    deliver(clientCall);
    group.world().time().after(patience, () -> giveUp(operation));
  }

  private Operation draw(long id, int key) {
    Operation.Kind kind =
        random.chance(load.reads())
            ? Operation.Kind.READ
            : random.chance(load.cas()) ? Operation.Kind.CAS : Operation.Kind.PUT;
    long now = group.world().time().now();
    return new Operation(number, key, kind, lastSeen[key], id, now);
  }

  private Command command(Operation operation) {
    return new Command(
        operation.value(),
        operation.kind(),
        operation.key(),
        operation.expected(),
        random.nextInt(load.paddingMax()));
  }

  private void deliver(ClientCall call) {
    SimNode target = random.pick(targets);
    if (leader != null && random.chance(0.95) && targets.contains(group.home(leader))) {
      target = group.home(leader);
    }
    if (lost()) {
      return;
    }
    SimNode chosen = target;
    group.world().time().after(hop(), () -> chosen.input(() -> arrive(chosen, call)));
  }

  private static void arrive(SimNode target, ClientCall call) {
    if (target.replica() == null) {
      call.reply().accept(new Reply.NotDone(null));
    } else {
      target.replica().request(call);
    }
  }

  private void answer(Operation operation, Reply reply) {
    if (!lost()) {
      group.world().time().after(hop(), () -> receive(operation, reply));
    }
  }

  private boolean lost() {
    return !eager && random.chance(0.03);
  }

  private long hop() {
    return random.nextLong(1_500_000);
  }

  private void receive(Operation operation, Reply reply) {
    if (currentCall != operation.value()) {
      return;
    }
    long now = group.world().time().now();
    switch (reply) {
      case Reply.Done done -> {
        operation.succeed(done.observed(), now);
        history.succeeded(operation);
        group.sawIndex(done.index());
        lastSeen[operation.key()] = valueAfter(operation);
      }
      case Reply.NotDone elsewhere -> {
        operation.refuse(now);
        leader = elsewhere.leader();
      }
    }
    group.world().trace().add(0, "returned", operation, operation.observed());
    currentCall = 0;
    pauseThenCall();
  }

  private static long valueAfter(Operation operation) {
    boolean wrote =
        operation.kind() == Operation.Kind.PUT
            || (operation.kind() == Operation.Kind.CAS
                && operation.observed() == operation.expected());
    return wrote ? operation.value() : operation.observed();
  }

  private void giveUp(Operation operation) {
    if (currentCall == operation.value()) {
      group.world().coverage().reached(Rare.OUTCOME_UNKNOWN);
      group.world().trace().add(0, "gave up", operation, operation.value());
      currentCall = 0;
      leader = null;
      pauseThenCall();
    }
  }
}
