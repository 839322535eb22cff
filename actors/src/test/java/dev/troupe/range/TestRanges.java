package dev.troupe.range;

import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.KeySpan;
import dev.troupe.protocol.model.LogEntry;
import dev.troupe.protocol.model.Member;
import dev.troupe.protocol.model.Membership;
import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.model.RangeDescriptor;
import dev.troupe.protocol.model.RangeId;
import dev.troupe.protocol.model.ReplicaId;
import dev.troupe.protocol.model.ReplicaKey;
import dev.troupe.protocol.model.Timestamp;
import dev.troupe.protocol.spi.KvClient;
import dev.troupe.protocol.spi.KvRequest;
import dev.troupe.protocol.spi.KvResponse;
import dev.troupe.protocol.spi.MonotonicClock;
import dev.troupe.protocol.spi.StateStore;
import dev.troupe.protocol.spi.TimestampSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Ranges that are all led by one node, without Raft: real state machines on one store in memory, on
 * virtual time. What is on its way is carried out when the test says so, in any order.
 */
public final class TestRanges implements KvClient, TimestampSource, MonotonicClock {
  private static final NodeId NODE = new NodeId(1);

  private static final class Range {
    final LocalReplica replica;
    final RangeStateMachine machine;
    long index;

    Range(LocalReplica replica, RangeStateMachine machine) {
      this.replica = replica;
      this.machine = machine;
    }
  }

  private final MemoryStateStore store = new MemoryStateStore();
  private final ReplicaDirectory directory = new ReplicaDirectory();
  private final Map<RangeId, Range> ranges = new TreeMap<>();
  private final List<Runnable> underWay = new ArrayList<>();
  private final List<KvRequest> requests = new ArrayList<>();
  private boolean holding;
  private long millis = 10_000_000;
  private int counter;
  private int draws;

  public void add(long id, KeySpan span) {
    var descriptor =
        new RangeDescriptor(
            new RangeId(id),
            span,
            1,
            Membership.of(new Member(new ReplicaId(1), NODE, Member.Role.VOTER)),
            2);
    // Nothing here speaks to the replica itself.
    @SuppressWarnings("NullAway")
    var replica = new LocalReplica(new ReplicaKey(descriptor.id(), new ReplicaId(1)), null);
    var machine =
        new RangeStateMachine(
            store, AppliedState.INITIAL, descriptor, new LockTable(), replica::visible);
    replica.view().describe(descriptor);
    replica.leads(true);
    directory.register(replica);
    machine.visible();
    ranges.put(descriptor.id(), new Range(replica, machine));
  }

  public void remove(long id) {
    directory.unregister(ranges.remove(new RangeId(id)).replica);
  }

  public ReplicaDirectory directory() {
    return directory;
  }

  public StateStore store() {
    return store;
  }

  /** Requests that were sent, in order. */
  public List<KvRequest> requests() {
    return requests;
  }

  public int draws() {
    return draws;
  }

  public void pass(long passed) {
    millis += passed;
    counter = 0;
  }

  public Timestamp now() {
    return Timestamp.of(millis, ++counter);
  }

  public Timestamp horizon(long id) {
    return ranges.get(new RangeId(id)).machine.applied().horizon();
  }

  /** From now on nothing happens by itself. */
  public void hold() {
    holding = true;
  }

  /** How many requests and answers are under way. */
  public int underWay() {
    return underWay.size();
  }

  /** Lets one of them arrive. */
  public void arrive(int which) {
    underWay.remove(which).run();
  }

  @Override
  public long nanos() {
    return millis * 1_000_000;
  }

  private void later(Runnable action) {
    if (holding) {
      underWay.add(action);
    } else {
      action.run();
    }
  }

  @Override
  public void draw(int count, long deadlineNanos, Consumer<Drawn> reply) {
    draws++;
    later(
        () -> {
          Drawn drawn = new Drawn.Granted(now());
          later(() -> reply.accept(drawn));
        });
  }

  @Override
  public void send(KvRequest request, long deadlineNanos, Consumer<KvResponse> reply) {
    requests.add(request);
    later(
        () -> {
          KvResponse response =
              switch (request) {
                case KvRequest.Write write -> write(write);
                case KvRequest.Scan scan -> scan(scan);
                default -> throw new IllegalArgumentException("not known here: " + request);
              };
          later(() -> reply.accept(response));
        });
  }

  /** Carries a write out at once. */
  public KvResponse write(KvRequest.Write write) {
    Range range =
        ranges.values().stream()
            .filter(r -> r.machine.descriptor().span().contains(write.routingKey()))
            .findFirst()
            .orElseThrow();
    range.replica.writes().increment();
    byte[] payload = CommandCodec.encode(now(), List.of(write));
    LogEntry entry = new LogEntry(1, ++range.index, LogEntry.Kind.COMMAND, payload);
    try (StateStore.Batch batch = store.newBatch()) {
      KvResponse answer =
          range.machine.apply(entry, RangeStateMachine.decode(entry), batch).getFirst();
      batch.commit();
      range.machine.visible();
      return answer;
    }
  }

  private KvResponse scan(KvRequest.Scan scan) {
    var rows = new ArrayList<KvResponse.Row>();
    try (StateStore.Scan cursor = store.scan(scan.span(), Timestamp.MAX, false)) {
      while (cursor.next()) {
        rows.add(new KvResponse.Row(cursor.key(), cursor.value(), cursor.timestamp()));
      }
    }
    return new KvResponse.Page(rows, null, null);
  }

  /** How many versions of a key there are. */
  public int versions(Key key) {
    int versions = 0;
    Timestamp upTo = Timestamp.MAX;
    for (StateStore.Version version = newest(key, upTo); version != null; ) {
      versions++;
      version = newest(key, new Timestamp(version.timestamp().value() - 1));
    }
    return versions;
  }

  private StateStore.Version newest(Key key, Timestamp upTo) {
    return store.newest(key, upTo, StateStore.ReadMode.MAY_BLOCK);
  }
}
