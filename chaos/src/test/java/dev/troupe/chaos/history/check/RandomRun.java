package dev.troupe.chaos.history.check;

import dev.troupe.chaos.history.Attempt;
import dev.troupe.chaos.history.HistoryEvent;
import dev.troupe.chaos.history.HistoryEvent.Type;
import dev.troupe.chaos.history.MicroOp;
import dev.troupe.chaos.sim.SimRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A random run against the correct store, from a seed: clients overlap, operations fail, outcomes
 * get lost, and what was lost may take effect long after.
 */
final class RandomRun {
  /** Draws the next operation of some client. */
  interface Workload {
    List<MicroOp> next(SimRandom random);

    /** Reads made when all is over. */
    List<List<MicroOp>> finalReads();
  }

  private static final double FAILS = 0.04;
  private static final double LOST = 0.02;
  private static final double LATE_EFFECT = 0.05;

  private static final class Client {
    int process;
    @Nullable List<MicroOp> asked;
    @Nullable List<MicroOp> answer;
  }

  private final SimRandom random;
  private final Workload workload;
  private final SimulatedStore store;
  private final List<Client> clients = new ArrayList<>();
  private final List<List<MicroOp>> late = new ArrayList<>();
  private final List<HistoryEvent> events = new ArrayList<>();
  private int processes;
  private long now;

  private RandomRun(long seed, Workload workload, SimulatedStore store, int clients) {
    this.random = new SimRandom(seed);
    this.workload = workload;
    this.store = store;
    for (int i = 0; i < clients; i++) {
      Client client = new Client();
      client.process = processes++;
      this.clients.add(client);
    }
  }

  static List<HistoryEvent> of(
      long seed, Workload workload, SimulatedStore store, int clients, int operations) {
    RandomRun run = new RandomRun(seed, workload, store, clients);
    int asked = 0;
    while (asked < operations) {
      if (run.step(run.random.pick(run.clients), true)) {
        asked++;
      }
    }
    for (Client client : run.clients) {
      while (client.asked != null) {
        run.step(client, false);
      }
    }
    run.readAll();
    return run.events;
  }

  /** Whether the client asked for something new. */
  private boolean step(Client client, boolean mayAsk) {
    now += random.nextInt(3);
    if (!late.isEmpty() && random.chance(LATE_EFFECT)) {
      store.apply(late.remove(random.nextInt(late.size())));
    }
    if (client.asked == null) {
      if (mayAsk) {
        client.asked = workload.next(random);
        emit(client, Type.INVOKE, client.asked);
      }
      return mayAsk;
    }
    if (random.chance(LOST)) {
      if (client.answer == null && random.chance(0.7)) {
        late.add(client.asked);
      }
      finish(client, Type.INFO, client.asked);
      client.process = processes++;
    } else if (client.answer != null) {
      finish(client, Type.OK, client.answer);
    } else if (random.chance(FAILS)) {
      finish(client, Type.FAIL, client.asked);
    } else {
      client.answer = store.apply(client.asked);
      if (client.answer == null) {
        finish(client, Type.FAIL, client.asked);
      }
    }
    return false;
  }

  private void readAll() {
    now++;
    Client client = clients.getFirst();
    for (List<MicroOp> reads : workload.finalReads()) {
      emit(client, Type.INVOKE, reads, Attempt.FINAL_READ);
      now++;
      emit(client, Type.OK, Objects.requireNonNull(store.apply(reads)), Attempt.FINAL_READ);
    }
  }

  private void finish(Client client, Type type, List<MicroOp> ops) {
    emit(client, type, ops);
    client.asked = null;
    client.answer = null;
  }

  private void emit(Client client, Type type, List<MicroOp> ops) {
    emit(client, type, ops, null);
  }

  private void emit(Client client, Type type, List<MicroOp> ops, @Nullable String function) {
    events.add(new HistoryEvent(client.process, type, now, function, ops, null));
  }
}
