package dev.troupe.range;

import dev.troupe.protocol.codec.ByteReader;
import dev.troupe.protocol.codec.ByteWriter;
import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.KeySpan;
import dev.troupe.protocol.model.Timestamp;
import dev.troupe.protocol.spi.KvRequest;
import dev.troupe.protocol.spi.KvResponse;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Bytes of requests and responses. Requests that write are also stored in Raft logs: their numbers
 * are never reused and their bytes are golden-tested.
 */
public final class KvCodec {
  private static final int GET = 1;
  private static final int SCAN = 2;
  private static final int PUT = 3;
  private static final int DELETE = 4;
  private static final int DELETE_RANGE = 5;
  private static final int COMPARE_AND_SET = 6;
  private static final int BATCH = 7;
  private static final int GET_AT = 8;
  private static final int RAISE_HORIZON = 9;
  private static final int GET_ALL = 10;
  private static final int RAISE_HORIZON_UP_TO = 11;

  private static final int VALUE = 1;
  private static final int PAGE = 2;
  private static final int WRITTEN = 3;
  private static final int RANGE_DELETED = 4;
  private static final int COMPARED = 5;
  private static final int BATCH_DONE = 6;
  private static final int FAILED = 7;
  private static final int HORIZON = 8;
  private static final int VALUES = 9;
  private static final int EVALUATED_PAGE = 10;

  private KvCodec() {}

  public static void write(ByteWriter out, KvRequest request) {
    switch (request) {
      case KvRequest.Get get -> {
        Timestamp at = get.at();
        out.putByte(at == null ? GET : GET_AT).putBytes(get.key().bytes());
        if (at != null) {
          out.putLong(at.value());
          TxnCodec.writeReader(out, get.reader());
        }
      }
      case KvRequest.GetAll all -> {
        out.putByte(GET_ALL).putVarInt(all.keys().size());
        all.keys().forEach(key -> out.putBytes(key.bytes()));
        writeOptionalTimestamp(out, all.at());
        TxnCodec.writeReader(out, all.reader());
      }
      case KvRequest.TxnStep step -> TxnCodec.write(out, step);
      case KvRequest.TxnQuestion question -> TxnCodec.write(out, question);
      case KvRequest.Put put -> out.putByte(PUT).putBytes(put.key().bytes()).putBytes(put.value());
      case KvRequest.Delete delete -> out.putByte(DELETE).putBytes(delete.key().bytes());
      case KvRequest.DeleteRange delete -> {
        writeSpan(out.putByte(DELETE_RANGE), delete.span());
        out.putVarInt(delete.maxKeys());
      }
      case KvRequest.CompareAndSet compare -> {
        out.putByte(COMPARE_AND_SET).putBytes(compare.key().bytes());
        writeOptional(out, compare.expected());
        writeOptional(out, compare.value());
      }
      case KvRequest.RaiseHorizon raise -> {
        boolean all = raise.upTo().equals(Key.MAX);
        out.putByte(all ? RAISE_HORIZON : RAISE_HORIZON_UP_TO);
        out.putBytes(raise.from().bytes()).putBytes(raise.fromRecord());
        out.putLong(raise.horizon().value()).putLong(raise.basis().value());
        out.putVarInt(raise.recordsMax());
        if (!all) {
          out.putBytes(raise.upTo().bytes());
        }
      }
      case KvRequest.Batch batch -> {
        out.putByte(BATCH).putVarInt(batch.writes().size());
        batch.writes().forEach(write -> write(out, write));
      }
      case KvRequest.Scan scan -> {
        writeSpan(out.putByte(SCAN), scan.span());
        out.putVarInt(scan.maxRows())
            .putVarInt(scan.maxBytes())
            .putBoolean(scan.reverse())
            .putBoolean(scan.keysOnly());
        writeOptionalTimestamp(out, scan.at());
        TxnCodec.writeReader(out, scan.reader());
        byte[] program = scan.program();
        if (program != null) {
          // The last of the message: who does not know programs does not come so far.
          out.putBytes(program);
        }
      }
    }
  }

  public static KvRequest readRequest(ByteReader in) {
    int kind = in.readByte();
    return switch (kind) {
      case GET -> new KvRequest.Get(readKey(in));
      case GET_AT ->
          new KvRequest.Get(readKey(in), new Timestamp(in.readLong()), TxnCodec.readReader(in));
      case GET_ALL ->
          new KvRequest.GetAll(readKeys(in), readOptionalTimestamp(in), TxnCodec.readReader(in));
      case SCAN ->
          new KvRequest.Scan(
              readSpan(in),
              in.readVarInt(),
              in.readVarInt(),
              in.readBoolean(),
              in.readBoolean(),
              readOptionalTimestamp(in),
              TxnCodec.readReader(in),
              in.remaining() > 0 ? readProgram(in) : null);
      default -> kind < TxnCodec.FIRST_KIND ? readWrite(in, kind) : TxnCodec.readRequest(in, kind);
    };
  }

  /** An empty one stands for none, where something else follows. */
  private static byte @Nullable [] readProgram(ByteReader in) {
    byte[] program = in.readBytes();
    return program.length == 0 ? null : program;
  }

  /** Reads a request of which the log says that it writes. */
  public static KvRequest.Write readWrite(ByteReader in) {
    return readWrite(in, in.readByte());
  }

  private static KvRequest.Write readWrite(ByteReader in, int kind) {
    return switch (kind) {
      case PUT -> new KvRequest.Put(readKey(in), in.readBytes());
      case DELETE -> new KvRequest.Delete(readKey(in));
      case DELETE_RANGE -> new KvRequest.DeleteRange(readSpan(in), in.readVarInt());
      case COMPARE_AND_SET ->
          new KvRequest.CompareAndSet(readKey(in), readOptional(in), readOptional(in));
      case RAISE_HORIZON -> readRaise(in, true);
      case RAISE_HORIZON_UP_TO -> readRaise(in, false);
      case BATCH -> {
        int count = in.readCount();
        var writes = new ArrayList<KvRequest.Write>(count);
        for (int i = 0; i < count; i++) {
          int inner = in.readByte();
          if (inner != PUT && inner != DELETE && inner != COMPARE_AND_SET) {
            throw new ByteReader.MalformedBytes("a batch cannot hold request kind " + inner);
          }
          writes.add(readWrite(in, inner));
        }
        yield new KvRequest.Batch(writes);
      }
      default -> TxnCodec.readStep(in, kind);
    };
  }

  private static KvRequest.RaiseHorizon readRaise(ByteReader in, boolean all) {
    Key from = readKey(in);
    byte[] fromRecord = in.readBytes();
    Timestamp horizon = new Timestamp(in.readLong());
    Timestamp basis = new Timestamp(in.readLong());
    int recordsMax = in.readVarInt();
    if (recordsMax < 1) {
      throw new ByteReader.MalformedBytes("a horizon is raised without looking at records");
    }
    Key upTo = all ? Key.MAX : readKey(in);
    return new KvRequest.RaiseHorizon(from, fromRecord, horizon, basis, recordsMax, upTo);
  }

  public static void write(ByteWriter out, KvResponse response) {
    switch (response) {
      case KvResponse.Value value -> writeValue(out.putByte(VALUE), value);
      case KvResponse.Values several -> {
        out.putByte(VALUES).putVarInt(several.values().size());
        several.values().forEach(value -> writeValue(out, value));
      }
      case KvResponse.Page page -> {
        KvResponse.Evaluated evaluated = page.evaluated();
        writePage(out.putByte(evaluated == null ? PAGE : EVALUATED_PAGE), page);
        if (evaluated != null) {
          out.putVarLong(evaluated.looked()).putVarInt(evaluated.results().size());
          evaluated.results().forEach(out::putBytes);
          writeOptional(out, evaluated.error());
        }
      }
      case KvResponse.Written written -> out.putByte(WRITTEN).putLong(written.version().value());
      case KvResponse.RangeDeleted deleted -> {
        out.putByte(RANGE_DELETED).putVarLong(deleted.keys());
        writeOptionalKey(out, deleted.resume());
        out.putLong(deleted.version().value());
      }
      case KvResponse.Compared compared -> {
        writeOptional(out.putByte(COMPARED).putBoolean(compared.swapped()), compared.current());
        out.putLong(compared.version().value());
      }
      case KvResponse.BatchDone done -> {
        out.putByte(BATCH_DONE).putBoolean(done.applied()).putVarInt(done.results().size());
        done.results().forEach(result -> write(out, result));
      }
      case KvResponse.Prepared prepared -> TxnCodec.write(out, prepared);
      case KvResponse.Status status -> TxnCodec.write(out, status);
      case KvResponse.Valid valid -> TxnCodec.write(out, valid);
      case KvResponse.Changed changed -> TxnCodec.write(out, changed);
      case KvResponse.Blocked blocked -> TxnCodec.write(out, blocked);
      case KvResponse.Horizon horizon -> {
        out.putByte(HORIZON).putLong(horizon.at().value()).putVarInt(horizon.recordsRemoved());
        writeOptionalKey(out, horizon.resume());
        out.putBytes(horizon.resumeRecord()).putBytes(horizon.rangeEnd().bytes());
      }
      case KvResponse.Failed failed ->
          out.putByte(FAILED).putString(failed.code().name()).putString(failed.message());
    }
  }

  public static KvResponse readResponse(ByteReader in) {
    int kind = in.readByte();
    return switch (kind) {
      case VALUE -> readValue(in);
      case VALUES -> {
        int count = in.readCount();
        var values = new ArrayList<KvResponse.Value>(count);
        for (int i = 0; i < count; i++) {
          values.add(readValue(in));
        }
        yield new KvResponse.Values(values);
      }
      case PAGE -> readPage(in);
      case EVALUATED_PAGE -> {
        KvResponse.Page page = readPage(in);
        yield new KvResponse.Page(page.rows(), page.resume(), page.at(), readEvaluated(in));
      }
      case WRITTEN -> new KvResponse.Written(new Timestamp(in.readLong()));
      case RANGE_DELETED ->
          new KvResponse.RangeDeleted(
              in.readVarLong(), readOptionalKey(in), new Timestamp(in.readLong()));
      case COMPARED ->
          new KvResponse.Compared(in.readBoolean(), readOptional(in), new Timestamp(in.readLong()));
      case BATCH_DONE -> {
        boolean applied = in.readBoolean();
        int count = in.readCount();
        var results = new ArrayList<KvResponse>(count);
        for (int i = 0; i < count; i++) {
          results.add(readResponse(in));
        }
        yield new KvResponse.BatchDone(applied, List.copyOf(results));
      }
      case HORIZON ->
          new KvResponse.Horizon(
              new Timestamp(in.readLong()),
              in.readVarInt(),
              readOptionalKey(in),
              in.readBytes(),
              readKey(in));
      case FAILED -> new KvResponse.Failed(readCode(in.readString()), in.readString());
      default -> TxnCodec.readResponse(in, kind);
    };
  }

  /** Bytes that a request takes, nearly. */
  public static int sizeHint(KvRequest request) {
    return switch (request) {
      case KvRequest.Get get -> 8 + get.key().length();
      case KvRequest.GetAll all -> {
        int size = 32;
        for (Key key : all.keys()) {
          size += 2 + key.length();
        }
        yield size;
      }
      case KvRequest.Scan scan ->
          36 + scan.span().start().length() + scan.span().end().length() + length(scan.program());
      case KvRequest.Put put -> 16 + put.key().length() + put.value().length;
      case KvRequest.Delete delete -> 8 + delete.key().length();
      case KvRequest.DeleteRange delete ->
          16 + delete.span().start().length() + delete.span().end().length();
      case KvRequest.CompareAndSet compare ->
          24 + compare.key().length() + length(compare.expected()) + length(compare.value());
      case KvRequest.Batch batch -> {
        int size = 8;
        for (KvRequest.Write write : batch.writes()) {
          size += sizeHint(write);
        }
        yield size;
      }
      case KvRequest.RaiseHorizon raise -> 48 + raise.from().length() + raise.fromRecord().length;
      case KvRequest.TxnStep step -> TxnCodec.sizeHint(step);
      case KvRequest.TxnQuestion question -> TxnCodec.sizeHint(question);
    };
  }

  /** Bytes that a response takes, nearly. */
  public static int sizeHint(KvResponse response) {
    return switch (response) {
      case KvResponse.Value value -> 24 + length(value.value());
      case KvResponse.Values several -> {
        int size = 8;
        for (KvResponse.Value value : several.values()) {
          size += 16 + length(value.value());
        }
        yield size;
      }
      case KvResponse.Page page -> {
        int size = 32;
        for (KvResponse.Row row : page.rows()) {
          size += 20 + row.key().length() + row.value().length;
        }
        KvResponse.Evaluated evaluated = page.evaluated();
        if (evaluated != null) {
          for (byte[] result : evaluated.results()) {
            size += 5 + result.length;
          }
          size += 16 + length(evaluated.error());
        }
        yield size;
      }
      case KvResponse.Compared compared -> 32 + length(compared.current());
      case KvResponse.BatchDone done -> {
        int size = 8;
        for (KvResponse result : done.results()) {
          size += sizeHint(result);
        }
        yield size;
      }
      case KvResponse.Written written -> 16;
      case KvResponse.RangeDeleted deleted -> 64;
      case KvResponse.Prepared prepared -> 16;
      case KvResponse.Status status -> 24;
      case KvResponse.Valid valid -> 8;
      case KvResponse.Changed changed -> 16 + changed.near().length();
      case KvResponse.Horizon horizon -> 64 + horizon.rangeEnd().length();
      case KvResponse.Blocked blocked -> 16 + blocked.key().length();
      case KvResponse.Failed failed -> 64 + failed.message().length();
    };
  }

  private static void writeValue(ByteWriter out, KvResponse.Value value) {
    writeOptional(out, value.value());
    out.putLong(value.version().value());
  }

  private static KvResponse.Value readValue(ByteReader in) {
    return new KvResponse.Value(readOptional(in), new Timestamp(in.readLong()));
  }

  private static List<Key> readKeys(ByteReader in) {
    int count = in.readCount();
    if (count < 1 || count > KvRequest.GetAll.KEYS_MAX) {
      throw new ByteReader.MalformedBytes(count + " keys are asked for at once");
    }
    var keys = new ArrayList<Key>(count);
    for (int i = 0; i < count; i++) {
      keys.add(readKey(in));
    }
    return keys;
  }

  private static void writePage(ByteWriter out, KvResponse.Page page) {
    out.putVarInt(page.rows().size());
    for (KvResponse.Row row : page.rows()) {
      out.putBytes(row.key().bytes()).putBytes(row.value()).putLong(row.version().value());
    }
    writeOptionalKey(out, page.resume());
    writeOptionalTimestamp(out, page.at());
  }

  private static KvResponse.Page readPage(ByteReader in) {
    int count = in.readCount();
    var rows = new ArrayList<KvResponse.Row>(count);
    for (int i = 0; i < count; i++) {
      rows.add(new KvResponse.Row(readKey(in), in.readBytes(), new Timestamp(in.readLong())));
    }
    return new KvResponse.Page(rows, readOptionalKey(in), readOptionalTimestamp(in));
  }

  private static KvResponse.Evaluated readEvaluated(ByteReader in) {
    long looked = in.readVarLong();
    int count = in.readCount();
    var results = new ArrayList<byte[]>(count);
    for (int i = 0; i < count; i++) {
      results.add(in.readBytes());
    }
    return new KvResponse.Evaluated(looked, results, readOptional(in));
  }

  private static ErrorCode readCode(String name) {
    try {
      return ErrorCode.valueOf(name);
    } catch (IllegalArgumentException unknown) {
      // A newer node knows more reasons: what it meant is not known here, so assume the least.
      return ErrorCode.INTERNAL;
    }
  }

  public static Key readKey(ByteReader in) {
    return Key.wrap(in.readBytes());
  }

  public static void writeSpan(ByteWriter out, KeySpan span) {
    out.putBytes(span.start().bytes()).putBytes(span.end().bytes());
  }

  public static KeySpan readSpan(ByteReader in) {
    Key start = readKey(in);
    Key end = readKey(in);
    if (start.compareTo(end) >= 0) {
      throw new ByteReader.MalformedBytes("span is empty or reversed");
    }
    return new KeySpan(start, end);
  }

  static void writeOptional(ByteWriter out, byte @Nullable [] bytes) {
    out.putBoolean(bytes != null);
    if (bytes != null) {
      out.putBytes(bytes);
    }
  }

  static byte @Nullable [] readOptional(ByteReader in) {
    return in.readBoolean() ? in.readBytes() : null;
  }

  static void writeOptionalTimestamp(ByteWriter out, @Nullable Timestamp timestamp) {
    out.putBoolean(timestamp != null);
    if (timestamp != null) {
      out.putLong(timestamp.value());
    }
  }

  static @Nullable Timestamp readOptionalTimestamp(ByteReader in) {
    return in.readBoolean() ? new Timestamp(in.readLong()) : null;
  }

  private static void writeOptionalKey(ByteWriter out, @Nullable Key key) {
    writeOptional(out, key == null ? null : key.bytes());
  }

  private static @Nullable Key readOptionalKey(ByteReader in) {
    byte[] bytes = readOptional(in);
    return bytes == null ? null : Key.wrap(bytes);
  }

  private static int length(byte @Nullable [] bytes) {
    return bytes == null ? 0 : bytes.length;
  }
}
