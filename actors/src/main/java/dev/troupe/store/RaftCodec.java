package dev.troupe.store;

import dev.troupe.protocol.codec.ByteReader;
import dev.troupe.protocol.codec.ByteWriter;
import dev.troupe.protocol.model.LogEntry;
import dev.troupe.protocol.model.LogPosition;
import dev.troupe.protocol.model.ReplicaId;
import dev.troupe.raft.RaftMessage;
import java.util.ArrayList;
import java.util.List;

/** Bytes of Raft messages between nodes. Numbers are never reused. */
final class RaftCodec {
  private static final int VOTE_REQUEST = 1;
  private static final int VOTE_RESPONSE = 2;
  private static final int APPEND = 3;
  private static final int APPEND_RESPONSE = 4;
  private static final int HEARTBEAT = 5;
  private static final int HEARTBEAT_RESPONSE = 6;
  private static final int TIMEOUT_NOW = 7;

  private RaftCodec() {}

  static void write(ByteWriter out, RaftMessage message) {
    switch (message) {
      case RaftMessage.VoteRequest m -> {
        writeHead(out, VOTE_REQUEST, m);
        writePosition(out, m.last());
        out.putBoolean(m.preVote()).putBoolean(m.transfer());
      }
      case RaftMessage.VoteResponse m -> {
        writeHead(out, VOTE_RESPONSE, m);
        out.putBoolean(m.preVote()).putBoolean(m.granted());
      }
      case RaftMessage.Append m -> {
        writeHead(out, APPEND, m);
        writePosition(out, m.prev());
        out.putVarLong(m.commit()).putVarLong(m.context());
        writeEntries(out, m.entries());
      }
      case RaftMessage.AppendResponse m -> {
        writeHead(out, APPEND_RESPONSE, m);
        out.putVarLong(m.matched()).putVarLong(m.rejected());
        writePosition(out, m.hint());
        out.putVarLong(m.context());
      }
      case RaftMessage.Heartbeat m -> {
        writeHead(out, HEARTBEAT, m);
        out.putVarLong(m.commit()).putVarLong(m.context()).putBoolean(m.quiesce());
      }
      case RaftMessage.HeartbeatResponse m -> {
        writeHead(out, HEARTBEAT_RESPONSE, m);
        out.putVarLong(m.context());
      }
      case RaftMessage.TimeoutNow m -> writeHead(out, TIMEOUT_NOW, m);
    }
  }

  static RaftMessage read(ByteReader in) {
    int kind = in.readByte();
    ReplicaId from = new ReplicaId(in.readVarLong());
    ReplicaId to = new ReplicaId(in.readVarLong());
    long term = in.readVarLong();
    return switch (kind) {
      case VOTE_REQUEST ->
          new RaftMessage.VoteRequest(
              from, to, term, readPosition(in), in.readBoolean(), in.readBoolean());
      case VOTE_RESPONSE ->
          new RaftMessage.VoteResponse(from, to, term, in.readBoolean(), in.readBoolean());
      case APPEND -> {
        LogPosition prev = readPosition(in);
        long commit = in.readVarLong();
        long context = in.readVarLong();
        yield new RaftMessage.Append(
            from, to, term, prev, readEntries(in, prev.index()), commit, context);
      }
      case APPEND_RESPONSE ->
          new RaftMessage.AppendResponse(
              from,
              to,
              term,
              in.readVarLong(),
              in.readVarLong(),
              readPosition(in),
              in.readVarLong());
      case HEARTBEAT ->
          new RaftMessage.Heartbeat(
              from, to, term, in.readVarLong(), in.readVarLong(), in.readBoolean());
      case HEARTBEAT_RESPONSE ->
          new RaftMessage.HeartbeatResponse(from, to, term, in.readVarLong());
      case TIMEOUT_NOW -> new RaftMessage.TimeoutNow(from, to, term);
      default -> throw new ByteReader.MalformedBytes("Raft message kind " + kind + " is not known");
    };
  }

  private static void writeHead(ByteWriter out, int kind, RaftMessage message) {
    out.putByte(kind)
        .putVarLong(message.from().value())
        .putVarLong(message.to().value())
        .putVarLong(message.term());
  }

  // Indexes are consecutive from prev, so only terms, kinds and data travel.
  private static void writeEntries(ByteWriter out, List<LogEntry> entries) {
    out.putVarInt(entries.size());
    for (LogEntry entry : entries) {
      out.putVarLong(entry.term()).putByte(entry.kind().number()).putBytes(entry.data());
    }
  }

  private static List<LogEntry> readEntries(ByteReader in, long prevIndex) {
    int count = in.readCount();
    var entries = new ArrayList<LogEntry>(count);
    for (int i = 1; i <= count; i++) {
      long term = in.readVarLong();
      LogEntry.Kind kind = LogEntry.Kind.ofNumber(in.readByte());
      entries.add(new LogEntry(term, prevIndex + i, kind, in.readBytes()));
    }
    return entries;
  }

  private static void writePosition(ByteWriter out, LogPosition position) {
    out.putVarLong(position.index()).putVarLong(position.term());
  }

  private static LogPosition readPosition(ByteReader in) {
    return new LogPosition(in.readVarLong(), in.readVarLong());
  }
}
