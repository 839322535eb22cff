package dev.troupe.sql.schema;

import dev.troupe.protocol.codec.ByteReader;
import dev.troupe.protocol.codec.ByteReader.MalformedBytes;
import dev.troupe.protocol.codec.ByteWriter;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.KeySpan;
import dev.troupe.protocol.spi.KvResponse;
import dev.troupe.protocol.spi.TxnRequest.Lock;
import dev.troupe.sql.kv.KvCursor;
import dev.troupe.sql.kv.KvTransaction;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A change of the schema that is seen by everybody already and still has to go over rows that were
 * there before. It is kept beside the catalog, under the OID of what it makes; each step of the
 * work changes it in the step's transaction. So any number of nodes may work on it, one after the
 * other or at once, and none of them matters. Immutable; the bytes are stored.
 *
 * @param oid of the index or constraint
 * @param rowsAt id of the primary index that {@code resume} is a key of; 0 at first
 * @param resume the first row that has not been looked at; null: all of them
 * @param filled whether all rows have been looked at
 * @param rows how many have
 * @param steps rises with each change, so that others see whether somebody works on it
 */
public record SchemaJob(
    Kind kind,
    long table,
    long oid,
    int rowsAt,
    @Nullable Key resume,
    boolean filled,
    long rows,
    long steps) {
  /** Where all of them are kept. */
  public static final KeySpan KEPT = CatalogKeys.JOBS;

  private static final int LAYOUT_1 = 1;

  /** As many changes under way make a longer list than anybody needs. */
  private static final int LISTED_MAX = 1000;

  /** What is made. The order is stored. */
  public enum Kind {
    /** An index whose entries are to be made. */
    INDEX,
    /** A CHECK or foreign key that rows are to be looked at for. */
    CONSTRAINT
  }

  static SchemaJob of(Kind kind, long table, long oid) {
    return new SchemaJob(kind, table, oid, 0, null, false, 0, 0);
  }

  /**
   * After another step.
   *
   * @param next where to go on; null: the rows are at their end
   */
  public SchemaJob advanced(int primaryIndex, @Nullable Key next, long more) {
    return new SchemaJob(
        kind, table, oid, primaryIndex, next, next == null, rows + more, steps + 1);
  }

  /** Where to go on: at the first row if the table's rows have been given another place. */
  public @Nullable Key resumeIn(int primaryIndex) {
    return rowsAt == primaryIndex ? resume : null;
  }

  /** Whether entries were made for all rows of this place. */
  public boolean isFilled(int primaryIndex) {
    return filled && rowsAt == primaryIndex;
  }

  /** All that is under way. */
  public static List<SchemaJob> all(KvTransaction transaction) {
    var found = new ArrayList<SchemaJob>();
    try (KvCursor cursor = transaction.scan(KEPT, false, false, LISTED_MAX, Lock.NONE)) {
      for (List<KvResponse.Row> page = cursor.next();
          page != null && found.size() < LISTED_MAX;
          page = cursor.next()) {
        page.forEach(row -> found.add(decode(row.value())));
      }
    }
    return found;
  }

  /** The job as it is now; null when it is done. Others who work on it wait from now on. */
  public static @Nullable SchemaJob take(KvTransaction transaction, long oid) {
    byte[] bytes = transaction.get(CatalogKeys.job(oid), Lock.WAIT);
    return bytes == null ? null : decode(bytes);
  }

  /** Remembers how far it has come. */
  public void write(KvTransaction transaction) {
    transaction.put(CatalogKeys.job(oid), encode());
  }

  /** Forgets it. */
  public void delete(KvTransaction transaction) {
    transaction.delete(CatalogKeys.job(oid));
  }

  byte[] encode() {
    ByteWriter out =
        new ByteWriter(64)
            .putByte(LAYOUT_1)
            .putByte(kind.ordinal())
            .putVarLong(table)
            .putVarLong(oid)
            .putVarInt(rowsAt)
            .putBoolean(resume != null);
    if (resume != null) {
      out.putBytes(resume.bytes());
    }
    return out.putBoolean(filled).putVarLong(rows).putVarLong(steps).toBytes();
  }

  static SchemaJob decode(byte[] bytes) {
    ByteReader in = new ByteReader(bytes);
    int layout = in.readByte();
    if (layout != LAYOUT_1) {
      throw new MalformedBytes("no layout of schema jobs: " + layout);
    }
    return new SchemaJob(
        RecordFields.readEnum(in, Kind.values()),
        in.readVarLong(),
        in.readVarLong(),
        in.readVarInt(),
        in.readBoolean() ? Key.wrap(in.readBytes()) : null,
        in.readBoolean(),
        in.readVarLong(),
        in.readVarLong());
  }
}
