package dev.troupe.protocol.spi;

import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.protocol.error.TroupeException;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.Timestamp;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Answer to a {@link KvRequest}. */
public sealed interface KvResponse {
  /** Answer to a Get; {@code value} is null when the key does not exist. */
  record Value(byte @Nullable [] value, Timestamp version) implements KvResponse {}

  /** A key with its newest value; the value is empty in a keys-only scan. */
  record Row(Key key, byte[] value, Timestamp version) {}

  /**
   * A page of a scan.
   *
   * @param resume where the next page begins (ends, when reversed); null when the span is done
   * @param at the timestamp as of which the page was read: pass it on to read the same moment; null
   *     when the next page lies in another range and the request asked for the newest state, since
   *     that range may know newer versions that this reader must see
   * @param evaluated what the request's program did; null when the rows are all there are, as they
   *     are
   */
  record Page(
      List<Row> rows, @Nullable Key resume, @Nullable Timestamp at, @Nullable Evaluated evaluated)
      implements KvResponse {
    public Page(List<Row> rows, @Nullable Key resume, @Nullable Timestamp at) {
      this(rows, resume, at, null);
    }
  }

  /**
   * What a {@link RowProgram} made of the rows of a page.
   *
   * @param looked how many rows it looked at
   * @param results what it gathered
   * @param error of the first row looked at that it has no result for: then there are no rows and
   *     no results; null: none
   */
  record Evaluated(long looked, List<byte[]> results, byte @Nullable [] error) {}

  /** The write is durable and visible. */
  record Written(Timestamp version) implements KvResponse {}

  /**
   * Answer to a DeleteRange.
   *
   * @param resume where to go on; null when the span is done
   */
  record RangeDeleted(long keys, @Nullable Key resume, Timestamp version) implements KvResponse {}

  /** Answer to a CompareAndSet; {@code current} is the value found when it did not match. */
  record Compared(boolean swapped, byte @Nullable [] current, Timestamp version)
      implements KvResponse {}

  /** One answer per write of a batch; when not applied, no write of it had any effect. */
  record BatchDone(boolean applied, List<KvResponse> results) implements KvResponse {}

  /** Answer to what the database asks of itself; never seen by clients. */
  sealed interface Internal extends KvResponse {}

  /** Answer to a GetAll, in the order of its keys. */
  record Values(List<Value> values) implements Internal {}

  /** Answer to a Prepare: the transaction must commit at or above this timestamp. */
  record Prepared(Timestamp bound) implements Internal {}

  /** What a transaction's record says. The ordinal is stored and sent. */
  enum TxnState {
    /** There is none. */
    UNKNOWN,
    PENDING,
    COMMITTED,
    ABORTED
  }

  /**
   * What became of a transaction.
   *
   * @param at when it was committed; otherwise MIN
   * @param tag what the commit carried
   */
  record Status(TxnState state, Timestamp at, int tag) implements Internal {}

  /** Nothing speaks against it; or: it is done. */
  record Valid() implements Internal {}

  /** What a transaction read has changed since, at this key or near it. */
  record Changed(Key near) implements Internal {}

  /** Nothing was done, because another transaction has locked this key. */
  record Blocked(Key key) implements Internal {}

  /**
   * Answer to a RaiseHorizon.
   *
   * @param at the range's horizon now
   * @param recordsRemoved how many records of transactions went
   * @param resume key from which records have not been looked at; null when all have been
   * @param resumeRecord the id among the records of that key
   * @param rangeEnd where the range ends
   */
  record Horizon(
      Timestamp at, int recordsRemoved, @Nullable Key resume, byte[] resumeRecord, Key rangeEnd)
      implements Internal {}

  /** The request was refused, failed, or its outcome is not known: see the code's retry class. */
  record Failed(ErrorCode code, String message) implements KvResponse {
    public TroupeException toException() {
      return new TroupeException(code, message);
    }
  }
}
