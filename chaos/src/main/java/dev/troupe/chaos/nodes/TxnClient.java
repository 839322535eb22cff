package dev.troupe.chaos.nodes;

import dev.troupe.chaos.check.Violation;
import dev.troupe.chaos.history.MicroOp;
import dev.troupe.chaos.history.Values;
import dev.troupe.chaos.sim.SimRandom;
import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.protocol.model.TxnId;
import dev.troupe.protocol.spi.KvRequest;
import dev.troupe.protocol.spi.KvResponse;
import dev.troupe.protocol.spi.Transactions;
import dev.troupe.protocol.spi.TxnRequest;
import dev.troupe.protocol.spi.TxnResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A client that appends to lists and reads them, in transactions over several ranges at any node:
 * interactive ones, whole ones, and plain requests for single keys between them. It repeats
 * nothing; a transaction that it left while committing has an unknown outcome.
 */
final class TxnClient {
  private static final long MS = 1_000_000;

  /** How much longer than its deadline a transaction's answer may take on a busy node. */
  private static final long SLACK_NANOS = 3_000 * MS;

  private final NodeCluster cluster;
  private final NodeWorld world;
  private final TxnHistory history;
  private final SimRandom random;
  private int commits;
  private final Values[] lastSeen = new Values[TxnLists.COUNT];
  private @Nullable Run current;
  private int left;

  TxnClient(NodeCluster cluster, TxnHistory history) {
    this.cluster = cluster;
    this.world = cluster.world();
    this.history = history;
    random = world.random().split();
    left = world.options().txns().calls();
    for (int list = 0; list < lastSeen.length; list++) {
      lastSeen[list] = Values.of();
    }
    pauseThenCall();
  }

  void stop() {
    left = 0;
  }

  boolean isBusy() {
    return current != null;
  }

  /** So many of its transactions are committed, as far as it knows. */
  int commits() {
    return commits;
  }

  /** Reads all lists, and appends to each, in one transaction, whatever else was to be done. */
  void touchAll(SimulatedNode node, long patienceNanos) {
    var lists = new ArrayList<Integer>();
    for (int list = 0; list < TxnLists.COUNT; list++) {
      lists.add(list);
    }
    var run = new Run(node, patienceNanos);
    current = run;
    node.run(() -> run.converse(lists, lists.size()));
  }

  private void pauseThenCall() {
    world.time().after(random.nextLong(2 * world.options().load().thinkNanos()), this::call);
  }

  private void call() {
    if (left <= 0 || current != null) {
      return;
    }
    List<SimulatedNode> up = cluster.up();
    if (up.isEmpty()) {
      pauseThenCall();
      return;
    }
    left--;
    var run = new Run(random.pick(up), random.between(300, 5_000) * MS);
    current = run;
    switch (random.nextInt(8)) {
      case 0 -> run.node.run(() -> run.readPlain(random.nextInt(TxnLists.COUNT)));
      case 1 -> run.node.run(() -> run.appendPlain(random.nextInt(TxnLists.COUNT)));
      case 2 -> run.node.run(() -> run.whole(drawLists()));
      default -> run.node.run(() -> run.converse(drawLists(), random.nextInt(4)));
    }
  }

  private List<Integer> drawLists() {
    var lists = new ArrayList<Integer>();
    for (int list = 0; list < TxnLists.COUNT; list++) {
      lists.add(list);
    }
    random.shuffle(lists);
    return List.copyOf(lists.subList(0, (int) random.between(2, TxnLists.COUNT)));
  }

  /** One attempt. All but the timers on the node's processor. */
  private final class Run {
    private final SimulatedNode node;
    private final int number;
    private final long patience;
    private final List<MicroOp> ops = new ArrayList<>();
    private final TxnId id =
        new TxnId(random.nextLong(Long.MAX_VALUE), random.nextLong(Long.MAX_VALUE));
    private boolean asked;
    private boolean over;

    Run(SimulatedNode node, long patience) {
      this.node = node;
      this.patience = patience;
      number = history.begin(world.now());
      world.trace().add(node.number(), "transaction", id, number);
      world.time().after(patience + SLACK_NANOS, this::giveUp);
    }

    // --- plain requests --------------------------------------------------------------------------

    void readPlain(int list) {
      node.kv()
          .send(
              new KvRequest.Get(TxnLists.key(list)),
              node.nanos() + patience,
              response -> {
                if (response instanceof KvResponse.Value value) {
                  learn(list, TxnLists.decode(value.value()));
                  committed();
                } else {
                  failed(response);
                }
              });
    }

    void appendPlain(int list) {
      Values before = lastSeen[list];
      long element = history.nextElement();
      ops.add(new MicroOp.Append(TxnLists.name(list), element));
      history.mayCommit(number, ops);
      asked = true;
      node.kv()
          .send(
              new KvRequest.CompareAndSet(
                  TxnLists.key(list),
                  TxnLists.stored(before),
                  TxnLists.encode(before.plus(element))),
              node.nanos() + patience,
              response -> {
                if (!(response instanceof KvResponse.Compared compared)) {
                  failed(response);
                } else if (compared.swapped()) {
                  ops.addFirst(new MicroOp.ReadList(TxnLists.name(list), before));
                  lastSeen[list] = before.plus(element);
                  committed();
                } else {
                  lastSeen[list] = TxnLists.decode(compared.current());
                  notCommitted();
                }
              });
    }

    private void failed(KvResponse response) {
      if (response instanceof KvResponse.Failed failed) {
        failed(failed.code(), failed.message());
      } else {
        throw new Violation("Protocol", "transaction " + number + " was answered by " + response);
      }
    }

    // --- whole transactions ----------------------------------------------------------------------

    /** Appends to some lists if all are as they were last seen. */
    void whole(List<Integer> lists) {
      var compares = new ArrayList<TxnRequest.Compare>();
      var puts = new ArrayList<TxnRequest.Operation>();
      var reads = new ArrayList<MicroOp>();
      for (int list : lists) {
        Values before = lastSeen[list];
        long element = history.nextElement();
        ops.add(new MicroOp.Append(TxnLists.name(list), element));
        reads.add(new MicroOp.ReadList(TxnLists.name(list), before));
        compares.add(new TxnRequest.Compare.ValueIs(TxnLists.key(list), TxnLists.stored(before)));
        puts.add(new TxnRequest.Put(TxnLists.key(list), TxnLists.encode(before.plus(element))));
      }
      history.mayCommit(number, ops);
      asked = true;
      node.transactions()
          .execute(
              new TxnRequest.OneShot(id, compares, puts, List.of()),
              node.nanos() + patience,
              response -> {
                if (!(response instanceof TxnResponse.OneShotDone done)) {
                  failed(response);
                } else if (done.matched()) {
                  ops.addAll(0, reads);
                  committed();
                } else {
                  notCommitted();
                }
              });
    }

    // --- interactive transactions ----------------------------------------------------------------

    /**
     * Goes through some lists one after another.
     *
     * @param appends how many of the last of them are appended to as well
     */
    void converse(List<Integer> lists, int appends) {
      step(node.transactions().begin(id, node.nanos() + patience), lists, 0, appends);
    }

    private void step(Transactions.Session session, List<Integer> lists, int next, int appends) {
      if (next == lists.size()) {
        end(session);
        return;
      }
      int list = lists.get(next);
      Runnable then = () -> step(session, lists, next + 1, appends);
      boolean append = next >= lists.size() - appends;
      var lock = append && random.chance(0.3) ? TxnRequest.Lock.WAIT : TxnRequest.Lock.NONE;
      ask(
          session,
          new TxnRequest.Get(TxnLists.key(list), lock),
          response -> {
            if (response instanceof TxnResponse.Value value) {
              Values before = TxnLists.decode(value.value());
              learn(list, before);
              if (append) {
                append(session, list, before, then);
              } else {
                then.run();
              }
            } else {
              failed(response);
            }
          });
    }

    private void append(Transactions.Session session, int list, Values before, Runnable then) {
      long element = history.nextElement();
      ops.add(new MicroOp.Append(TxnLists.name(list), element));
      ask(
          session,
          new TxnRequest.Put(TxnLists.key(list), TxnLists.encode(before.plus(element))),
          response -> {
            if (response instanceof TxnResponse.Done) {
              then.run();
            } else {
              failed(response);
            }
          });
    }

    private void end(Transactions.Session session) {
      if (random.chance(0.05)) {
        session.close();
        notCommitted();
        return;
      }
      history.mayCommit(number, ops);
      asked = true;
      ask(
          session,
          new TxnRequest.Commit(),
          response -> {
            if (response instanceof TxnResponse.Committed) {
              committed();
            } else {
              failed(response);
            }
          });
    }

    /** Asks for the next thing; the client takes a moment for each answer. */
    private void ask(
        Transactions.Session session, TxnRequest request, Consumer<TxnResponse> reply) {
      boolean[] answered = {false};
      session.send(
          request,
          response -> {
            if (answered[0]) {
              throw new Violation("OneAnswer", request + " was answered twice: " + response);
            }
            answered[0] = true;
            world
                .time()
                .after(
                    random.nextLong(MS),
                    () -> {
                      if (!over) {
                        node.run(() -> take(response, reply));
                      }
                    });
          });
    }

    private void take(TxnResponse response, Consumer<TxnResponse> reply) {
      if (!over) {
        reply.accept(response);
      }
    }

    private void failed(TxnResponse response) {
      if (response instanceof TxnResponse.Failed failed) {
        failed(failed.code(), failed.message());
      } else {
        throw new Violation("Protocol", "transaction " + number + " was answered by " + response);
      }
    }

    // --- how it ends -----------------------------------------------------------------------------

    private void learn(int list, Values values) {
      lastSeen[list] = values;
      ops.add(new MicroOp.ReadList(TxnLists.name(list), values));
    }

    private void failed(ErrorCode code, String message) {
      switch (code) {
        case CORRUPTION, INTERNAL, CROSS_RANGE_BATCH, INVALID_ARGUMENT ->
            throw new Violation(
                "HonestErrors", "transaction %d: %s %s".formatted(number, code, message));
        default -> {}
      }
      if (asked && code.retry() == ErrorCode.Retry.UNKNOWN_OUTCOME) {
        world.coverage().reached(NodeRare.TXN_OUTCOME_UNKNOWN);
        finish("unknown");
      } else {
        if (code.retry() == ErrorCode.Retry.RESTART) {
          world.coverage().reached(NodeRare.TXN_GAVE_WAY);
        }
        notCommitted();
      }
    }

    private void committed() {
      if (!over) {
        commits++;
        history.committed(number, world.now(), ops);
        finish("committed");
      }
    }

    private void notCommitted() {
      if (!over) {
        history.failed(number, world.now(), ops);
        finish("not committed");
      }
    }

    private void giveUp() {
      if (!over && asked) {
        world.coverage().reached(NodeRare.TXN_OUTCOME_UNKNOWN);
        finish("unknown");
      } else {
        notCommitted();
      }
    }

    private void finish(String how) {
      if (!over) {
        over = true;
        world.trace().add(node.number(), how, id, number);
        if (current == this) {
          current = null;
          pauseThenCall();
        }
      }
    }
  }
}
