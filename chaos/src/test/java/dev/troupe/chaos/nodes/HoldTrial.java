package dev.troupe.chaos.nodes;

import dev.troupe.chaos.check.Violation;
import dev.troupe.chaos.sim.SimRandom;
import dev.troupe.protocol.codec.ByteWriter;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.Member;
import dev.troupe.protocol.model.RangeDescriptor;
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
 * Users of four nodes who count up the same keys in transactions that hold each key before they
 * write it, all in one order: nobody ever has to give way. Meanwhile leaders die or move; no user
 * of a node that lives may hear of it.
 */
final class HoldTrial extends CalmTrial {
  private static final int NODES = 4;
  private static final int USERS_PER_NODE = 4;

  /** Longest pause of a user between an answer and the next request. */
  private static final long THINK_NANOS = 3 * MS;

  /** Longest way of a message: with the longer one, paths overtake each other. */
  private static final long FAST_NANOS = 600_000;

  private static final long SLOW_NANOS = 20 * MS;

  /** What happens to leaders. */
  enum Fault {
    /** The node that leads all data dies and stays away. */
    KILL,
    /** It is back before anybody has noticed. */
    RESTART,
    /** Leaderships of data are handed over again and again. */
    TRANSFER
  }

  /**
   * How it ended.
   *
   * @param committed transactions of all users
   * @param gap the longest time without a commit, once the fault has struck
   */
  record Ended(int committed, long gap) {}

  private final Fault fault;
  private final SimRandom random;
  private final List<User> users = new ArrayList<>();
  private final List<String> complaints = new ArrayList<>();
  private boolean stopped;
  private long nextTxn = 100;
  private int committed;
  private int unknown;
  private long lastCommit;
  private long gap;

  HoldTrial(long seed, Fault fault) {
    this(seed, fault, null);
  }

  HoldTrial(long seed, Fault fault, @Nullable Consumer<String> printer) {
    this(fault, new SimRandom(seed), printer);
  }

  private HoldTrial(Fault fault, SimRandom all, @Nullable Consumer<String> printer) {
    this(fault, all, all.split(), printer);
  }

  private HoldTrial(
      Fault fault, SimRandom all, SimRandom random, @Nullable Consumer<String> printer) {
    super(
        calm(NODES, random.chance(0.5) ? FAST_NANOS : SLOW_NANOS), all, List.of(key("m")), printer);
    this.fault = fault;
    this.random = random;
  }

  /** Runs it; throws when a user has met an error, or something was lost. */
  Ended run() {
    form();
    Machine leader = gatherLeaders();
    for (Machine machine : cluster.machines()) {
      for (int i = 0; i < USERS_PER_NODE; i++) {
        users.add(new User(machine.node(), users.size()));
      }
    }
    users.forEach(User::begin);
    pass(SECOND + random.nextLong(200 * MS));
    lastCommit = world.now();
    gap = 0;
    strike(leader);
    stopped = true;
    until("the users to end", 40 * SECOND, () -> users.stream().allMatch(User::isOver));
    judge();
    return new Ended(committed, gap);
  }

  private void strike(Machine leader) {
    switch (fault) {
      case KILL -> {
        cluster.crash(leader);
        pass(6 * SECOND);
      }
      case RESTART -> {
        cluster.crash(leader);
        pass(random.nextLong(300 * MS));
        cluster.boot(leader);
        pass(6 * SECOND);
      }
      case TRANSFER -> {
        for (int i = 0; i < 20; i++) {
          RangeDescriptor range = cluster.firstRanges().get(1 + random.nextInt(2));
          List<Member> voters = cluster.newest(range).members().voters();
          transfer(range, random.pick(voters).node());
          pass(random.nextLong(300 * MS));
        }
      }
    }
  }

  // --- leaders ---------------------------------------------------------------------------------

  /** Lets one node lead all data, and another one the system range. */
  private Machine gatherLeaders() {
    RangeDescriptor system = cluster.firstRanges().getFirst();
    RangeDescriptor one = cluster.firstRanges().get(1);
    RangeDescriptor two = cluster.firstRanges().get(2);
    Member common =
        cluster.newest(one).members().voters().stream()
            .filter(voter -> cluster.newest(two).members().onNode(voter.node()).isPresent())
            .findFirst()
            .orElseThrow();
    lead(one, common.node());
    lead(two, common.node());
    lead(
        system,
        cluster.newest(system).members().voters().stream()
            .map(Member::node)
            .filter(node -> !node.equals(common.node()))
            .findFirst()
            .orElseThrow());
    pass(2 * SECOND);
    return cluster.machine(common.node().value());
  }

  // --- users -----------------------------------------------------------------------------------

  /** Runs one transaction after the other at a node, until it dies or the trial has struck. */
  private final class User {
    private final SimulatedNode node;
    private final List<Key> keys;
    private boolean idle;
    private boolean committing;

    User(SimulatedNode node, int number) {
      this.node = node;
      // Its own, one of two, and the one that all want, which lies in the other range.
      keys = List.of(key("a" + number), key("b" + number % 2), key("z"));
    }

    boolean isOver() {
      return idle || node.isDead();
    }

    void begin() {
      if (stopped) {
        idle = true;
        return;
      }
      committing = false;
      node.run(
          () ->
              hold(
                  node.transactions().begin(new TxnId(5, nextTxn++), node.nanos() + 30 * SECOND),
                  0));
    }

    private void hold(Transactions.Session session, int next) {
      if (next == keys.size()) {
        commit(session);
        return;
      }
      Key key = keys.get(next);
      ask(
          session,
          new TxnRequest.Get(key, TxnRequest.Lock.WAIT),
          held -> {
            if (held instanceof TxnResponse.Value value) {
              byte[] more =
                  new ByteWriter(8).putLong(ReadAndWrite.number(value.value()) + 1).toBytes();
              ask(session, new TxnRequest.Put(key, more), done -> hold(session, next + 1));
            } else {
              complain("hold " + key, held);
            }
          });
    }

    private void commit(Transactions.Session session) {
      committing = true;
      ask(
          session,
          new TxnRequest.Commit(),
          answer -> {
            if (answer instanceof TxnResponse.Committed) {
              committed++;
              gap = Math.max(gap, world.now() - lastCommit);
              lastCommit = world.now();
              begin();
            } else {
              complain("commit", answer);
            }
          });
    }

    private void complain(String what, TxnResponse answer) {
      complaints.add(world.now() / MS + " ms, " + node.number() + ": " + what + ": " + answer);
      idle = true;
    }

    private void ask(
        Transactions.Session session, TxnRequest request, Consumer<TxnResponse> reply) {
      session.send(
          request,
          answer ->
              world
                  .time()
                  .after(
                      random.nextLong(THINK_NANOS),
                      () -> {
                        if (!node.isDead()) {
                          node.run(() -> reply.accept(answer));
                        }
                      }));
    }
  }

  // --- judgement -------------------------------------------------------------------------------

  private void judge() {
    if (!complaints.isEmpty()) {
      throw new Violation("HeldKeys", String.join("\n", complaints));
    }
    for (User user : users) {
      unknown += user.node.isDead() && user.committing ? 1 : 0;
    }
    agreement.check();
    long own = 0;
    for (User user : users) {
      own += read(user.keys.getFirst());
    }
    long shared = read(key("b0")) + read(key("b1"));
    long all = read(key("z"));
    if (own != all || shared != all || all < committed || all > committed + unknown) {
      throw new Violation(
          "Counters",
          "%d transactions are committed, and %d may be; counted were %d, %d and %d"
              .formatted(committed, unknown, own, shared, all));
    }
  }

  private long read(Key key) {
    long[] read = {-1};
    SimulatedNode node = cluster.up().getFirst();
    until(
        "a read",
        20 * SECOND,
        () -> {
          if (read[0] == -1) {
            read[0] = -2;
            node.ask(
                new KvRequest.Get(key),
                5 * SECOND,
                response ->
                    read[0] =
                        response instanceof KvResponse.Value found
                            ? ReadAndWrite.number(found.value())
                            : -1);
          }
          return read[0] >= 0;
        });
    return read[0];
  }
}
