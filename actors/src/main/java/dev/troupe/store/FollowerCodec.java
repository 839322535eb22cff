package dev.troupe.store;

import dev.troupe.protocol.codec.ByteReader;
import dev.troupe.protocol.codec.ByteWriter;
import dev.troupe.protocol.model.RangeId;
import dev.troupe.protocol.model.Timestamp;
import dev.troupe.range.KvCodec;
import java.util.ArrayList;

/** Bytes of the messages about reads from near replicas. Kind numbers as in {@link PeerCodec}. */
final class FollowerCodec {
  /** Kinds from here on are written here. */
  static final int FIRST_KIND = 48;

  private static final int FOLLOW_RANGES = 48;
  private static final int CLOSED_UP_TO = 49;
  private static final int CLOSE_CALL = 50;
  private static final int CLOSE_ANSWER = 51;
  private static final int TIMED_CALL = 52;
  private static final int TIMED_ANSWER = 53;

  private FollowerCodec() {}

  static void write(ByteWriter out, PeerMessage.OfFollowers message) {
    switch (message) {
      case PeerMessage.FollowRanges m -> {
        out.putByte(FOLLOW_RANGES).putVarInt(m.ranges().size());
        m.ranges().forEach(range -> out.putVarLong(range.value()));
      }
      case PeerMessage.ClosedUpTo m -> writeClosed(out.putByte(CLOSED_UP_TO), m);
      case PeerMessage.CloseCall m ->
          out.putByte(CLOSE_CALL)
              .putLong(m.call())
              .putVarLong(m.range().value())
              .putLong(m.at().value());
      case PeerMessage.CloseAnswer m ->
          out.putByte(CLOSE_ANSWER).putLong(m.call()).putVarLong(m.term()).putVarLong(m.index());
      case PeerMessage.TimedCall m -> writeTimed(out.putByte(TIMED_CALL), m);
      case PeerMessage.TimedAnswer m ->
          PeerCodec.writeReply(
              out.putByte(TIMED_ANSWER).putLong(m.call()).putLong(m.at().value()), m.reply());
    }
  }

  /** Reads what follows a kind that {@link PeerCodec} does not know. */
  static PeerMessage.OfFollowers read(int kind, ByteReader in) {
    return switch (kind) {
      case FOLLOW_RANGES -> {
        int count = in.readCount();
        var ranges = new ArrayList<RangeId>(count);
        for (int i = 0; i < count; i++) {
          ranges.add(range(in));
        }
        yield new PeerMessage.FollowRanges(ranges);
      }
      case CLOSED_UP_TO -> readClosed(in);
      case CLOSE_CALL ->
          new PeerMessage.CloseCall(in.readLong(), range(in), new Timestamp(in.readLong()));
      case CLOSE_ANSWER ->
          new PeerMessage.CloseAnswer(in.readLong(), in.readVarLong(), in.readVarLong());
      case TIMED_CALL ->
          new PeerMessage.TimedCall(
              in.readLong(),
              range(in),
              new Timestamp(in.readLong()),
              in.readBoolean(),
              in.readBoolean(),
              in.readVarLong(),
              KvCodec.readRequest(in));
      case TIMED_ANSWER ->
          new PeerMessage.TimedAnswer(
              in.readLong(), new Timestamp(in.readLong()), PeerCodec.readReply(in));
      default -> throw new ByteReader.MalformedBytes("peer message kind " + kind + " is not known");
    };
  }

  private static void writeClosed(ByteWriter out, PeerMessage.ClosedUpTo message) {
    out.putLong(message.at().value()).putVarInt(message.ranges().size());
    for (PeerMessage.ClosedUpTo.Closed closed : message.ranges()) {
      out.putVarLong(closed.range().value()).putVarLong(closed.term()).putVarLong(closed.index());
    }
  }

  private static PeerMessage.ClosedUpTo readClosed(ByteReader in) {
    Timestamp at = new Timestamp(in.readLong());
    int count = in.readCount();
    var ranges = new ArrayList<PeerMessage.ClosedUpTo.Closed>(count);
    for (int i = 0; i < count; i++) {
      ranges.add(new PeerMessage.ClosedUpTo.Closed(range(in), in.readVarLong(), in.readVarLong()));
    }
    return new PeerMessage.ClosedUpTo(at, ranges);
  }

  private static void writeTimed(ByteWriter out, PeerMessage.TimedCall call) {
    out.putLong(call.call())
        .putVarLong(call.range().value())
        .putLong(call.at().value())
        .putBoolean(call.newest())
        .putBoolean(call.mayWait())
        .putVarLong(call.timeoutMillis());
    KvCodec.write(out, call.request());
  }

  private static RangeId range(ByteReader in) {
    return new RangeId(in.readVarLong());
  }
}
