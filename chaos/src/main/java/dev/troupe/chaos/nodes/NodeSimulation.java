package dev.troupe.chaos.nodes;

import dev.troupe.chaos.check.Fingerprint;
import dev.troupe.chaos.check.Operation;
import dev.troupe.chaos.check.RegisterLinearizability;
import dev.troupe.chaos.check.RegisterLinearizability.Verdict;
import dev.troupe.chaos.check.Violation;
import dev.troupe.chaos.history.check.CheckResult;
import dev.troupe.chaos.history.check.ListAppendChecker;
import dev.troupe.chaos.sim.EventQueue;
import dev.troupe.chaos.sim.SimRandom;
import dev.troupe.chaos.sim.Trace;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One run of one seed: draws the options, starts a cluster, lets clients and nemesis loose, heals,
 * demands that everything is well again, and judges the history. One thread; the same seed does the
 * same every time.
 */
public final class NodeSimulation {
  private static final long SEARCH_STEPS_MAX = 400_000;
  private static final long SECOND = 1_000_000_000L;

  /** Within this time of its start a cluster must serve. */
  private static final long FORMATION_NANOS = 30 * SECOND;

  private static final long LOOK_NANOS = 50_000_000;
  private static final int EVENTS_BETWEEN_LOOKS = 16;
  private static final long FOREVER = Long.MAX_VALUE / 2;

  private final long seed;
  private final NodeOptions options;
  private final NodeWorld world;
  private final NodeHistory history = new NodeHistory();
  private final TxnHistory transactions = new TxnHistory();
  private final NodeCluster cluster;
  private final Agreement agreement;
  private final Ownership ownership;
  private long events;
  private boolean undecided;

  private NodeSimulation(
      long seed, @Nullable Consumer<String> printer, Consumer<MemoryLogStore> plant) {
    this.seed = seed;
    // Neighbouring seeds must not share parts of their streams.
    var random = new SimRandom(Fingerprint.mix(seed, 1));
    options = NodeOptions.draw(random.split());
    var time = new EventQueue();
    world =
        new NodeWorld(
            options, time, random, new Trace(time, printer), new NodeCoverage(), new Alarm());
    cluster = new NodeCluster(world, ClientKeys.splits(options.splits()));
    cluster.machines().forEach(machine -> plant.accept(machine.log()));
    agreement = new Agreement(cluster);
    ownership = new Ownership(cluster);
  }

  /** Runs a seed. */
  public static NodeResult run(long seed) {
    return run(seed, null);
  }

  /**
   * Runs a seed.
   *
   * @param printer is given every event in words
   */
  public static NodeResult run(long seed, @Nullable Consumer<String> printer) {
    return new NodeSimulation(seed, printer, log -> {}).run();
  }

  /** Runs a seed with logs that report writes before they are durable: to be found. */
  static NodeResult runWithLyingDisks(long seed) {
    return new NodeSimulation(seed, null, MemoryLogStore::reportTooEarly).run();
  }

  private NodeResult run() {
    Throwable failure = null;
    try {
      execute();
    } catch (RuntimeException | StackOverflowError e) {
      failure = e;
    }
    return new NodeResult(
        seed,
        failure,
        world.trace().digest(),
        events,
        history.operations().size() + transactions.committed(),
        undecided,
        world.coverage(),
        failure == null ? "" : report(failure));
  }

  private void execute() {
    cluster.machines().forEach(cluster::boot);
    lookAgain();
    List<NodeClient> clients = new ArrayList<>();
    for (int i = 1; i <= options.load().clients(); i++) {
      clients.add(new NodeClient(i, cluster, history));
    }
    List<TxnClient> txnClients = new ArrayList<>();
    for (int i = 1; i <= options.txns().clients(); i++) {
      txnClients.add(new TxnClient(cluster, transactions));
    }
    while (!history.progressSince(0)) {
      if (world.now() > FORMATION_NANOS) {
        throw new Violation("Liveness", "a new cluster does not serve");
      }
      step();
    }
    var nemesis = new NodeNemesis(cluster);
    long end = world.now() + options.faultNanos();
    while (world.now() < end) {
      step();
    }
    nemesis.stop();
    txnClients.forEach(TxnClient::stop);
    new NodeRecovery(cluster, history, clients, this::step).run();
    new TxnRecovery(cluster, transactions, txnClients, this::step).run();
    judge();
    judgeTransactions();
  }

  private void step() {
    events++;
    if (!world.time().runNext(FOREVER)) {
      throw new IllegalStateException("nothing will ever happen any more");
    }
    world.alarm().check();
    if (events % EVENTS_BETWEEN_LOOKS == 0) {
      ownership.checkServing();
    }
  }

  private void lookAgain() {
    agreement.check();
    ownership.check();
    world.time().after(LOOK_NANOS, this::lookAgain);
  }

  private void judge() {
    switch (new RegisterLinearizability(SEARCH_STEPS_MAX).check(history.operations())) {
      case Verdict.Linearizable fine -> {}
      case Verdict.Undecided undecidedKey -> undecided = true;
      case Verdict.NotLinearizable broken ->
          throw new Violation(
              "Linearizability",
              "no order explains register %d:%n%s"
                  .formatted(
                      broken.key(),
                      broken.operations().stream()
                          .map(Operation::toString)
                          .collect(Collectors.joining("\n"))));
    }
  }

  private void judgeTransactions() {
    CheckResult result = new ListAppendChecker().check(transactions.history());
    if (result.verdict() != CheckResult.Verdict.VALID) {
      throw new Violation("StrictSerializability", result.toString());
    }
  }

  private String report(Throwable failure) {
    var text = new StringBuilder();
    text.append("seed ").append(seed).append(" fails: ").append(failure).append('\n');
    text.append("options: ").append(options).append('\n');
    cluster.machines().forEach(machine -> text.append(machine).append('\n'));
    text.append("last events of ").append(world.trace().count()).append(":\n");
    world.trace().last().forEach(line -> text.append(line).append('\n'));
    text.append("replay: chaos/chaos.sh sim --nodes --seed ").append(seed).append(" --trace\n");
    return text.toString();
  }
}
