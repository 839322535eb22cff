package dev.troupe.store;

import dev.troupe.protocol.codec.ByteReader;
import dev.troupe.protocol.codec.ByteWriter;
import dev.troupe.protocol.codec.DescriptorCodec;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.KeySpan;
import dev.troupe.protocol.model.LogPosition;
import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.model.RangeId;
import dev.troupe.protocol.model.ReplicaId;
import dev.troupe.protocol.model.Timestamp;
import dev.troupe.protocol.spi.KvRequest;
import dev.troupe.protocol.spi.SessionSignals;
import dev.troupe.protocol.spi.SnapshotStore;
import dev.troupe.protocol.trace.TraceContext;
import dev.troupe.range.AdminRequest;
import dev.troupe.range.CarriedTrace;
import dev.troupe.range.KvCodec;
import dev.troupe.range.RangeReply;
import dev.troupe.range.ReplicaDescription;
import java.util.ArrayList;

/** Bytes of {@link PeerMessage}s. Kind numbers are never reused; an unknown kind is an error. */
public final class PeerCodec {
  private static final int RAFT = 1;
  private static final int REPLICA_TOO_OLD = 2;
  private static final int KV_CALL = 3;
  private static final int KV_ANSWER = 4;
  private static final int FIND_SYSTEM_RANGE = 5;
  private static final int SYSTEM_RANGE_FOUND = 6;
  private static final int SNAPSHOT_BEGIN = 7;
  private static final int SNAPSHOT_CHUNK = 8;
  private static final int SNAPSHOT_PROGRESS = 9;
  private static final int ADMIN_CALL = 10;
  private static final int ADMIN_ANSWER = 11;
  private static final int DESCRIBE_STORE = 12;
  private static final int STORE_DESCRIBED = 13;
  private static final int STORE_SUMMARY = 14;
  private static final int DRAW_TIMESTAMPS = 15;
  private static final int TIMESTAMPS_DRAWN = 16;
  private static final int CANCEL_STATEMENT = 17;
  private static final int END_LEASE = 18;
  private static final int LEASE_ENDED = 19;
  private static final int ASK_NODE = 24;
  private static final int NODE_SAID = 25;
  private static final int STANDING_KNOWN = 29;
  private static final int FIND_RANGE = 30;
  private static final int RANGE_FOUND = 31;

  private static final int DONE = 1;
  private static final int NOT_LEADER = 2;
  private static final int NOT_OWNER = 3;
  private static final int NO_REPLICA = 4;
  private static final int CROSSES_BORDER = 5;

  private static final int SPLIT = 4;
  private static final int SPLIT_OF_GENERATION = 8;
  private static final int MOVE = 16;
  private static final int IF_UNCHANGED = 17;
  private static final int MERGE = 18;
  private static final int FREEZE = 19;
  private static final int AWAIT_FROZEN = 20;
  private static final int THAW = 21;

  private static final byte[] NO_PROGRAM = {};

  private PeerCodec() {}

  public static void write(ByteWriter out, PeerMessage message) {
    switch (message) {
      case PeerMessage.Raft m -> writeRaft(out.putByte(RAFT), m);
      case PeerMessage.ReplicaTooOld m ->
          out.putByte(REPLICA_TOO_OLD)
              .putVarLong(m.range().value())
              .putVarLong(m.replica().value())
              .putVarLong(m.nextReplicaId());
      case PeerMessage.KvCall m -> writeCall(out.putByte(KV_CALL), m);
      case PeerMessage.KvAnswer m ->
          writeReply(out.putByte(KV_ANSWER).putLong(m.call()), m.reply());
      case PeerMessage.FindSystemRange m -> out.putByte(FIND_SYSTEM_RANGE);
      case PeerMessage.SystemRangeFound m ->
          DescriptorCodec.write(out.putByte(SYSTEM_RANGE_FOUND), m.descriptor());
      case PeerMessage.FindRange m -> writeSearch(out.putByte(FIND_RANGE), m);
      case PeerMessage.RangeFound m -> writeFound(out.putByte(RANGE_FOUND), m);
      case PeerMessage.SnapshotBegin m -> writeBegin(out.putByte(SNAPSHOT_BEGIN), m);
      case PeerMessage.SnapshotChunk m ->
          out.putByte(SNAPSHOT_CHUNK)
              .putLong(m.transfer())
              .putVarInt(m.file())
              .putVarLong(m.offset())
              .putBytes(m.bytes());
      case PeerMessage.SnapshotProgress m ->
          out.putByte(SNAPSHOT_PROGRESS)
              .putLong(m.transfer())
              .putVarLong(m.received())
              .putByte(m.phase().ordinal());
      case PeerMessage.AdminCall m -> {
        out.putByte(ADMIN_CALL).putLong(m.call()).putVarLong(m.timeoutMillis());
        writeAdmin(out, m.request());
      }
      case PeerMessage.AdminAnswer m -> writeAdminAnswer(out.putByte(ADMIN_ANSWER), m);
      case PeerMessage.StoreSummary m -> writeSummary(out.putByte(STORE_SUMMARY), m);
      case PeerMessage.StandingKnown m ->
          out.putByte(STANDING_KNOWN).putVarInt(m.node().value()).putByte(m.standing());
      case PeerMessage.DrawTimestamps m -> writeDraw(out.putByte(DRAW_TIMESTAMPS), m);
      case PeerMessage.TimestampsDrawn m -> writeDrawn(out.putByte(TIMESTAMPS_DRAWN), m);
      case PeerMessage.OfSessions m -> writeSignal(out, m.signal());
      case PeerMessage.AskNode m -> out.putByte(ASK_NODE).putLong(m.call()).putString(m.question());
      case PeerMessage.NodeSaid m ->
          out.putByte(NODE_SAID).putLong(m.call()).putBoolean(m.known()).putBytes(m.answer());
      case PeerMessage.DescribeStore m -> out.putByte(DESCRIBE_STORE).putLong(m.call());
      case PeerMessage.OfTransaction m -> TxnPeerCodec.write(out, m);
      case PeerMessage.OfFollowers m -> FollowerCodec.write(out, m);
      case PeerMessage.OfLoad m -> LoadCodec.write(out, m);
      case PeerMessage.StoreDescribed m ->
          writeDescription(out.putByte(STORE_DESCRIBED).putLong(m.call()), m.description());
    }
  }

  private static void writeRaft(ByteWriter out, PeerMessage.Raft raft) {
    RaftCodec.write(out.putVarLong(raft.range().value()), raft.message());
    if (!raft.traces().isEmpty()) {
      CarriedTrace.write(out, raft.traces());
    }
  }

  /** The context is the last of the message: who does not know it does not come so far. */
  private static void writeCall(ByteWriter out, PeerMessage.KvCall call) {
    out.putLong(call.call()).putVarLong(call.range().value()).putVarLong(call.timeoutMillis());
    KvCodec.write(out, call.request());
    TraceContext trace = call.trace();
    if (trace != null) {
      if (call.request() instanceof KvRequest.Scan scan && scan.program() == null) {
        // What comes behind a scan would be taken for its program otherwise.
        out.putBytes(NO_PROGRAM);
      }
      trace.write(out);
    }
  }

  private static PeerMessage.KvCall readCall(ByteReader in) {
    return new PeerMessage.KvCall(
        in.readLong(),
        range(in),
        in.readVarLong(),
        KvCodec.readRequest(in),
        in.remaining() == 0 ? null : TraceContext.read(in));
  }

  private static void writeSummary(ByteWriter out, PeerMessage.StoreSummary summary) {
    out.putBoolean(summary.draining()).putVarInt(summary.replicas()).putLong(summary.wallMillis());
  }

  public static PeerMessage read(ByteReader in) {
    int kind = in.readByte();
    return switch (kind) {
      case RAFT -> new PeerMessage.Raft(range(in), RaftCodec.read(in), CarriedTrace.read(in));
      case REPLICA_TOO_OLD ->
          new PeerMessage.ReplicaTooOld(range(in), replica(in), in.readVarLong());
      case KV_CALL -> readCall(in);
      case KV_ANSWER -> new PeerMessage.KvAnswer(in.readLong(), readReply(in));
      case FIND_SYSTEM_RANGE -> new PeerMessage.FindSystemRange();
      case SYSTEM_RANGE_FOUND ->
          new PeerMessage.SystemRangeFound(DescriptorCodec.readDescriptor(in));
      case STANDING_KNOWN -> new PeerMessage.StandingKnown(node(in), in.readByte());
      case FIND_RANGE -> new PeerMessage.FindRange(range(in), replica(in));
      case RANGE_FOUND ->
          new PeerMessage.RangeFound(replica(in), DescriptorCodec.readDescriptor(in));
      case SNAPSHOT_BEGIN -> readBegin(in);
      case SNAPSHOT_CHUNK ->
          new PeerMessage.SnapshotChunk(
              in.readLong(), in.readVarInt(), in.readVarLong(), in.readBytes());
      case SNAPSHOT_PROGRESS ->
          new PeerMessage.SnapshotProgress(in.readLong(), in.readVarLong(), readPhase(in));
      case ADMIN_CALL -> {
        long call = in.readLong();
        long timeout = in.readVarLong();
        yield new PeerMessage.AdminCall(call, readAdmin(in), timeout);
      }
      case ADMIN_ANSWER ->
          new PeerMessage.AdminAnswer(
              in.readLong(), in.readString(), in.readString(), in.readVarInt());
      case STORE_SUMMARY ->
          new PeerMessage.StoreSummary(in.readBoolean(), in.readVarInt(), in.readLong());
      case DRAW_TIMESTAMPS ->
          new PeerMessage.DrawTimestamps(in.readLong(), in.readVarInt(), in.readVarLong());
      case TIMESTAMPS_DRAWN ->
          new PeerMessage.TimestampsDrawn(in.readLong(), in.readLong(), in.readVarInt());
      case CANCEL_STATEMENT ->
          new PeerMessage.OfSessions(new SessionSignals.Cancel(in.readInt(), in.readBytes()));
      case END_LEASE ->
          new PeerMessage.OfSessions(
              new SessionSignals.EndLease(
                  new NodeId(in.readVarInt()), in.readLong(), new Timestamp(in.readLong())));
      case LEASE_ENDED ->
          new PeerMessage.OfSessions(
              new SessionSignals.LeaseEnded(in.readLong(), new Timestamp(in.readLong())));
      case ASK_NODE -> new PeerMessage.AskNode(in.readLong(), in.readString());
      case NODE_SAID -> new PeerMessage.NodeSaid(in.readLong(), in.readBoolean(), in.readBytes());
      case DESCRIBE_STORE -> new PeerMessage.DescribeStore(in.readLong());
      case STORE_DESCRIBED -> new PeerMessage.StoreDescribed(in.readLong(), readDescription(in));
      default ->
          kind >= LoadCodec.FIRST_KIND
              ? LoadCodec.read(kind, in)
              : kind >= FollowerCodec.FIRST_KIND
                  ? FollowerCodec.read(kind, in)
                  : TxnPeerCodec.read(in, kind);
    };
  }

  private static void writeSignal(ByteWriter out, SessionSignals.Signal signal) {
    switch (signal) {
      case SessionSignals.Cancel cancel ->
          out.putByte(CANCEL_STATEMENT).putInt(cancel.session()).putBytes(cancel.secret());
      case SessionSignals.EndLease end ->
          out.putByte(END_LEASE)
              .putVarInt(end.asker().value())
              .putLong(end.holder())
              .putLong(end.upTo().value());
      case SessionSignals.LeaseEnded ended ->
          out.putByte(LEASE_ENDED).putLong(ended.holder()).putLong(ended.upTo().value());
    }
  }

  private static void writeAdminAnswer(ByteWriter out, PeerMessage.AdminAnswer answer) {
    out.putLong(answer.call())
        .putString(answer.errorCode())
        .putString(answer.error())
        .putVarInt(answer.leader());
  }

  private static void writeSearch(ByteWriter out, PeerMessage.FindRange find) {
    out.putVarLong(find.range().value()).putVarLong(find.wanted().value());
  }

  private static void writeFound(ByteWriter out, PeerMessage.RangeFound found) {
    DescriptorCodec.write(out.putVarLong(found.wanted().value()), found.descriptor());
  }

  static void writeReply(ByteWriter out, RangeReply reply) {
    switch (reply) {
      case RangeReply.Done done -> KvCodec.write(out.putByte(DONE), done.response());
      case RangeReply.NotLeader other ->
          out.putByte(NOT_LEADER).putVarInt(other.leader() == null ? 0 : other.leader().value());
      case RangeReply.NotOwner other ->
          DescriptorCodec.write(out.putByte(NOT_OWNER), other.current());
      case RangeReply.NoReplica none -> out.putByte(NO_REPLICA);
      case RangeReply.CrossesBorder other ->
          DescriptorCodec.write(out.putByte(CROSSES_BORDER), other.current());
    }
  }

  static RangeReply readReply(ByteReader in) {
    int kind = in.readByte();
    return switch (kind) {
      case DONE -> new RangeReply.Done(KvCodec.readResponse(in));
      case NOT_LEADER -> {
        int node = in.readVarInt();
        yield new RangeReply.NotLeader(node == 0 ? null : new NodeId(node));
      }
      case NOT_OWNER -> new RangeReply.NotOwner(DescriptorCodec.readDescriptor(in));
      case NO_REPLICA -> new RangeReply.NoReplica();
      case CROSSES_BORDER -> new RangeReply.CrossesBorder(DescriptorCodec.readDescriptor(in));
      default -> throw new ByteReader.MalformedBytes("reply kind " + kind + " is not known");
    };
  }

  private static void writeBegin(ByteWriter out, PeerMessage.SnapshotBegin begin) {
    SnapshotStore.Manifest manifest = begin.manifest();
    out.putLong(begin.transfer())
        .putVarLong(begin.range().value())
        .putVarLong(begin.from().value())
        .putVarLong(begin.to().value())
        .putVarLong(begin.term())
        .putBytes(manifest.span().start().bytes())
        .putBytes(manifest.span().end().bytes())
        .putVarLong(manifest.applied().index())
        .putVarLong(manifest.applied().term())
        .putBytes(manifest.appliedRecord())
        .putBytes(manifest.descriptorRecord())
        .putVarInt(manifest.files().size());
    for (SnapshotStore.SnapshotFile file : manifest.files()) {
      out.putString(file.name()).putVarLong(file.bytes()).putInt(file.crc32c());
    }
  }

  private static PeerMessage.SnapshotBegin readBegin(ByteReader in) {
    long transfer = in.readLong();
    RangeId range = range(in);
    ReplicaId from = replica(in);
    ReplicaId to = replica(in);
    long term = in.readVarLong();
    KeySpan span = new KeySpan(Key.wrap(in.readBytes()), Key.wrap(in.readBytes()));
    LogPosition applied = position(in);
    byte[] appliedRecord = in.readBytes();
    byte[] descriptorRecord = in.readBytes();
    int count = in.readCount();
    var files = new ArrayList<SnapshotStore.SnapshotFile>(count);
    for (int i = 0; i < count; i++) {
      files.add(new SnapshotStore.SnapshotFile(in.readString(), in.readVarLong(), in.readInt()));
    }
    return new PeerMessage.SnapshotBegin(
        transfer,
        range,
        from,
        to,
        term,
        new SnapshotStore.Manifest(range, span, applied, appliedRecord, descriptorRecord, files));
  }

  private static void writeAdmin(ByteWriter out, AdminRequest request) {
    switch (request) {
      case AdminRequest.AddReplica add -> writeAdmin(out, 1, add.range(), add.node());
      case AdminRequest.RemoveReplica remove -> writeAdmin(out, 2, remove.range(), remove.node());
      case AdminRequest.TransferLeadership move -> writeAdmin(out, 3, move.range(), move.node());
      case AdminRequest.MoveReplica move -> {
        writeAdmin(out, MOVE, move.range(), move.from());
        out.putVarInt(move.to().value());
      }
      case AdminRequest.IfUnchanged condition -> {
        out.putByte(IF_UNCHANGED)
            .putVarLong(condition.range().value())
            .putVarLong(condition.generation());
        writeAdmin(out, condition.wish());
      }
      case AdminRequest.SplitRange split -> writeSplit(out, split);
      case AdminRequest.MergeRange merge ->
          out.putByte(MERGE)
              .putVarLong(merge.range().value())
              .putBytes(merge.border().bytes())
              .putVarLong(merge.right().value())
              .putLong(merge.seen().value())
              .putLong(merge.keep().value());
      case AdminRequest.FreezeRange freeze ->
          writeStep(out, FREEZE, freeze).putVarLong(freeze.generation());
      case AdminRequest.AwaitFrozen await -> writeStep(out, AWAIT_FROZEN, await);
      case AdminRequest.ThawRange thaw -> writeStep(out, THAW, thaw).putVarLong(thaw.generation());
    }
  }

  private static void writeSplit(ByteWriter out, AdminRequest.SplitRange split) {
    // A node that does not know the second kind refuses what it could not check.
    out.putByte(split.generation() == 0 ? SPLIT : SPLIT_OF_GENERATION)
        .putVarLong(split.range().value())
        .putBytes(split.key().bytes())
        .putVarLong(split.right().value());
    if (split.generation() != 0) {
      out.putVarLong(split.generation());
    }
  }

  private static ByteWriter writeStep(ByteWriter out, int kind, AdminRequest.OfMerge step) {
    return out.putByte(kind)
        .putVarLong(step.range().value())
        .putVarLong(step.left().value())
        .putVarLong(step.token());
  }

  private static void writeAdmin(ByteWriter out, int kind, RangeId range, NodeId node) {
    out.putByte(kind).putVarLong(range.value()).putVarInt(node.value());
  }

  private static AdminRequest readAdmin(ByteReader in) {
    int kind = in.readByte();
    RangeId range = range(in);
    return switch (kind) {
      case 1 -> new AdminRequest.AddReplica(range, node(in));
      case 2 -> new AdminRequest.RemoveReplica(range, node(in));
      case 3 -> new AdminRequest.TransferLeadership(range, node(in));
      case MOVE -> new AdminRequest.MoveReplica(range, node(in), node(in));
      case IF_UNCHANGED -> new AdminRequest.IfUnchanged(in.readVarLong(), readAdmin(in));
      case SPLIT -> new AdminRequest.SplitRange(range, Key.wrap(in.readBytes()), range(in));
      case SPLIT_OF_GENERATION ->
          new AdminRequest.SplitRange(range, Key.wrap(in.readBytes()), range(in), in.readVarLong());
      case MERGE ->
          new AdminRequest.MergeRange(
              range,
              Key.wrap(in.readBytes()),
              range(in),
              new Timestamp(in.readLong()),
              new Timestamp(in.readLong()));
      case FREEZE, AWAIT_FROZEN, THAW -> readStep(kind, range, in);
      default ->
          throw new ByteReader.MalformedBytes("admin request kind " + kind + " is not known");
    };
  }

  private static AdminRequest readStep(int kind, RangeId range, ByteReader in) {
    RangeId left = range(in);
    long token = in.readVarLong();
    return switch (kind) {
      case FREEZE -> new AdminRequest.FreezeRange(range, in.readVarLong(), left, token);
      case AWAIT_FROZEN -> new AdminRequest.AwaitFrozen(range, left, token);
      default -> new AdminRequest.ThawRange(range, in.readVarLong(), left, token);
    };
  }

  private static void writeDraw(ByteWriter out, PeerMessage.DrawTimestamps draw) {
    out.putLong(draw.call()).putVarInt(draw.count()).putVarLong(draw.timeoutMillis());
  }

  private static void writeDrawn(ByteWriter out, PeerMessage.TimestampsDrawn drawn) {
    out.putLong(drawn.call()).putLong(drawn.first()).putVarInt(drawn.holder());
  }

  private static void writeDescription(ByteWriter out, PeerMessage.StoreDescription description) {
    out.putBoolean(description.draining()).putVarInt(description.replicas().size());
    for (ReplicaDescription replica : description.replicas()) {
      out.putVarLong(replica.range().value())
          .putVarLong(replica.replica().value())
          .putBoolean(replica.descriptor() != null);
      if (replica.descriptor() != null) {
        DescriptorCodec.write(out, replica.descriptor());
      }
      out.putString(replica.role())
          .putVarLong(replica.leader() == null ? 0 : replica.leader().value())
          .putVarLong(replica.term())
          .putVarLong(replica.last().index())
          .putVarLong(replica.last().term())
          .putVarLong(replica.commit())
          .putVarLong(replica.applied())
          .putVarLong(replica.logEntries())
          .putVarLong(replica.approximateBytes())
          .putVarLong(replica.writes())
          .putVarLong(replica.reads())
          .putVarLong(replica.foreign());
    }
  }

  private static PeerMessage.StoreDescription readDescription(ByteReader in) {
    boolean draining = in.readBoolean();
    int count = in.readCount();
    var replicas = new ArrayList<ReplicaDescription>(count);
    for (int i = 0; i < count; i++) {
      replicas.add(readReplica(in));
    }
    return new PeerMessage.StoreDescription(draining, replicas);
  }

  private static ReplicaDescription readReplica(ByteReader in) {
    RangeId range = range(in);
    ReplicaId replica = replica(in);
    var descriptor = in.readBoolean() ? DescriptorCodec.readDescriptor(in) : null;
    String role = in.readString();
    long leader = in.readVarLong();
    return new ReplicaDescription(
        range,
        replica,
        descriptor,
        role,
        leader == 0 ? null : new ReplicaId(leader),
        in.readVarLong(),
        position(in),
        in.readVarLong(),
        in.readVarLong(),
        in.readVarLong(),
        in.readVarLong(),
        in.readVarLong(),
        in.readVarLong(),
        in.readVarLong());
  }

  private static PeerMessage.SnapshotProgress.Phase readPhase(ByteReader in) {
    int ordinal = in.readByte();
    var phases = PeerMessage.SnapshotProgress.Phase.values();
    if (ordinal >= phases.length) {
      throw new ByteReader.MalformedBytes("snapshot phase " + ordinal + " is not known");
    }
    return phases[ordinal];
  }

  private static NodeId node(ByteReader in) {
    return new NodeId(in.readVarInt());
  }

  private static RangeId range(ByteReader in) {
    return new RangeId(in.readVarLong());
  }

  private static ReplicaId replica(ByteReader in) {
    return new ReplicaId(in.readVarLong());
  }

  private static LogPosition position(ByteReader in) {
    return new LogPosition(in.readVarLong(), in.readVarLong());
  }
}
