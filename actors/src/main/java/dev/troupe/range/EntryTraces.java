package dev.troupe.range;

import dev.troupe.protocol.model.LogEntry;
import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.model.RangeId;
import dev.troupe.protocol.model.ReplicaId;
import dev.troupe.protocol.trace.Span;
import dev.troupe.protocol.trace.TraceContext;
import dev.troupe.protocol.trace.Tracer;
import dev.troupe.raft.RaftMessage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Records what becomes of log entries that belong to traced requests: at the leader from the
 * proposal on, at followers from their arrival on. While there are none, each step costs a look at
 * whether there are. Owned by the replica; spans end on the threads that do the work.
 *
 * <p>Bound: {@value #ENTRIES_MAX} entries, {@value #REQUESTS_MAX} requests of each. What is beyond
 * is not recorded.
 */
final class EntryTraces {
  static final int ENTRIES_MAX = 256;

  /** Requests may share an entry; so many of them see what becomes of it. */
  static final int REQUESTS_MAX = 8;

  static final String COMMIT = "raft.commit";
  static final String APPEND = "raft.append";
  static final String SYNC = "log.sync";
  static final String APPLY = "apply";
  static final String FOLLOWER_APPEND = "follower.append";
  static final String FOLLOWER_COMMIT = "follower.commit";
  static final String FOLLOWER_APPLY = "follower.apply";

  /** Of this replica's own requests: their spans here, and below each what was sent to whom. */
  private record Led(Span served, Span commit, Map<ReplicaId, Span> sent) {}

  /** Of somebody else's request. */
  private static final class Followed {
    private final TraceContext leader;
    private final Span append;
    private @Nullable Span then;

    Followed(TraceContext leader, Span append) {
      this.leader = leader;
      this.append = append;
    }
  }

  private static final class Traced {
    private final List<Led> led = new ArrayList<>(1);
    private final List<Followed> followed = new ArrayList<>(1);
    private boolean applied;
  }

  private final @Nullable Tracer tracer;
  private final RangeId range;
  private final TreeMap<Long, Traced> entries = new TreeMap<>();

  /**
   * @param tracer null on a node that records nothing
   */
  EntryTraces(@Nullable Tracer tracer, RangeId range) {
    this.tracer = tracer;
    this.range = range;
  }

  // --- at the leader ---------------------------------------------------------------------------

  /** An entry was proposed, with requests of which some may be traced. */
  void proposed(long index, List<ProposalQueue.Waiting> group, int bytes) {
    Traced traced = new Traced();
    for (ProposalQueue.Waiting waiting : group) {
      Span served = waiting.trace();
      if (served != null && traced.led.size() < REQUESTS_MAX) {
        Span commit =
            served
                .phase(COMMIT)
                .with("index", index)
                .with("bytes", bytes)
                .with("writes", group.size());
        traced.led.add(new Led(served, commit, new HashMap<>(4)));
      }
    }
    if (!traced.led.isEmpty()) {
      keep(index, traced);
    }
  }

  private void keep(long index, Traced traced) {
    Traced replaced = entries.put(index, traced);
    if (replaced != null) {
      abandon(replaced, "another entry took the place");
    }
    if (entries.size() > ENTRIES_MAX) {
      // Who does not answer for so long is shown as unfinished.
      entries.pollFirstEntry();
    }
  }

  /** What goes with a message to a member: nothing, for almost all. */
  List<CarriedTrace> carriedBy(RaftMessage message, NodeId to) {
    if (entries.isEmpty()
        || !(message instanceof RaftMessage.Append append)
        || append.entries().isEmpty()) {
      return List.of();
    }
    long first = append.entries().getFirst().index();
    long last = append.entries().getLast().index();
    var carried = new ArrayList<CarriedTrace>();
    entries
        .subMap(first, true, last, true)
        .forEach(
            (index, traced) -> {
              for (Led led : traced.led) {
                if (carried.size() < CarriedTrace.CARRIED_MAX) {
                  Span sent = sent(led, append, to);
                  carried.add(new CarriedTrace(index, sent.context()));
                }
              }
            });
    return carried;
  }

  /** An entry that is sent again belongs to the span of the first time. */
  private static Span sent(Led led, RaftMessage.Append append, NodeId to) {
    return led.sent()
        .computeIfAbsent(
            append.to(),
            member ->
                led.commit()
                    .child(APPEND)
                    .with(Span.TO, to.value())
                    .with("entries", append.entries().size()));
  }

  // --- at both ---------------------------------------------------------------------------------

  /** A message of another replica, before it is carried out. */
  void heard(RangeReplica.FromPeer m) {
    if (m.traces().isEmpty() && entries.isEmpty()) {
      return;
    }
    switch (m.message()) {
      case RaftMessage.Append append -> arrived(append, m);
      case RaftMessage.AppendResponse response -> acknowledged(response);
      default -> {}
    }
  }

  private void arrived(RaftMessage.Append append, RangeReplica.FromPeer m) {
    if (tracer == null || append.entries().isEmpty()) {
      return;
    }
    long first = append.entries().getFirst().index();
    for (CarriedTrace carried : m.traces()) {
      long place = carried.index() - first;
      if (place >= 0 && place < append.entries().size()) {
        follow(carried, append.entries().get((int) place));
      }
    }
  }

  private void follow(CarriedTrace carried, LogEntry entry) {
    Traced known = entries.get(carried.index());
    boolean again =
        known != null && known.followed.stream().anyMatch(f -> f.leader.equals(carried.context()));
    if (again || tracer == null) {
      return;
    }
    Span append =
        tracer
            .under(carried.context(), FOLLOWER_APPEND)
            .with("range", range.value())
            .with("index", carried.index())
            .with("bytes", entry.data().length);
    if (known == null) {
      known = new Traced();
      keep(carried.index(), known);
    }
    known.followed.add(new Followed(carried.context(), append));
  }

  private void acknowledged(RaftMessage.AppendResponse response) {
    entries
        .headMap(response.matched(), true)
        .values()
        .removeIf(
            traced -> {
              traced.led.forEach(led -> end(led.sent().get(response.from())));
              return isOver(traced);
            });
  }

  private static void end(@Nullable Span span) {
    if (span != null) {
      span.end();
    }
  }

  /** At a leader an entry is of interest until the last member has it. */
  private static boolean isOver(Traced traced) {
    return traced.applied
        && traced.led.stream()
            .allMatch(led -> led.sent().values().stream().allMatch(Span::hasEnded));
  }

  /** Entries are handed to the log: returns what is to be done once they are durable, or null. */
  @Nullable Runnable logging(List<LogEntry> written) {
    if (entries.isEmpty() || written.isEmpty()) {
      return null;
    }
    var syncs = new ArrayList<Span>();
    var appends = new ArrayList<Followed>();
    for (LogEntry entry : written) {
      Traced traced = entries.get(entry.index());
      if (traced != null) {
        traced.led.forEach(led -> syncs.add(led.commit().child(SYNC)));
        traced.followed.forEach(followed -> syncs.add(followed.append.child(SYNC)));
        appends.addAll(traced.followed);
      }
    }
    if (syncs.isEmpty()) {
      return null;
    }
    syncs.forEach(sync -> sync.with("entries", written.size()));
    return () -> {
      syncs.forEach(Span::end);
      appends.forEach(EntryTraces::durable);
    };
  }

  private static void durable(Followed followed) {
    followed.append.end();
  }

  /** Entries are committed, and are handed to whoever applies them. */
  void committed(List<LogEntry> committed) {
    if (entries.isEmpty()) {
      return;
    }
    for (LogEntry entry : committed) {
      Traced traced = entries.get(entry.index());
      if (traced != null) {
        traced.led.forEach(led -> led.served().phase(APPLY));
        traced.followed.forEach(this::apply);
      }
    }
  }

  private void apply(Followed followed) {
    if (tracer != null) {
      long known = followed.append.endNanos();
      // From when it was durable here until the leader said that it was elsewhere, too.
      followed.append.child(FOLLOWER_COMMIT, known).with(Span.BACKGROUND, 1).end();
      followed.then = followed.append.child(FOLLOWER_APPLY);
    }
  }

  /** Entries up to an index are visible. */
  void applied(long index) {
    if (entries.isEmpty()) {
      return;
    }
    entries
        .headMap(index, true)
        .values()
        .removeIf(
            traced -> {
              traced.applied = true;
              traced.followed.forEach(followed -> end(followed.then));
              return isOver(traced);
            });
  }

  /** This replica does not lead any more, and hears of nobody's log. */
  void steppedDown() {
    entries
        .values()
        .removeIf(
            traced -> {
              abandon(traced, "the leader has changed");
              return traced.followed.isEmpty();
            });
  }

  private static void abandon(Traced traced, String why) {
    for (Led led : traced.led) {
      led.sent().values().forEach(sent -> sent.fail(why));
      led.commit().fail(why);
    }
    traced.led.clear();
  }
}
