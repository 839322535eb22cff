package dev.troupe.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.troupe.load.LoadShape;
import dev.troupe.load.RangeLoad;
import dev.troupe.protocol.codec.ByteReader;
import dev.troupe.protocol.codec.ByteWriter;
import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.KeySpan;
import dev.troupe.protocol.model.LogEntry;
import dev.troupe.protocol.model.LogPosition;
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
import dev.troupe.protocol.spi.SessionSignals;
import dev.troupe.protocol.spi.SnapshotStore;
import dev.troupe.protocol.trace.TraceContext;
import dev.troupe.raft.RaftMessage;
import dev.troupe.range.AdminRequest;
import dev.troupe.range.CarriedTrace;
import dev.troupe.range.RangeReply;
import dev.troupe.range.ReplicaDescription;
import dev.troupe.range.TxnWatch;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PeerCodecTest {
  private static final ReplicaId P1 = new ReplicaId(1);
  private static final ReplicaId P2 = new ReplicaId(2);
  private static final RangeId RANGE = new RangeId(300);
  private static final RangeDescriptor DESCRIPTOR =
      new RangeDescriptor(
          RANGE,
          new KeySpan(Key.of("a"), Key.of("b")),
          4,
          Membership.of(
              new Member(P1, new NodeId(1), Member.Role.VOTER),
              new Member(P2, new NodeId(9), Member.Role.LEARNER)),
          3);

  static Stream<PeerMessage> messages() {
    Timestamp at = Timestamp.of(8, 1);
    return Stream.of(
        raft(new RaftMessage.VoteRequest(P1, P2, 5, new LogPosition(9, 4), true, false)),
        raft(new RaftMessage.VoteResponse(P1, P2, 5, false, true)),
        raft(
            new RaftMessage.Append(
                P1,
                P2,
                5,
                new LogPosition(9, 4),
                List.of(
                    new LogEntry(5, 10, LogEntry.Kind.NOOP, new byte[0]),
                    new LogEntry(5, 11, LogEntry.Kind.COMMAND, new byte[] {1, 2, 3})),
                9,
                77)),
        raft(new RaftMessage.AppendResponse(P1, P2, 5, 0, 9, new LogPosition(7, 3), 77)),
        raft(new RaftMessage.Heartbeat(P1, P2, 5, 9, 78, true)),
        raft(new RaftMessage.HeartbeatResponse(P1, P2, 5, 78)),
        raft(new RaftMessage.TimeoutNow(P1, P2, 5)),
        new PeerMessage.ReplicaTooOld(RANGE, P1, 4),
        new PeerMessage.KvCall(1, RANGE, 500, new KvRequest.Get(Key.of("a"))),
        new PeerMessage.KvCall(
            2,
            RANGE,
            500,
            new KvRequest.Scan(new KeySpan(Key.of("a"), Key.of("b")), 9, 99, true, true, at)),
        new PeerMessage.KvCall(
            3, RANGE, 500, new KvRequest.GetAll(List.of(Key.of("a"), Key.of("b")), at, null)),
        new PeerMessage.KvCall(
            4, RANGE, 500, new KvRequest.GetAll(List.of(Key.of("a")), null, null)),
        answer(
            new RangeReply.Done(
                new KvResponse.Values(
                    List.of(
                        new KvResponse.Value(new byte[] {7}, at),
                        new KvResponse.Value(null, Timestamp.MIN))))),
        answer(new RangeReply.Done(new KvResponse.Value(new byte[] {7}, at))),
        answer(new RangeReply.Done(new KvResponse.Value(null, Timestamp.MIN))),
        answer(
            new RangeReply.Done(
                new KvResponse.Page(
                    List.of(new KvResponse.Row(Key.of("a"), new byte[] {1}, at)),
                    Key.of("c"),
                    null))),
        answer(
            new RangeReply.Done(
                new KvResponse.Page(
                    List.of(new KvResponse.Row(Key.of("a"), new byte[] {1}, at)),
                    Key.of("c"),
                    at,
                    new KvResponse.Evaluated(70, List.of(new byte[] {2}, new byte[0]), null)))),
        answer(
            new RangeReply.Done(
                new KvResponse.Page(
                    List.of(),
                    null,
                    at,
                    new KvResponse.Evaluated(0, List.of(), new byte[] {5, 6})))),
        answer(new RangeReply.Done(new KvResponse.RangeDeleted(3, null, at))),
        answer(
            new RangeReply.Done(
                new KvResponse.BatchDone(
                    false, List.of(new KvResponse.Compared(false, new byte[] {1}, at))))),
        answer(new RangeReply.Done(new KvResponse.Failed(ErrorCode.OVERLOADED, "full"))),
        answer(new RangeReply.NotLeader(null)),
        answer(new RangeReply.NotLeader(new NodeId(3))),
        answer(new RangeReply.NotOwner(DESCRIPTOR)),
        answer(new RangeReply.NoReplica()),
        new PeerMessage.FindSystemRange(),
        new PeerMessage.SystemRangeFound(DESCRIPTOR),
        new PeerMessage.SnapshotBegin(
            8,
            RANGE,
            P1,
            P2,
            5,
            new SnapshotStore.Manifest(
                RANGE,
                DESCRIPTOR.span(),
                new LogPosition(9, 4),
                new byte[] {1},
                new byte[] {2},
                List.of(new SnapshotStore.SnapshotFile("f", 10, 11)))),
        new PeerMessage.SnapshotChunk(8, 0, 128, new byte[] {1, 2}),
        new PeerMessage.SnapshotProgress(8, 130, PeerMessage.SnapshotProgress.Phase.INSTALLED),
        new PeerMessage.AdminCall(9, new AdminRequest.AddReplica(RANGE, new NodeId(2)), 100),
        new PeerMessage.AdminCall(9, new AdminRequest.RemoveReplica(RANGE, new NodeId(2)), 100),
        new PeerMessage.AdminCall(
            9, new AdminRequest.TransferLeadership(RANGE, new NodeId(2)), 100),
        new PeerMessage.AdminCall(
            9, new AdminRequest.SplitRange(RANGE, Key.of("m"), new RangeId(100)), 100),
        new PeerMessage.AdminCall(
            9, new AdminRequest.SplitRange(RANGE, Key.of("m"), new RangeId(100), 77), 100),
        new PeerMessage.AskLoads(7, true),
        new PeerMessage.LoadsTold(
            7,
            List.of(
                new RangeLoad(DESCRIPTOR, P1, 1 << 30, Key.of("m"), 5, 6, null),
                new RangeLoad(
                    DESCRIPTOR,
                    P2,
                    0,
                    null,
                    0,
                    0,
                    new LoadShape(500, 0.5, null, 0.25, Key.of("k"), 1, 0.75)),
                new RangeLoad(
                    DESCRIPTOR,
                    P2,
                    0,
                    null,
                    0,
                    0,
                    new LoadShape(500, 0.5, Key.of("c"), 0.25, Key.of("k"), 1, 0.75))),
            null),
        new PeerMessage.LoadsTold(7, List.of(), 0.5),
        new PeerMessage.AdminCall(
            9, new AdminRequest.MoveReplica(RANGE, new NodeId(2), new NodeId(300)), 100),
        new PeerMessage.AdminCall(
            9,
            new AdminRequest.IfUnchanged(
                77, new AdminRequest.MoveReplica(RANGE, new NodeId(2), new NodeId(3))),
            100),
        new PeerMessage.AdminCall(
            9,
            new AdminRequest.MergeRange(
                RANGE, Key.of("m"), new RangeId(100), Timestamp.of(4, 5), Timestamp.MAX),
            100),
        new PeerMessage.AdminCall(
            9, new AdminRequest.FreezeRange(RANGE, 8, new RangeId(100), 301), 100),
        new PeerMessage.AdminCall(
            9, new AdminRequest.AwaitFrozen(RANGE, new RangeId(100), 301), 100),
        new PeerMessage.AdminCall(
            9, new AdminRequest.ThawRange(RANGE, 8, new RangeId(100), 301), 100),
        new PeerMessage.FindRange(RANGE, P2),
        new PeerMessage.RangeFound(P2, DESCRIPTOR),
        new PeerMessage.AdminAnswer(9, "NOT_LEADER", "no", 2),
        new PeerMessage.StoreSummary(true, 5, 1_790_000_000_000L),
        new PeerMessage.StandingKnown(new NodeId(300), 3),
        new PeerMessage.OfSessions(new SessionSignals.Cancel(65_537, new byte[] {1, 2, 3, 4})),
        new PeerMessage.OfSessions(
            new SessionSignals.EndLease(new NodeId(300), 5, new Timestamp(9))),
        new PeerMessage.OfSessions(new SessionSignals.LeaseEnded(5, new Timestamp(9))),
        new PeerMessage.AskNode(13, "sessions"),
        new PeerMessage.NodeSaid(13, true, new byte[] {1, 0, -1}),
        new PeerMessage.NodeSaid(14, false, new byte[0]),
        new PeerMessage.DrawTimestamps(11, 700, 500),
        new PeerMessage.TimestampsDrawn(11, -9, 2),
        new PeerMessage.TxnHolders(12, new KeySpan(Key.of("a"), Key.MAX)),
        new PeerMessage.TxnHeld(12, List.of()),
        new PeerMessage.TxnHeld(
            12,
            List.of(
                new TxnWatch.Holder(
                    new TxnId(1, -2), new NodeId(300), List.of(Key.of("a"), Key.of("b"))),
                new TxnWatch.Holder(new TxnId(3, 4), new NodeId(1), List.of(Key.of("c"))))),
        new PeerMessage.FollowRanges(List.of(RANGE, RangeId.SYSTEM)),
        new PeerMessage.ClosedUpTo(at, List.of(new PeerMessage.ClosedUpTo.Closed(RANGE, 7, 900))),
        new PeerMessage.CloseCall(5, RANGE, at),
        new PeerMessage.CloseAnswer(5, 0, 0),
        new PeerMessage.CloseAnswer(5, 7, 900),
        new PeerMessage.TimedCall(
            6, RANGE, at, true, false, 100, new KvRequest.Get(Key.of("a"), at)),
        new PeerMessage.TimedAnswer(
            6, at, new RangeReply.Done(new KvResponse.Value(new byte[] {7}, at))),
        new PeerMessage.TimedAnswer(6, at, new RangeReply.NotLeader(null)),
        new PeerMessage.DescribeStore(3),
        new PeerMessage.StoreDescribed(
            3,
            new PeerMessage.StoreDescription(
                false,
                List.of(
                    new ReplicaDescription(
                        RANGE,
                        P1,
                        DESCRIPTOR,
                        "leader",
                        P1,
                        5,
                        new LogPosition(11, 5),
                        10,
                        9,
                        8,
                        7,
                        6,
                        5,
                        4),
                    new ReplicaDescription(
                        RANGE,
                        P2,
                        null,
                        "learner",
                        null,
                        5,
                        LogPosition.ZERO,
                        0,
                        0,
                        0,
                        0,
                        0,
                        0,
                        0)))));
  }

  private static PeerMessage raft(RaftMessage message) {
    return new PeerMessage.Raft(RANGE, message);
  }

  private static PeerMessage answer(RangeReply reply) {
    return new PeerMessage.KvAnswer(42, reply);
  }

  private static byte[] encode(PeerMessage message) {
    ByteWriter out = new ByteWriter(64);
    message.encode(out);
    return out.toBytes();
  }

  @ParameterizedTest
  @MethodSource("messages")
  void shouldReadBackWhatWasWrittenAndRefuseEveryPartOfIt(PeerMessage message) {
    byte[] bytes = encode(message);

    ByteReader in = new ByteReader(bytes);
    PeerMessage read = PeerCodec.read(in);
    in.requireEnd();

    assertThat(encode(read)).isEqualTo(bytes);
    assertThat(read).usingRecursiveComparison().isEqualTo(message);
    for (int length = 0; length < bytes.length; length++) {
      byte[] cut = Arrays.copyOf(bytes, length);
      assertThatThrownBy(
              () -> {
                ByteReader part = new ByteReader(cut);
                PeerCodec.read(part);
                part.requireEnd();
              })
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void shouldKeepTheBytesOfAnAppend() {
    byte[] bytes =
        encode(
            raft(
                new RaftMessage.Append(
                    P1,
                    P2,
                    5,
                    new LogPosition(9, 4),
                    List.of(new LogEntry(5, 10, LogEntry.Kind.COMMAND, new byte[] {1, 2})),
                    8,
                    77)));

    assertThat(HexFormat.of().formatHex(bytes))
        .isEqualTo(
            "01" + "ac02" + "03" + "01" + "02" + "05" + "0904" + "08" + "4d" + "01" + "05" + "01"
                + "020102");
  }

  @Test
  void shouldRefuseAMessageOfANewerKind() {
    assertThatThrownBy(() -> PeerCodec.read(new ByteReader(new byte[] {(byte) 200, 1, 2})))
        .isInstanceOf(ByteReader.MalformedBytes.class)
        .hasMessageContaining("200");
  }

  private static final TraceContext TRACE = new TraceContext(1, -2, 3);

  private static List<PeerMessage> traced() {
    var entries =
        List.of(
            new LogEntry(5, 10, LogEntry.Kind.NOOP, new byte[0]),
            new LogEntry(5, 11, LogEntry.Kind.COMMAND, new byte[] {1, 2, 3}));
    var span = new KeySpan(Key.of("a"), Key.of("b"));
    return List.of(
        new PeerMessage.Raft(
            RANGE,
            new RaftMessage.Append(P1, P2, 5, new LogPosition(9, 4), entries, 9, 77),
            List.of(new CarriedTrace(10, TRACE), new CarriedTrace(11, TRACE))),
        new PeerMessage.KvCall(1, RANGE, 500, new KvRequest.Get(Key.of("a")), TRACE),
        new PeerMessage.KvCall(
            1, RANGE, 500, new KvRequest.Put(Key.of("a"), new byte[] {1}), TRACE),
        new PeerMessage.KvCall(
            1, RANGE, 500, new KvRequest.Scan(span, 9, 99, true, true, null), TRACE),
        new PeerMessage.KvCall(
            1,
            RANGE,
            500,
            new KvRequest.Scan(span, 9, 99, true, true, null, null, new byte[] {7}),
            TRACE));
  }

  private static PeerMessage untraced(PeerMessage message) {
    return switch (message) {
      case PeerMessage.Raft m -> new PeerMessage.Raft(m.range(), m.message());
      case PeerMessage.KvCall m ->
          new PeerMessage.KvCall(m.call(), m.range(), m.timeoutMillis(), m.request());
      default -> throw new AssertionError("carries no traces: " + message);
    };
  }

  @ParameterizedTest
  @MethodSource("traced")
  void shouldCarryTracesBehindWhatOlderNodesRead(PeerMessage message) {
    byte[] bytes = encode(message);
    byte[] plain = encode(untraced(message));

    ByteReader in = new ByteReader(bytes);
    PeerMessage read = PeerCodec.read(in);
    in.requireEnd();

    assertThat(read).usingRecursiveComparison().isEqualTo(message);
    assertThat(bytes).as("an older node stops reading where these end").startsWith(plain);
    assertThat(PeerCodec.read(new ByteReader(plain)))
        .as("nothing is there when nothing was sent")
        .usingRecursiveComparison()
        .isEqualTo(untraced(message));
    for (int length = plain.length + 2; length < bytes.length; length++) {
      byte[] cut = Arrays.copyOf(bytes, length);
      assertThatThrownBy(() -> PeerCodec.read(new ByteReader(cut)))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }
}
