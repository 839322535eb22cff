package dev.troupe.protocol.spi;

import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.KeySpan;
import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.model.Timestamp;
import dev.troupe.protocol.model.TxnId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One operation on the key space. Keys are whole: namespace and table prefixes included. */
public sealed interface KvRequest {
  /** An operation that changes something and can be part of a {@link Batch}. */
  sealed interface Write extends KvRequest {}

  /** An operation that changes nothing. */
  sealed interface Read extends KvRequest {}

  /** The key by which the request is routed. */
  Key routingKey();

  /**
   * The transaction that reads. If it has to wait for a lock, it may be part of a deadlock.
   *
   * @param coordinator node on which somebody works on it
   */
  record Reader(TxnId txn, NodeId coordinator) {}

  /**
   * One value, linearizable.
   *
   * @param at read as of this timestamp, which the oracle must have given out; null for the newest
   * @param reader null when it is no transaction
   */
  record Get(Key key, @Nullable Timestamp at, @Nullable Reader reader) implements Read {
    public Get(Key key) {
      this(key, null, null);
    }

    public Get(Key key, @Nullable Timestamp at) {
      this(key, at, null);
    }

    @Override
    public Key routingKey() {
      return key;
    }
  }

  /**
   * Several values in one go. Answered by {@link KvResponse.Values}, in the order of the keys.
   *
   * @param at read as of this timestamp, which the oracle must have given out; the keys may then
   *     lie in any ranges. Null for the newest values: then all keys have to lie in one range,
   *     otherwise the answer is CROSS_RANGE_BATCH, and each value is the newest at a moment not
   *     before that of the one before it
   * @param reader null when it is no transaction
   */
  record GetAll(List<Key> keys, @Nullable Timestamp at, @Nullable Reader reader) implements Read {
    public GetAll {
      keys = List.copyOf(keys);
      if (keys.isEmpty() || keys.size() > KEYS_MAX) {
        throw new IllegalArgumentException("from 1 to " + KEYS_MAX + " keys are read at once");
      }
    }

    /** So many keys may be asked for at once. */
    public static final int KEYS_MAX = 1024;

    @Override
    public Key routingKey() {
      return keys.getFirst();
    }
  }

  /**
   * One page of the live keys of a span, from the one range that holds its beginning (its end when
   * reversed).
   *
   * @param maxRows how many rows to send; a program may look at many more
   * @param at read as of this timestamp, which the oracle must have given out; null for the newest
   *     state
   * @param reader null when it is no transaction
   * @param program a {@link RowProgram} to be carried out where the rows are, if it is understood
   *     there; null: none
   */
  record Scan(
      KeySpan span,
      int maxRows,
      int maxBytes,
      boolean reverse,
      boolean keysOnly,
      @Nullable Timestamp at,
      @Nullable Reader reader,
      byte @Nullable [] program)
      implements Read {
    public Scan(
        KeySpan span,
        int maxRows,
        int maxBytes,
        boolean reverse,
        boolean keysOnly,
        @Nullable Timestamp at,
        @Nullable Reader reader) {
      this(span, maxRows, maxBytes, reverse, keysOnly, at, reader, null);
    }

    public Scan(
        KeySpan span,
        int maxRows,
        int maxBytes,
        boolean reverse,
        boolean keysOnly,
        @Nullable Timestamp at) {
      this(span, maxRows, maxBytes, reverse, keysOnly, at, null, null);
    }

    /** The same scan for all rows as they are. */
    public Scan withoutProgram() {
      return new Scan(span, maxRows, maxBytes, reverse, keysOnly, at, reader, null);
    }

    @Override
    public Key routingKey() {
      return reverse ? span.end() : span.start();
    }
  }

  record Put(Key key, byte[] value) implements Write {
    @Override
    public Key routingKey() {
      return key;
    }
  }

  record Delete(Key key) implements Write {
    @Override
    public Key routingKey() {
      return key;
    }
  }

  /** Deletes the first {@code maxKeys} live keys of the span that lie in one range, atomically. */
  record DeleteRange(KeySpan span, int maxKeys) implements Write {
    @Override
    public Key routingKey() {
      return span.start();
    }
  }

  /**
   * Writes a value if the key now has the expected one.
   *
   * @param expected null: the key must not exist
   * @param value null: delete the key
   */
  record CompareAndSet(Key key, byte @Nullable [] expected, byte @Nullable [] value)
      implements Write {
    @Override
    public Key routingKey() {
      return key;
    }
  }

  /** All of the writes or none, in order, within one range. A failed comparison undoes all. */
  record Batch(List<Write> writes) implements Write {
    public Batch {
      writes = List.copyOf(writes);
      if (writes.isEmpty()) {
        throw new IllegalArgumentException("a batch needs at least one write");
      }
      for (Write write : writes) {
        if (!(write instanceof Put || write instanceof Delete || write instanceof CompareAndSet)) {
          throw new IllegalArgumentException(
              "a batch holds puts, deletes and comparisons, not a "
                  + write.getClass().getSimpleName());
        }
      }
    }

    @Override
    public Key routingKey() {
      return writes.getFirst().routingKey();
    }
  }

  /**
   * Lets a range forget: below the horizon nothing is read any more, so that old versions can be
   * collected, and records of transactions that ended below it are removed, page by page. The range
   * stays below what may still be written, so it may go less far. Answered by Horizon.
   *
   * @param from routes the request; records are looked at from this key on
   * @param fromRecord of the records of that key, those with lower ids are passed over
   * @param horizon how far to go; MIN for not at all
   * @param basis a timestamp drawn before the proposer looked what is protected: a raise that
   *     looked earlier than an earlier request's basis is not carried out
   * @param recordsMax how many side records to look at, at least one
   * @param upTo the proposer looked for keys below this one only: a range that has got more since
   *     does not go at all
   */
  record RaiseHorizon(
      Key from, byte[] fromRecord, Timestamp horizon, Timestamp basis, int recordsMax, Key upTo)
      implements Write {
    /** Of a proposer that looked for all keys. */
    public RaiseHorizon(
        Key from, byte[] fromRecord, Timestamp horizon, Timestamp basis, int recordsMax) {
      this(from, fromRecord, horizon, basis, recordsMax, Key.MAX);
    }

    public RaiseHorizon {
      if (recordsMax < 1) {
        throw new IllegalArgumentException("at least one record must be looked at");
      }
    }

    @Override
    public Key routingKey() {
      return from;
    }
  }

  /** One key that a transaction writes; {@code value} is null to delete it. */
  record Change(Key key, byte @Nullable [] value) {}

  /**
   * A step of a transaction that goes through a range's log. All keys and spans must lie in the
   * range of the routing key; otherwise the answer is CROSS_RANGE_BATCH and nothing was done. A
   * step may be repeated: what it did before is not done again.
   */
  sealed interface TxnStep extends Write {
    TxnId txn();
  }

  /**
   * A whole transaction within one range: if nothing that it read has changed since, all is written
   * at once, with a record of the outcome under the anchor.
   *
   * @param request the name under which its client knows it and which the record gets: often {@code
   *     txn} itself
   * @param named a timestamp given out before that name was chosen: nothing that happened under it
   *     is older; MIN when that is not known
   * @param coordinator node on which somebody works on it
   * @param begun a timestamp given out before the transaction began: records of older ones may be
   *     gone, and with them the proof that this one did not happen yet
   * @param readAt when it read; MIN when it has read nothing
   * @param reads what it read
   * @param tag a small number of the caller's that the outcome shall carry
   * @param notAfter it fails with TXN_CONFLICT if it would be committed later
   */
  record CommitOnePhase(
      TxnId txn,
      TxnId request,
      Timestamp named,
      Key anchor,
      NodeId coordinator,
      Timestamp begun,
      Timestamp readAt,
      List<KeySpan> reads,
      List<Change> changes,
      int tag,
      Timestamp notAfter)
      implements TxnStep {
    /** At any time. */
    public CommitOnePhase(
        TxnId txn,
        TxnId request,
        Timestamp named,
        Key anchor,
        NodeId coordinator,
        Timestamp begun,
        Timestamp readAt,
        List<KeySpan> reads,
        List<Change> changes,
        int tag) {
      this(
          txn,
          request,
          named,
          anchor,
          coordinator,
          begun,
          readAt,
          reads,
          changes,
          tag,
          Timestamp.MAX);
    }

    @Override
    public Key routingKey() {
      return anchor;
    }
  }

  /**
   * Locks keys for a transaction, with what they are to hold, if nothing that it read there has
   * changed since. Answered by a lower bound for the timestamp of its commit.
   *
   * @param named as in {@link CommitOnePhase}, of this name
   * @param anchor where its record is
   * @param coordinator node to be asked whether somebody still works on it
   * @param reads what is to be validated now, and is protected by the locks from now on
   * @param record whether to make the record, which must be asked of the anchor's range only
   */
  record Prepare(
      TxnId txn,
      Timestamp named,
      Key anchor,
      NodeId coordinator,
      Timestamp begun,
      Timestamp readAt,
      List<KeySpan> reads,
      List<Change> changes,
      boolean record)
      implements TxnStep {
    public Prepare {
      if (changes.isEmpty() && !record) {
        throw new IllegalArgumentException("nothing to lock");
      }
    }

    @Override
    public Key routingKey() {
      return record ? anchor : changes.getFirst().key();
    }
  }

  /**
   * Commits a prepared transaction, if its record is pending and its request has not been carried
   * out before.
   *
   * @param request the name under which its client knows it: often {@code txn} itself
   * @param named as in {@link CommitOnePhase}
   */
  record Decide(TxnId txn, TxnId request, Timestamp named, Key anchor, Timestamp commitAt, int tag)
      implements TxnStep {
    @Override
    public Key routingKey() {
      return anchor;
    }
  }

  /**
   * Aborts a transaction unless it is committed; also one that is not known yet.
   *
   * @param named as in {@link Prepare}
   */
  record Abort(TxnId txn, Timestamp named, Key anchor) implements TxnStep {
    @Override
    public Key routingKey() {
      return anchor;
    }
  }

  /**
   * Turns locks of a decided transaction into versions, or takes them away.
   *
   * @param commitAt null when it was aborted
   */
  record Resolve(TxnId txn, @Nullable Timestamp commitAt, List<Key> keys) implements TxnStep {
    @Override
    public Key routingKey() {
      return keys.getFirst();
    }
  }

  /** All locks of a transaction are resolved: from now on its record is only kept for questions. */
  record Finish(TxnId txn, Key anchor) implements TxnStep {
    @Override
    public Key routingKey() {
      return anchor;
    }
  }

  /** What a transaction asks of a leader without writing anything. */
  sealed interface TxnQuestion extends Read {}

  /**
   * Whether spans, all in one range, read the same at two timestamps, for good, but for what the
   * transaction itself has locked. Answered by Valid or Changed.
   */
  record Validate(TxnId txn, List<KeySpan> spans, Timestamp after, Timestamp upTo)
      implements TxnQuestion {
    @Override
    public Key routingKey() {
      return spans.getFirst().start();
    }
  }

  /**
   * What a transaction's record says. Answered by Status.
   *
   * @param named as in {@link Prepare}
   */
  record AskOutcome(TxnId txn, Timestamp named, Key anchor) implements TxnQuestion {
    @Override
    public Key routingKey() {
      return anchor;
    }
  }

  /** How long a lock may be waited for. */
  enum Patience {
    WAIT,
    /** Answers LOCK_NOT_AVAILABLE at once. */
    NONE
  }

  /**
   * Keeps others from writing a key until the transaction ends, as long as the leader lives.
   * Answered by the key's newest value.
   *
   * @param losses how often the transaction was run before and lost: of those who wait for the key
   *     it passes those who have lost less often
   */
  record HoldKey(
      Key key, TxnId txn, NodeId coordinator, Timestamp begun, Patience patience, int losses)
      implements TxnQuestion {
    public HoldKey(Key key, TxnId txn, NodeId coordinator, Timestamp begun, Patience patience) {
      this(key, txn, coordinator, begun, patience, 0);
    }

    @Override
    public Key routingKey() {
      return key;
    }
  }

  /** Lets go of held keys of one range, and of the wish for them. Answered by Valid. */
  record LetGo(TxnId txn, List<Key> keys) implements TxnQuestion {
    @Override
    public Key routingKey() {
      return keys.getFirst();
    }
  }
}
