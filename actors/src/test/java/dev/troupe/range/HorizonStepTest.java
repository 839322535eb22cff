package dev.troupe.range;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.protocol.codec.ByteReader;
import dev.troupe.protocol.codec.ByteWriter;
import dev.troupe.protocol.error.ErrorCode;
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
import dev.troupe.protocol.spi.KvResponse.TxnState;
import dev.troupe.protocol.spi.StateStore;
import dev.troupe.protocol.spi.StateStore.ReadMode;
import dev.troupe.protocol.spi.StateStore.SideKind;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class HorizonStepTest {
  private static final RangeDescriptor RANGE =
      new RangeDescriptor(
          new RangeId(7),
          new KeySpan(Key.of("a"), Key.of("n")),
          1,
          Membership.of(new Member(new ReplicaId(1), new NodeId(1), Member.Role.VOTER)),
          2);
  private static final NodeId NODE = new NodeId(1);

  private Replica replica = new Replica();

  /** One replica of the range, with its own store. */
  private static final class Replica {
    final MemoryStateStore store = new MemoryStateStore();
    RangeStateMachine machine = start(AppliedState.INITIAL);
    long index;

    RangeStateMachine start(AppliedState from) {
      LockTable locks = TxnSteps.load(store, RANGE.span());
      return new RangeStateMachine(store, from, RANGE, locks, (applied, span) -> {});
    }

    KvResponse apply(Timestamp clock, KvRequest.Write write) {
      try (StateStore.Batch batch = store.newBatch()) {
        KvResponse answer = apply(clock, write, batch, false);
        batch.commit();
        machine.visible();
        return answer;
      }
    }

    /** Without commit; by what is remembered alone, if that is wanted and possible. */
    KvResponse apply(
        Timestamp clock, KvRequest.Write write, StateStore.Batch batch, boolean light) {
      LogEntry entry =
          new LogEntry(
              1, ++index, LogEntry.Kind.COMMAND, CommandCodec.encode(clock, List.of(write)));
      CommandCodec.Command command = RangeStateMachine.decode(entry);
      store.readsForbidden = light && machine.isLight(entry, command);
      KvResponse answer = machine.apply(entry, command, batch).getFirst();
      store.readsForbidden = false;
      return answer;
    }

    AppliedState stored() {
      return AppliedState.decode(store.getLocal(RANGE.id(), StateStore.LocalRecord.APPLIED));
    }
  }

  private static Timestamp at(long millis) {
    return Timestamp.of(millis, 0);
  }

  private static TxnId txn(long number) {
    return new TxnId(0, number);
  }

  private static KvRequest.RaiseHorizon raise(Timestamp to) {
    return new KvRequest.RaiseHorizon(Key.of("a"), new byte[0], to, at(0), 1_000);
  }

  private static KvRequest.RaiseHorizon raise(Timestamp to, Timestamp basis) {
    return new KvRequest.RaiseHorizon(Key.of("a"), new byte[0], to, basis, 1_000);
  }

  private static KvRequest.Prepare prepare(long txn, String key, Timestamp begun) {
    return new KvRequest.Prepare(
        txn(txn),
        Timestamp.MIN,
        Key.of(key),
        NODE,
        begun,
        Timestamp.MIN,
        List.of(),
        changes(key),
        true);
  }

  private static List<KvRequest.Change> changes(String key) {
    return List.of(new KvRequest.Change(Key.of(key), new byte[] {1}));
  }

  private static KvRequest.CommitOnePhase onePhase(long txn, String key, Timestamp begun) {
    return new KvRequest.CommitOnePhase(
        txn(txn),
        txn(txn),
        Timestamp.MIN,
        Key.of(key),
        NODE,
        begun,
        Timestamp.MIN,
        List.of(),
        changes(key),
        5);
  }

  private KvResponse apply(long millis, KvRequest.Write write) {
    return replica.apply(at(millis), write);
  }

  private KvResponse.Horizon raised(long millis, KvRequest.RaiseHorizon raise) {
    return (KvResponse.Horizon) apply(millis, raise);
  }

  private boolean knows(String anchor, long txn) {
    var ask = new KvRequest.AskOutcome(txn(txn), Timestamp.MIN, Key.of(anchor));
    return TxnRecords.read(replica.store, ask, ReadMode.MAY_BLOCK) != null;
  }

  private boolean hasRecord(String anchor, long txn) {
    return replica.store.getSide(
            Key.of(anchor), SideKind.TRANSACTION, TxnRecords.idBytes(txn(txn)), ReadMode.MAY_BLOCK)
        != null;
  }

  @Test
  void shouldRaiseTheHorizonAndNeverLowerIt() {
    assertThat(raised(100, raise(at(40))).at()).isEqualTo(at(40));
    assertThat(raised(101, raise(at(30))).at()).isEqualTo(at(40));
    assertThat(raised(102, raise(at(41))).at()).isEqualTo(at(41));

    apply(103, new KvRequest.Put(Key.of("b"), new byte[0]));
    assertThat(replica.stored().horizon()).isEqualTo(at(41));
  }

  @Test
  void shouldStayBelowEverythingThatMayYetBeWritten() {
    Timestamp horizon = raised(100, raise(Timestamp.MAX)).at();
    // A leader whose timestamps are behind.
    KvResponse.Written late =
        (KvResponse.Written) apply(50, new KvRequest.Put(Key.of("b"), new byte[0]));

    assertThat(horizon).isLessThan(at(100));
    assertThat(late.version()).isGreaterThan(horizon);
    assertThat(horizon).isLessThan(replica.machine.applied().clock());
  }

  @Test
  void shouldStayBelowTheBoundOfEveryLock() {
    apply(10, prepare(1, "c", at(5)));
    apply(20, prepare(2, "b", at(5)));

    Timestamp held = raised(100, raise(at(90))).at();
    apply(101, new KvRequest.Resolve(txn(1), at(10), List.of(Key.of("c"))));
    Timestamp second = raised(102, raise(at(90))).at();
    apply(103, new KvRequest.Resolve(txn(2), null, List.of(Key.of("b"))));
    Timestamp free = raised(104, raise(at(90))).at();

    assertThat(held).isEqualTo(new Timestamp(at(10).value() - 1));
    assertThat(second).isEqualTo(new Timestamp(at(20).value() - 1));
    assertThat(free).isEqualTo(at(90));
  }

  @Test
  void shouldRefuseARaiseWhoseBasisIsOlderThanAFence() {
    raised(100, raise(at(40), at(60)));
    KvResponse.Horizon fenced = raised(101, raise(Timestamp.MIN, at(70)));
    KvResponse.Horizon late = raised(102, raise(at(50), at(69)));
    KvResponse.Horizon current = raised(103, raise(at(51), at(70)));

    assertThat(fenced.at()).isEqualTo(at(40));
    assertThat(late.at()).isEqualTo(at(40));
    assertThat(current.at()).isEqualTo(at(51));
    assertThat(replica.stored().basis()).isEqualTo(at(70));
  }

  @Test
  void shouldRemoveOnlyRecordsThatNobodyNeeds() {
    apply(10, onePhase(1, "b", at(5)));
    apply(11, prepare(2, "c", at(5)));
    apply(12, prepare(3, "d", at(5)));
    apply(13, new KvRequest.Decide(txn(3), txn(3), Timestamp.MIN, Key.of("d"), at(12), 0));
    apply(14, new KvRequest.Abort(txn(4), Timestamp.MIN, Key.of("e")));
    apply(15, prepare(5, "f", at(5)));
    apply(16, new KvRequest.Decide(txn(5), txn(5), Timestamp.MIN, Key.of("f"), at(15), 0));
    for (int pending : new int[] {2, 3, 5}) {
      String key = pending == 2 ? "c" : pending == 3 ? "d" : "f";
      // Locks of pending ones would hold the horizon: resolved for this test's sake.
      apply(17, new KvRequest.Resolve(txn(pending), at(16), List.of(Key.of(key))));
    }
    apply(18, new KvRequest.Finish(txn(5), Key.of("f")));
    apply(40, new KvRequest.Abort(txn(6), Timestamp.MIN, Key.of("g")));

    KvResponse.Horizon answer = raised(100, raise(at(40)));

    assertThat(answer.at()).isEqualTo(at(40));
    assertThat(answer.recordsRemoved()).isEqualTo(2);
    assertThat(answer.resume()).isNull();
    assertThat(hasRecord("c", 2)).describedAs("pending").isTrue();
    assertThat(hasRecord("d", 3)).describedAs("committed, not finished").isTrue();
    assertThat(hasRecord("e", 4)).isFalse();
    assertThat(hasRecord("f", 5)).isFalse();
    assertThat(hasRecord("g", 6)).describedAs("written at the horizon").isTrue();
    assertThat(knows("b", 1)).describedAs("in a version that is there").isTrue();
  }

  @Test
  void shouldRemoveRecordsPageByPageAlsoUnderOneKey() {
    for (int i = 0; i < 10; i++) {
      apply(10 + i, new KvRequest.Abort(txn(i), Timestamp.MIN, Key.of("b")));
    }
    apply(30, new KvRequest.Abort(txn(20), Timestamp.MIN, Key.of("c")));

    int pages = 0;
    int removed = 0;
    Key from = Key.of("a");
    byte[] record = new byte[0];
    while (from != null) {
      KvResponse.Horizon page =
          raised(100 + pages, new KvRequest.RaiseHorizon(from, record, at(15), at(0), 3));
      from = page.resume();
      record = page.resumeRecord();
      removed += page.recordsRemoved();
      pages++;
    }

    assertThat(pages).isEqualTo(4);
    assertThat(removed).isEqualTo(5);
    assertThat(hasRecord("b", 4)).isFalse();
    assertThat(hasRecord("b", 5)).isTrue();
  }

  @Test
  void shouldNotLetALateRepetitionThroughWhenItsRecordIsGone() {
    KvRequest.CommitOnePhase once = onePhase(1, "b", at(5));
    apply(10, once);
    apply(11, new KvRequest.Abort(txn(2), Timestamp.MIN, Key.of("c")));
    KvRequest.Prepare zombie = prepare(2, "c", at(6));
    raised(100, raise(at(40)));

    KvResponse repeated = apply(101, once);
    KvResponse prepared = apply(102, zombie);
    KvResponse decided =
        apply(103, new KvRequest.Decide(txn(2), txn(2), Timestamp.MIN, Key.of("c"), at(102), 0));

    assertThat(((KvResponse.Failed) repeated).code()).isEqualTo(ErrorCode.TXN_ENDED);
    assertThat(((KvResponse.Failed) prepared).code()).isEqualTo(ErrorCode.TXN_ENDED);
    assertThat(((KvResponse.Status) decided).state()).isEqualTo(TxnState.UNKNOWN);
    assertThat(replica.store.newest(Key.of("c"), Timestamp.MAX, ReadMode.MAY_BLOCK)).isNull();
  }

  @Test
  void shouldRefuseToValidateReadsFromBelowTheHorizon() {
    apply(10, new KvRequest.Put(Key.of("b"), new byte[] {1}));
    raised(100, raise(at(40)));
    KvRequest.CommitOnePhase old =
        new KvRequest.CommitOnePhase(
            txn(1),
            txn(1),
            Timestamp.MIN,
            Key.of("b"),
            NODE,
            at(50),
            at(39),
            reads("b"),
            changes("b"),
            0);
    KvRequest.CommitOnePhase current =
        new KvRequest.CommitOnePhase(
            txn(2),
            txn(2),
            Timestamp.MIN,
            Key.of("b"),
            NODE,
            at(50),
            at(40),
            reads("b"),
            changes("b"),
            0);

    assertThat(((KvResponse.Failed) apply(101, old)).code()).isEqualTo(ErrorCode.TIMESTAMP_TOO_OLD);
    assertThat(((KvResponse.Status) apply(102, current)).state()).isEqualTo(TxnState.COMMITTED);
  }

  private static List<KeySpan> reads(String key) {
    return List.of(new KeySpan(Key.of(key), Key.of(key).next()));
  }

  /** Replicas collect and restart at different moments, and answer the same nevertheless. */
  @Test
  void shouldAnswerTheSameOnReplicasThatCollectAndRestartDifferently() {
    for (int seed = 0; seed < 200; seed++) {
      var script = new SplittableRandom(seed);
      var upkeep = new SplittableRandom(~seed);
      Replica eager = new Replica();
      Replica lazy = new Replica();
      var eagerly = new ArrayList<String>();
      var lazily = new ArrayList<String>();
      for (int step = 1; step <= 150; step++) {
        KvRequest.Write write = randomWrite(script, step);
        eagerly.add(describe(eager.apply(at(step), write)));
        lazily.add(describe(lazy.apply(at(step), write)));
        if (upkeep.nextInt(3) == 0) {
          eager.store.collect(
              RANGE.span(), eager.machine.applied().horizon(), 1 + upkeep.nextInt(20));
        }
        if (upkeep.nextInt(10) == 0) {
          eager.machine = eager.start(eager.stored());
        }
      }
      assertThat(eagerly).describedAs("seed %d", seed).isEqualTo(lazily);
      assertThat(eager.stored()).isEqualTo(lazy.stored());
      assertThat(visible(eager)).describedAs("seed %d", seed).isEqualTo(visible(lazy));
    }
  }

  /** Many entries in one batch of the store, which shows none of them meanwhile. */
  @Test
  void shouldAnswerTheSameOnReplicasThatCommitTheirBatchesDifferently() {
    for (int seed = 0; seed < 200; seed++) {
      var script = new SplittableRandom(seed);
      var upkeep = new SplittableRandom(~seed);
      Replica prompt = new Replica();
      Replica gathering = new Replica();
      StateStore.Batch batch = gathering.store.newBatch();
      for (int step = 1; step <= 150; step++) {
        KvRequest.Write write = randomWrite(script, step);
        KvResponse expected = prompt.apply(at(step), write);
        assertThat(describe(gathering.apply(at(step), write, batch, upkeep.nextBoolean())))
            .describedAs("seed %d, step %d: %s", seed, step, write)
            .isEqualTo(describe(expected));
        if (upkeep.nextInt(8) == 0) {
          batch.commit();
          gathering.machine.visible();
        }
      }
      batch.commit();
      assertThat(gathering.store.dump()).isEqualTo(prompt.store.dump());
    }
  }

  private static List<String> visible(Replica replica) {
    var rows = new ArrayList<String>();
    Timestamp horizon = replica.machine.applied().horizon();
    for (Timestamp at : List.of(horizon, Timestamp.MAX)) {
      try (StateStore.Scan scan = replica.store.scan(RANGE.span(), at, false)) {
        while (scan.next()) {
          rows.add(scan.key() + "@" + scan.timestamp());
        }
      }
    }
    return rows;
  }

  private static KvRequest.Write randomWrite(SplittableRandom random, int step) {
    String key = String.valueOf((char) ('b' + random.nextInt(4)));
    long id = random.nextInt(12);
    Timestamp begun = at(Math.max(1, step - random.nextInt(40)));
    // Not always the truth.
    Timestamp named = random.nextBoolean() ? Timestamp.MIN : begun;
    return switch (random.nextInt(9)) {
      case 0 -> new KvRequest.Put(Key.of(key), new byte[] {(byte) step});
      case 1 -> new KvRequest.Delete(Key.of(key));
      case 2 ->
          new KvRequest.CommitOnePhase(
              txn(id),
              txn(id),
              named,
              Key.of(key),
              NODE,
              begun,
              begun,
              reads(key),
              changes(key),
              0);
      case 3 ->
          new KvRequest.Prepare(
              txn(id),
              named,
              Key.of(key),
              NODE,
              begun,
              Timestamp.MIN,
              List.of(),
              changes(key),
              true);
      case 4 -> new KvRequest.Decide(txn(id), txn(id), named, Key.of(key), at(step), 0);
      case 5 -> new KvRequest.Abort(txn(id), named, Key.of(key));
      case 6 -> new KvRequest.Resolve(txn(id), null, List.of(Key.of(key)));
      case 7 -> new KvRequest.Finish(txn(id), Key.of(key));
      default ->
          new KvRequest.RaiseHorizon(
              Key.of("a"), new byte[0], begun, at(step), 1 + random.nextInt(5));
    };
  }

  /** In bytes, as it is sent. */
  private static String describe(KvResponse response) {
    ByteWriter out = new ByteWriter(64);
    KvCodec.write(out, response);
    byte[] sent = out.toBytes();
    ByteWriter again = new ByteWriter(64);
    KvCodec.write(again, KvCodec.readResponse(new ByteReader(sent)));
    assertThat(again.toBytes()).isEqualTo(sent);
    return java.util.HexFormat.of().formatHex(sent);
  }
}
