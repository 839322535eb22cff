package dev.troupe.range;

import dev.troupe.protocol.codec.ByteReader;
import dev.troupe.protocol.codec.ByteWriter;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.KeySpan;
import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.model.Timestamp;
import dev.troupe.protocol.model.TxnId;
import dev.troupe.protocol.spi.KvRequest;
import dev.troupe.protocol.spi.KvResponse;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Bytes of the steps and questions of transactions. Steps are stored in Raft logs: numbers are
 * never reused, and the bytes are golden-tested.
 */
final class TxnCodec {
  /** Kinds from here on are written here; lower ones by {@link KvCodec}. */
  static final int FIRST_KIND = 16;

  // 16 to 19 were steps that did not say since when a name may have been used.
  private static final int RESOLVE = 20;
  private static final int FINISH = 21;
  private static final int COMMIT_ONE_PHASE = 22;
  private static final int PREPARE = 23;
  private static final int DECIDE = 24;
  private static final int ABORT = 25;
  private static final int COMMIT_ONE_PHASE_BY = 26;
  // Questions are sent, and never stored.
  private static final int VALIDATE = 32;
  private static final int ASK_OUTCOME = 33;
  private static final int HOLD_KEY = 34;
  private static final int LET_GO = 35;

  private static final int PREPARED = 16;
  private static final int STATUS = 17;
  private static final int VALID = 18;
  private static final int CHANGED = 19;
  private static final int BLOCKED = 20;

  private TxnCodec() {}

  static void write(ByteWriter out, KvRequest.TxnStep step) {
    switch (step) {
      case KvRequest.CommitOnePhase s -> {
        boolean bounded = !s.notAfter().equals(Timestamp.MAX);
        begin(out, bounded ? COMMIT_ONE_PHASE_BY : COMMIT_ONE_PHASE, s.txn(), s.anchor());
        writeId(out, s.request());
        out.putLong(s.named().value()).putVarInt(s.coordinator().value());
        out.putLong(s.begun().value()).putLong(s.readAt().value());
        writeSpans(out, s.reads());
        writeChanges(out, s.changes());
        out.putVarInt(s.tag());
        if (bounded) {
          out.putLong(s.notAfter().value());
        }
      }
      case KvRequest.Prepare s -> {
        begin(out, PREPARE, s.txn(), s.anchor());
        out.putLong(s.named().value()).putVarInt(s.coordinator().value());
        out.putLong(s.begun().value()).putLong(s.readAt().value());
        writeSpans(out, s.reads());
        writeChanges(out, s.changes());
        out.putBoolean(s.record());
      }
      case KvRequest.Decide s -> {
        begin(out, DECIDE, s.txn(), s.anchor());
        writeId(out, s.request());
        out.putLong(s.named().value()).putLong(s.commitAt().value()).putVarInt(s.tag());
      }
      case KvRequest.Abort s -> {
        begin(out, ABORT, s.txn(), s.anchor());
        out.putLong(s.named().value());
      }
      case KvRequest.Resolve s -> {
        writeId(out.putByte(RESOLVE), s.txn());
        KvCodec.writeOptionalTimestamp(out, s.commitAt());
        writeKeys(out, s.keys());
      }
      case KvRequest.Finish s -> begin(out, FINISH, s.txn(), s.anchor());
    }
  }

  /** Reads a step whose kind has been read. */
  static KvRequest.TxnStep readStep(ByteReader in, int kind) {
    return switch (kind) {
      case COMMIT_ONE_PHASE -> readCommitOnePhase(in, false);
      case COMMIT_ONE_PHASE_BY -> readCommitOnePhase(in, true);
      case PREPARE -> readPrepare(in);
      case DECIDE -> {
        TxnId txn = readId(in);
        Key anchor = KvCodec.readKey(in);
        TxnId request = readId(in);
        Timestamp named = readTimestamp(in);
        yield new KvRequest.Decide(txn, request, named, anchor, readTimestamp(in), in.readVarInt());
      }
      case ABORT -> {
        TxnId txn = readId(in);
        Key anchor = KvCodec.readKey(in);
        yield new KvRequest.Abort(txn, readTimestamp(in), anchor);
      }
      case RESOLVE ->
          new KvRequest.Resolve(
              readId(in), KvCodec.readOptionalTimestamp(in), requireSome(readKeys(in)));
      case FINISH -> new KvRequest.Finish(readId(in), KvCodec.readKey(in));
      default -> throw new ByteReader.MalformedBytes("request kind " + kind + " is not known");
    };
  }

  private static KvRequest.CommitOnePhase readCommitOnePhase(ByteReader in, boolean bounded) {
    TxnId txn = readId(in);
    Key anchor = KvCodec.readKey(in);
    return new KvRequest.CommitOnePhase(
        txn,
        readId(in),
        readTimestamp(in),
        anchor,
        new NodeId(in.readVarInt()),
        readTimestamp(in),
        readTimestamp(in),
        readSpans(in),
        readChanges(in),
        in.readVarInt(),
        bounded ? readTimestamp(in) : Timestamp.MAX);
  }

  private static KvRequest.Prepare readPrepare(ByteReader in) {
    TxnId txn = readId(in);
    Key anchor = KvCodec.readKey(in);
    Timestamp named = readTimestamp(in);
    NodeId coordinator = new NodeId(in.readVarInt());
    Timestamp begun = readTimestamp(in);
    Timestamp readAt = readTimestamp(in);
    List<KeySpan> reads = readSpans(in);
    List<KvRequest.Change> changes = readChanges(in);
    boolean record = in.readBoolean();
    return new KvRequest.Prepare(
        txn,
        named,
        anchor,
        coordinator,
        begun,
        readAt,
        reads,
        record ? changes : requireSome(changes),
        record);
  }

  static void write(ByteWriter out, KvRequest.TxnQuestion question) {
    switch (question) {
      case KvRequest.Validate q -> {
        writeId(out.putByte(VALIDATE), q.txn());
        out.putLong(q.after().value()).putLong(q.upTo().value());
        writeSpans(out, q.spans());
      }
      case KvRequest.AskOutcome q -> {
        begin(out, ASK_OUTCOME, q.txn(), q.anchor());
        out.putLong(q.named().value());
      }
      case KvRequest.HoldKey q -> {
        begin(out, HOLD_KEY, q.txn(), q.key());
        out.putVarInt(q.coordinator().value())
            .putLong(q.begun().value())
            .putBoolean(q.patience() == KvRequest.Patience.WAIT)
            .putVarInt(q.losses());
      }
      case KvRequest.LetGo q -> {
        writeId(out.putByte(LET_GO), q.txn());
        writeKeys(out, q.keys());
      }
    }
  }

  static KvRequest readRequest(ByteReader in, int kind) {
    return switch (kind) {
      case VALIDATE -> {
        TxnId txn = readId(in);
        Timestamp after = readTimestamp(in);
        Timestamp upTo = readTimestamp(in);
        yield new KvRequest.Validate(txn, requireSome(readSpans(in)), after, upTo);
      }
      case ASK_OUTCOME -> {
        TxnId txn = readId(in);
        Key anchor = KvCodec.readKey(in);
        yield new KvRequest.AskOutcome(txn, readTimestamp(in), anchor);
      }
      case HOLD_KEY -> {
        TxnId txn = readId(in);
        Key key = KvCodec.readKey(in);
        NodeId coordinator = new NodeId(in.readVarInt());
        Timestamp begun = readTimestamp(in);
        yield new KvRequest.HoldKey(
            key,
            txn,
            coordinator,
            begun,
            in.readBoolean() ? KvRequest.Patience.WAIT : KvRequest.Patience.NONE,
            in.readVarInt());
      }
      case LET_GO -> new KvRequest.LetGo(readId(in), requireSome(readKeys(in)));
      default -> readStep(in, kind);
    };
  }

  static void write(ByteWriter out, KvResponse.Prepared prepared) {
    out.putByte(PREPARED).putLong(prepared.bound().value());
  }

  static void write(ByteWriter out, KvResponse.Status status) {
    out.putByte(STATUS)
        .putByte(status.state().ordinal())
        .putLong(status.at().value())
        .putVarInt(status.tag());
  }

  static void write(ByteWriter out, KvResponse.Valid valid) {
    out.putByte(VALID);
  }

  static void write(ByteWriter out, KvResponse.Changed changed) {
    out.putByte(CHANGED).putBytes(changed.near().bytes());
  }

  static void write(ByteWriter out, KvResponse.Blocked blocked) {
    out.putByte(BLOCKED).putBytes(blocked.key().bytes());
  }

  /** Reads a response whose kind has been read. */
  static KvResponse readResponse(ByteReader in, int kind) {
    return switch (kind) {
      case PREPARED -> new KvResponse.Prepared(readTimestamp(in));
      case STATUS ->
          new KvResponse.Status(readState(in.readByte()), readTimestamp(in), in.readVarInt());
      case VALID -> new KvResponse.Valid();
      case CHANGED -> new KvResponse.Changed(KvCodec.readKey(in));
      case BLOCKED -> new KvResponse.Blocked(KvCodec.readKey(in));
      default -> throw new ByteReader.MalformedBytes("response kind " + kind + " is not known");
    };
  }

  static KvResponse.TxnState readState(int ordinal) {
    KvResponse.TxnState[] states = KvResponse.TxnState.values();
    if (ordinal >= states.length) {
      throw new ByteReader.MalformedBytes("state of a transaction " + ordinal + " is not known");
    }
    return states[ordinal];
  }

  static int sizeHint(KvRequest.TxnStep step) {
    return switch (step) {
      case KvRequest.CommitOnePhase s ->
          80 + s.anchor().length() + spansSize(s.reads()) + changesSize(s.changes());
      case KvRequest.Prepare s ->
          80 + s.anchor().length() + spansSize(s.reads()) + changesSize(s.changes());
      case KvRequest.Decide s -> 80 + s.anchor().length();
      case KvRequest.Abort s -> 40 + s.anchor().length();
      case KvRequest.Resolve s -> 40 + keysSize(s.keys());
      case KvRequest.Finish s -> 32 + s.anchor().length();
    };
  }

  static int sizeHint(KvRequest.TxnQuestion question) {
    return switch (question) {
      case KvRequest.Validate q -> 32 + spansSize(q.spans());
      case KvRequest.AskOutcome q -> 40 + q.anchor().length();
      case KvRequest.HoldKey q -> 48 + q.key().length();
      case KvRequest.LetGo q -> 32 + keysSize(q.keys());
    };
  }

  static void writeReader(ByteWriter out, KvRequest.@Nullable Reader reader) {
    out.putBoolean(reader != null);
    if (reader != null) {
      writeId(out, reader.txn());
      out.putVarInt(reader.coordinator().value());
    }
  }

  static KvRequest.@Nullable Reader readReader(ByteReader in) {
    return in.readBoolean() ? new KvRequest.Reader(readId(in), new NodeId(in.readVarInt())) : null;
  }

  static void writeId(ByteWriter out, TxnId id) {
    out.putLong(id.high()).putLong(id.low());
  }

  static TxnId readId(ByteReader in) {
    long high = in.readLong();
    return new TxnId(high, in.readLong());
  }

  private static void begin(ByteWriter out, int kind, TxnId txn, Key key) {
    writeId(out.putByte(kind), txn);
    out.putBytes(key.bytes());
  }

  private static Timestamp readTimestamp(ByteReader in) {
    return new Timestamp(in.readLong());
  }

  private static void writeSpans(ByteWriter out, List<KeySpan> spans) {
    out.putVarInt(spans.size());
    for (KeySpan span : spans) {
      // Nearly all are single keys.
      boolean single = span.isOneKey();
      out.putBoolean(single).putBytes(span.start().bytes());
      if (!single) {
        out.putBytes(span.end().bytes());
      }
    }
  }

  private static List<KeySpan> readSpans(ByteReader in) {
    int count = in.readCount();
    var spans = new ArrayList<KeySpan>(count);
    for (int i = 0; i < count; i++) {
      boolean single = in.readBoolean();
      Key start = KvCodec.readKey(in);
      Key end = single ? start.next() : KvCodec.readKey(in);
      if (start.compareTo(end) >= 0) {
        throw new ByteReader.MalformedBytes("span is empty or reversed");
      }
      spans.add(new KeySpan(start, end));
    }
    return spans;
  }

  private static void writeChanges(ByteWriter out, List<KvRequest.Change> changes) {
    out.putVarInt(changes.size());
    for (KvRequest.Change change : changes) {
      out.putBytes(change.key().bytes());
      KvCodec.writeOptional(out, change.value());
    }
  }

  private static List<KvRequest.Change> readChanges(ByteReader in) {
    int count = in.readCount();
    var changes = new ArrayList<KvRequest.Change>(count);
    for (int i = 0; i < count; i++) {
      changes.add(new KvRequest.Change(KvCodec.readKey(in), KvCodec.readOptional(in)));
    }
    return changes;
  }

  private static void writeKeys(ByteWriter out, List<Key> keys) {
    out.putVarInt(keys.size());
    keys.forEach(key -> out.putBytes(key.bytes()));
  }

  private static List<Key> readKeys(ByteReader in) {
    int count = in.readCount();
    var keys = new ArrayList<Key>(count);
    for (int i = 0; i < count; i++) {
      keys.add(KvCodec.readKey(in));
    }
    return keys;
  }

  private static <T> List<T> requireSome(List<T> list) {
    if (list.isEmpty()) {
      throw new ByteReader.MalformedBytes("a list that must not be empty is");
    }
    return list;
  }

  private static int spansSize(List<KeySpan> spans) {
    int size = 4;
    for (KeySpan span : spans) {
      size += 8 + span.start().length() + span.end().length();
    }
    return size;
  }

  private static int changesSize(List<KvRequest.Change> changes) {
    int size = 4;
    for (KvRequest.Change change : changes) {
      byte[] value = change.value();
      size += 12 + change.key().length() + (value == null ? 0 : value.length);
    }
    return size;
  }

  private static int keysSize(List<Key> keys) {
    int size = 4;
    for (Key key : keys) {
      size += 4 + key.length();
    }
    return size;
  }
}
