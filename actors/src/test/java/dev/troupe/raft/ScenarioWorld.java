package dev.troupe.raft;

import dev.troupe.protocol.error.Invariant;
import dev.troupe.protocol.model.LogEntry;
import dev.troupe.protocol.model.LogPosition;
import dev.troupe.protocol.model.Member;
import dev.troupe.protocol.model.Membership;
import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.model.ReplicaId;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** A group on virtual time whose network and disks do only what a scenario says. */
final class ScenarioWorld implements TestReplica.Listener {
  static final long MS = 1_000_000;
  static final long TICK = 50 * MS;
  private static final int CONVERSATION_MAX = 2_000;

  record SnapshotOnItsWay(ReplicaId from, ReplicaId to, long term, TestDisk.State state) {}

  final TreeMap<Long, TestReplica> replicas = new TreeMap<>();
  final List<RaftMessage> network = new ArrayList<>();
  final List<SnapshotOnItsWay> snapshots = new ArrayList<>();
  final Map<String, List<RaftMessage>> kept = new HashMap<>();
  final Set<String> cut = new HashSet<>();
  boolean snapshotsHeld;
  private final List<String> reads = new ArrayList<>();
  private final StringBuilder out = new StringBuilder();
  private Map<String, Long> options = Map.of();
  private long time = MS;

  void say(String line) {
    out.append(line).append('\n');
  }

  String takeOutput() {
    String text = out.toString();
    out.setLength(0);
    return text;
  }

  // The group.

  static Member member(long id, Member.Role role) {
    return new Member(new ReplicaId(id), new NodeId((int) id), role);
  }

  void found(long size, Map<String, Long> with) {
    options = with;
    Membership founders = Membership.EMPTY;
    for (long id = 1; id <= size; id++) {
      founders = founders.with(member(id, Member.Role.VOTER));
    }
    LogPosition start = new LogPosition(option("start", 0), option("start", 0) > 0 ? 1 : 0);
    for (long id = 1; id <= size; id++) {
      add(id, start, founders);
    }
  }

  private long option(String name, long otherwise) {
    return options.getOrDefault(name, otherwise);
  }

  /** Election timeouts are 500 ms and 100 ms more for each id: the lowest id wins races. */
  void add(long id, LogPosition start, Membership membership) {
    var config =
        new RaftConfig(
            new ReplicaId(id),
            500 * MS,
            100 * MS,
            50 * MS,
            option("quiesce", 0) * MS,
            (int) option("append-bytes", 1 << 20),
            (int) option("window", 64),
            option("uncommitted-bytes", 1 << 20),
            option("cache", 1 << 20));
    var replica =
        new TestReplica(config, new TestDisk(start, membership), b -> id * 100 * MS, this);
    replicas.put(id, replica);
    replica.start(time);
  }

  TestReplica replica(long id) {
    TestReplica replica = replicas.get(id);
    if (replica == null) {
      throw new IllegalArgumentException("no replica " + id);
    }
    return replica;
  }

  long clock() {
    return time;
  }

  /** Runs an input of a core and what follows at that replica. */
  void at(long id, java.util.function.Consumer<RaftCore> input) {
    TestReplica replica = replica(id);
    try {
      input.accept(replica.core());
      replica.perform(time);
    } catch (Invariant.Violation e) {
      say(id + ": violation: " + e.getMessage());
    }
  }

  // Time.

  void tick(long nanos, Set<Long> only, boolean deliver) {
    for (long end = time + nanos; time < end; ) {
      time = Math.min(end, time + TICK);
      for (TestReplica replica : replicas.values()) {
        if (replica.up() && (only.isEmpty() || only.contains(replica.id.value()))) {
          at(replica.id.value(), core -> core.tick(time));
        }
      }
      if (deliver) {
        deliverAll();
      }
    }
  }

  void pass(long nanos) {
    time += nanos;
  }

  // Network.

  static String link(RaftMessage message) {
    return message.from().value() + "->" + message.to().value();
  }

  /** All pending messages of a link, taken out. */
  List<RaftMessage> take(String link) {
    var taken = network.stream().filter(m -> link(m).equals(link)).toList();
    network.removeAll(taken);
    return taken;
  }

  void deliver(RaftMessage message) {
    if (replica(message.to().value()).up()) {
      at(message.to().value(), core -> core.step(message, time));
    }
  }

  void deliverAll() {
    int budget = CONVERSATION_MAX;
    boolean active = true;
    while (active) {
      active = false;
      while (!network.isEmpty()) {
        if (budget-- == 0) {
          throw new IllegalStateException("endless conversation, now " + print(network.getFirst()));
        }
        deliver(network.removeFirst());
        active = true;
      }
      while (!snapshotsHeld && !snapshots.isEmpty()) {
        deliverSnapshot(snapshots.removeFirst(), true);
        active = true;
      }
    }
  }

  /** The receiver hears of a snapshot whose bytes are still travelling. */
  void announceSnapshot(SnapshotOnItsWay snapshot) {
    long to = snapshot.to().value();
    at(
        to,
        core -> {
          LogPosition position = snapshot.state().at();
          boolean wanted = core.acceptsSnapshot(snapshot.from(), snapshot.term(), position, time);
          say(to + ": snapshot " + position + (wanted ? " wanted" : " not wanted"));
        });
  }

  void deliverSnapshot(SnapshotOnItsWay snapshot, boolean arrives) {
    TestReplica to = replica(snapshot.to().value());
    boolean wanted =
        arrives && to.up() && to.offer(snapshot.from(), snapshot.term(), snapshot.state(), time);
    String outcome = wanted ? "installed" : arrives ? "not wanted" : "lost";
    say(to.id.value() + ": snapshot " + snapshot.state().at() + " " + outcome);
    if (to.up()) {
      to.perform(time);
    }
    if (replica(snapshot.from().value()).up()) {
      at(
          snapshot.from().value(),
          core -> core.snapshotSent(snapshot.to(), snapshot.state().at(), wanted, time));
    }
  }

  /** The number under which a read goes to the core. */
  long readNumber(String name) {
    reads.add(name);
    return reads.size() - 1;
  }

  // What happens at the replicas.

  @Override
  public void onRole(TestReplica at, Ready.RoleChange change) {
    String what =
        switch (change.role()) {
          case FOLLOWER ->
              change.leader() == null ? "follows nobody" : "follows " + change.leader().value();
          case PRE_CANDIDATE -> "asks for pre-votes";
          case CANDIDATE -> "asks for votes";
          case LEADER -> "leads";
        };
    say(at.id.value() + ": " + what + " in term " + change.term());
  }

  @Override
  public void onApply(TestReplica at, LogEntry entry) {
    say(at.id.value() + ": applies " + print(entry));
  }

  @Override
  public void onRead(TestReplica at, long id, long index) {
    String name = reads.get((int) id);
    say(at.id.value() + ": read " + name + (index < 0 ? " refused" : " released at " + index));
  }

  @Override
  public void onSend(RaftMessage message) {
    if (!cut.contains(link(message))) {
      network.add(message);
    }
  }

  @Override
  public void onSnapshot(TestReplica from, ReplicaId to) {
    say(from.id.value() + ": sends a snapshot to " + to.value());
    from.disk.flush();
    if (!cut.contains(from.id.value() + "->" + to.value())) {
      snapshots.add(new SnapshotOnItsWay(from.id, to, from.core().term(), from.disk.applied));
    } else {
      from.core().snapshotSent(to, from.disk.applied.at(), false, time);
    }
  }

  // Printing.

  static String print(LogEntry entry) {
    String position = entry.index() + "@" + entry.term();
    return switch (entry.kind()) {
      case NOOP -> position;
      case SPLIT -> position + " split";
      case MERGE -> position + " merge";
      case COMMAND -> position + " " + new String(entry.data(), StandardCharsets.UTF_8);
      case MEMBERSHIP ->
          position
              + " "
              + print(dev.troupe.protocol.codec.DescriptorCodec.decodeMembership(entry.data()));
    };
  }

  static String print(Membership membership) {
    return membership.members().stream()
        .map(m -> m.replica().value() + (m.isVoter() ? "" : "L"))
        .collect(Collectors.joining(",", "{", "}"));
  }

  static String print(List<LogEntry> entries) {
    return entries.stream().map(ScenarioWorld::print).collect(Collectors.joining(", ", "[", "]"));
  }

  static String print(RaftMessage message) {
    String body =
        switch (message) {
          case RaftMessage.VoteRequest m ->
              (m.preVote() ? "pre-vote?" : "vote?")
                  + (m.transfer() ? " (transfer)" : "")
                  + " last "
                  + m.last();
          case RaftMessage.VoteResponse m ->
              (m.preVote() ? "pre-vote " : "vote ") + (m.granted() ? "granted" : "refused");
          case RaftMessage.Append m ->
              "append after " + m.prev() + " " + print(m.entries()) + " commit " + m.commit();
          case RaftMessage.AppendResponse m ->
              m.accepted()
                  ? "matched " + m.matched()
                  : "refused after " + m.rejected() + " hint " + m.hint();
          case RaftMessage.Heartbeat m ->
              "heartbeat commit " + m.commit() + (m.quiesce() ? " quiesce" : "");
          case RaftMessage.HeartbeatResponse m -> "heartbeat heard";
          case RaftMessage.TimeoutNow m -> "campaign now";
        };
    return link(message) + " t" + message.term() + " " + body;
  }
}
