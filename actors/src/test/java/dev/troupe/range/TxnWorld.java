package dev.troupe.range;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.KeySpan;
import dev.troupe.protocol.model.LogEntry;
import dev.troupe.protocol.model.Member;
import dev.troupe.protocol.model.Membership;
import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.model.RangeDescriptor;
import dev.troupe.protocol.model.RangeId;
import dev.troupe.protocol.model.ReplicaId;
import dev.troupe.protocol.model.Timestamp;
import dev.troupe.protocol.model.TxnId;
import dev.troupe.protocol.spi.KvRequest;
import dev.troupe.protocol.spi.KvResponse;
import dev.troupe.protocol.spi.StateStore;
import dev.troupe.protocol.spi.StateStore.ReadMode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** One range without Raft: steps are put into a log and applied at once. */
final class TxnWorld {
  static final RangeDescriptor RANGE =
      new RangeDescriptor(
          new RangeId(7),
          new KeySpan(Key.of("a"), Key.of("n")),
          1,
          Membership.of(new Member(new ReplicaId(1), new NodeId(1), Member.Role.VOTER)),
          2);
  static final NodeId NODE = new NodeId(1);

  final MemoryStateStore store = new MemoryStateStore();
  final LockTable locks = new LockTable();
  final List<LogEntry> log = new ArrayList<>();
  final List<List<KvResponse>> answers = new ArrayList<>();
  private final RangeStateMachine machine;
  private long drawn = Timestamp.of(1_000, 0).value();

  TxnWorld() {
    this(Timestamp.MIN);
  }

  TxnWorld(Timestamp horizon) {
    AppliedState begin =
        new AppliedState(AppliedState.INITIAL.position(), Timestamp.MIN, horizon, Timestamp.MIN);
    machine = new RangeStateMachine(store, begin, RANGE, locks, (applied, span) -> {});
  }

  static TxnId id(int number) {
    return new TxnId(0, number);
  }

  static byte[] bytes(String text) {
    return Key.of(text).bytes();
  }

  /** As the oracle would: above all that were given out before. */
  Timestamp draw() {
    drawn += 10;
    return new Timestamp(drawn);
  }

  /** Applies writes as one entry. */
  List<KvResponse> apply(KvRequest.Write... writes) {
    return apply(false, writes);
  }

  /** Applies writes as one entry, which must need no look into the store. */
  List<KvResponse> applyLightly(KvRequest.Write... writes) {
    return apply(true, writes);
  }

  private List<KvResponse> apply(boolean lightly, KvRequest.Write... writes) {
    drawn += 10;
    byte[] payload = CommandCodec.encode(new Timestamp(drawn), List.of(writes));
    drawn += writes.length;
    LogEntry entry = new LogEntry(1, log.size() + 1, LogEntry.Kind.COMMAND, payload);
    log.add(entry);
    try (StateStore.Batch batch = store.newBatch()) {
      CommandCodec.Command command = RangeStateMachine.decode(entry);
      if (lightly) {
        assertThat(machine.isLight(entry, command)).as("light: %s", command).isTrue();
        store.readsForbidden = true;
      }
      List<KvResponse> given = machine.apply(entry, command, batch);
      store.readsForbidden = false;
      batch.commit();
      machine.visible();
      answers.add(given);
      return given;
    }
  }

  KvResponse one(KvRequest.Write write) {
    return apply(write).getFirst();
  }

  @Nullable String read(String key) {
    return read(key, Timestamp.MAX);
  }

  @Nullable String read(String key, Timestamp at) {
    StateStore.Version version = store.newest(Key.of(key), at, ReadMode.MAY_BLOCK);
    byte[] value = version == null ? null : version.value();
    return value == null ? null : new String(value, java.nio.charset.StandardCharsets.UTF_8);
  }

  List<String> stored(Key key) {
    return store.dump().stream()
        .filter(line -> line.startsWith(key + "@") && line.contains("="))
        .toList();
  }

  KvResponse.Status status(int txn, String anchor) {
    var ask = new KvRequest.AskOutcome(id(txn), Timestamp.MIN, Key.of(anchor));
    TxnRecord record = TxnRecords.read(store, ask, ReadMode.MAY_BLOCK);
    return record == null
        ? new KvResponse.Status(KvResponse.TxnState.UNKNOWN, Timestamp.MIN, 0)
        : record.status();
  }

  /** Locks as stored, which those in memory must equal. */
  List<String> lockedKeys() {
    return TxnSteps.load(store, RANGE.span()).all().stream()
        .map(lock -> lock.key().toString())
        .toList();
  }

  // --- steps -----------------------------------------------------------------------------------

  static KvRequest.Put put(String key, String value) {
    return new KvRequest.Put(Key.of(key), bytes(value));
  }

  /** From {@code "key=value"}, or {@code "key"} to delete it. */
  static List<KvRequest.Change> changes(String... changes) {
    return Arrays.stream(changes)
        .map(
            text -> {
              int equals = text.indexOf('=');
              return equals < 0
                  ? new KvRequest.Change(Key.of(text), null)
                  : new KvRequest.Change(
                      Key.of(text.substring(0, equals)), bytes(text.substring(equals + 1)));
            })
        .toList();
  }

  static List<KeySpan> keys(String... keys) {
    return Stream.of(keys).map(Key::of).map(key -> new KeySpan(key, key.next())).toList();
  }

  static KvRequest.CommitOnePhase commit(int txn, String... changes) {
    return commit(txn, Timestamp.MIN, List.of(), changes);
  }

  static KvRequest.CommitOnePhase commit(
      int txn, Timestamp readAt, List<KeySpan> reads, String... changes) {
    List<KvRequest.Change> parsed = changes(changes);
    return new KvRequest.CommitOnePhase(
        id(txn),
        id(txn),
        Timestamp.MIN,
        parsed.getFirst().key(),
        NODE,
        Timestamp.of(999, 0),
        readAt,
        reads,
        parsed,
        txn);
  }

  /** One that has to commit by a timestamp. */
  static KvRequest.CommitOnePhase commitBy(int txn, Timestamp notAfter, String... changes) {
    KvRequest.CommitOnePhase s = commit(txn, changes);
    return new KvRequest.CommitOnePhase(
        s.txn(),
        s.request(),
        s.named(),
        s.anchor(),
        s.coordinator(),
        s.begun(),
        s.readAt(),
        s.reads(),
        s.changes(),
        s.tag(),
        notAfter);
  }

  /** An attempt at a request. */
  static KvRequest.CommitOnePhase request(int txn, int request, Timestamp named, String change) {
    KvRequest.CommitOnePhase plain = commit(txn, change);
    return new KvRequest.CommitOnePhase(
        plain.txn(),
        id(request),
        named,
        plain.anchor(),
        plain.coordinator(),
        plain.begun(),
        plain.readAt(),
        plain.reads(),
        plain.changes(),
        txn);
  }

  static KvRequest.Prepare prepare(int txn, String anchor, boolean record, String... changes) {
    return prepare(txn, anchor, record, Timestamp.MIN, List.of(), changes);
  }

  static KvRequest.Prepare prepare(
      int txn,
      String anchor,
      boolean record,
      Timestamp readAt,
      List<KeySpan> reads,
      String... changes) {
    return new KvRequest.Prepare(
        id(txn),
        Timestamp.MIN,
        Key.of(anchor),
        NODE,
        Timestamp.of(999, 0),
        readAt,
        reads,
        changes(changes),
        record);
  }

  static KvRequest.Decide decide(int txn, String anchor, Timestamp at) {
    return new KvRequest.Decide(id(txn), id(txn), Timestamp.MIN, Key.of(anchor), at, txn);
  }

  static KvRequest.Abort abort(int txn, String anchor) {
    return new KvRequest.Abort(id(txn), Timestamp.MIN, Key.of(anchor));
  }

  static KvRequest.Resolve resolve(int txn, @Nullable Timestamp at, String... keys) {
    return new KvRequest.Resolve(id(txn), at, Stream.of(keys).map(Key::of).toList());
  }

  /** The step, saying since when its name may be in use. */
  static KvRequest.TxnStep named(KvRequest.TxnStep step, Timestamp named) {
    return switch (step) {
      case KvRequest.CommitOnePhase s ->
          new KvRequest.CommitOnePhase(
              s.txn(),
              s.request(),
              named,
              s.anchor(),
              s.coordinator(),
              s.begun(),
              s.readAt(),
              s.reads(),
              s.changes(),
              s.tag(),
              s.notAfter());
      case KvRequest.Prepare s ->
          new KvRequest.Prepare(
              s.txn(),
              named,
              s.anchor(),
              s.coordinator(),
              s.begun(),
              s.readAt(),
              s.reads(),
              s.changes(),
              s.record());
      case KvRequest.Decide s ->
          new KvRequest.Decide(s.txn(), s.request(), named, s.anchor(), s.commitAt(), s.tag());
      case KvRequest.Abort s -> new KvRequest.Abort(s.txn(), named, s.anchor());
      case KvRequest.Resolve s -> s;
      case KvRequest.Finish s -> s;
    };
  }

  static KvRequest.Finish finish(int txn, String anchor) {
    return new KvRequest.Finish(id(txn), Key.of(anchor));
  }
}
