package dev.troupe.chaos.sim;

import dev.troupe.raft.RaftMessage;
import java.util.ArrayList;
import java.util.List;

/**
 * Paths between nodes, each with its own faults: loss, duplication, delay (hence reordering),
 * blocking in one direction, flapping, and replay of what was sent long ago.
 */
final class SimNetwork {
  /** Takes packets that arrive. */
  interface Receiver {
    void receive(int from, int to, Packet packet);
  }

  private static final int REMEMBERED_PACKETS_MAX = 24;
  private static final int REMEMBERED_VOTES_MAX = 4;
  private static final long MS = 1_000_000;

  private static final class Path {
    boolean blocked;
    long flapNanos;
    long stormUntil;
    final List<Packet> old = new ArrayList<>();
    final List<Packet> oldVotes = new ArrayList<>();
  }

  private final EventQueue time;
  private final SimRandom random;
  private final Trace trace;
  private final Coverage coverage;
  private final Receiver receiver;
  private final Path[][] paths;
  private final long electionTimeout;
  private SimOptions.Network rates;

  SimNetwork(SimWorld world, SimOptions options, Receiver receiver) {
    this.time = world.time();
    this.random = world.random().split();
    this.trace = world.trace();
    this.coverage = world.coverage();
    this.receiver = receiver;
    this.rates = options.network();
    this.electionTimeout = options.raft().electionTimeoutNanos();
    paths = new Path[options.nodes() + 1][options.nodes() + 1];
    for (Path[] row : paths) {
      for (int i = 0; i < row.length; i++) {
        row[i] = new Path();
      }
    }
  }

  void send(int from, int to, Packet packet) {
    Path path = paths[from][to];
    remember(path.old, packet, REMEMBERED_PACKETS_MAX);
    if (packet instanceof Packet.Raft(RaftMessage.VoteResponse vote) && !vote.preVote()) {
      remember(path.oldVotes, packet, REMEMBERED_VOTES_MAX);
    }
    boolean storm = time.now() < path.stormUntil;
    if (!random.chance(storm ? 0.6 : rates.loss())) {
      launch(from, to, packet, delay(storm));
    }
    if (random.chance(rates.duplication())) {
      // The copy may come when the sender has long moved on to another term.
      launch(from, to, packet, delay(storm) + (random.chance(0.3) ? stray() : 0));
    }
  }

  private void remember(List<Packet> memory, Packet packet, int max) {
    if (memory.size() < max) {
      memory.add(packet);
    } else {
      memory.set(random.nextInt(max), packet);
    }
  }

  private long delay(boolean storm) {
    long delay = random.between(rates.delayMinNanos(), rates.delayMaxNanos());
    if (storm || random.chance(rates.spike())) {
      delay += random.chance(0.2) ? stray() : random.nextLong(1 + 20 * (delay + MS));
    }
    return delay;
  }

  private long stray() {
    return random.nextLong(3 * electionTimeout);
  }

  private void launch(int from, int to, Packet packet, long delay) {
    if (open(from, to)) {
      time.after(delay, () -> arrive(from, to, packet));
    }
  }

  private void arrive(int from, int to, Packet packet) {
    if (open(from, to)) {
      receiver.receive(from, to, packet);
    }
  }

  private boolean open(int from, int to) {
    Path path = paths[from][to];
    boolean down = path.flapNanos > 0 && time.now() / path.flapNanos % 2 == 1;
    return !path.blocked && !down;
  }

  void block(int from, int to) {
    paths[from][to].blocked = true;
  }

  void blockBoth(int one, int other) {
    block(one, other);
    block(other, one);
  }

  /** The path works and fails by turns, each for this long. */
  void flap(int from, int to, long nanos) {
    paths[from][to].flapNanos = nanos;
  }

  void storm(int from, int to, long until) {
    paths[from][to].stormUntil = until;
  }

  /** Sends something again that was sent before on this path. */
  void replay(int from, int to) {
    replay(from, to, paths[from][to].old);
  }

  /** Sends somebody votes again that were once sent to it. */
  void replayVotes(int to) {
    for (int from = 1; from < paths.length; from++) {
      replay(from, to, paths[from][to].oldVotes);
    }
  }

  private void replay(int from, int to, List<Packet> old) {
    if (!old.isEmpty()) {
      coverage.reached(Rare.OLD_MESSAGE_REPLAYED);
      Packet packet = random.pick(old);
      trace.add(to, "replay", packet, packet.digest());
      time.after(random.nextLong(MS), () -> arrive(from, to, packet));
    }
  }

  void healAll() {
    for (Path[] row : paths) {
      for (Path path : row) {
        path.blocked = false;
        path.flapNanos = 0;
        path.stormUntil = 0;
      }
    }
  }

  /** From now on the network neither loses nor repeats anything of itself. */
  void calm() {
    rates = new SimOptions.Network(0, 0, 0, rates.delayMinNanos(), rates.delayMaxNanos());
  }
}
