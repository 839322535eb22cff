package dev.troupe.protocol.spi;

import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.KeySpan;
import dev.troupe.protocol.model.Timestamp;
import dev.troupe.protocol.model.TxnId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a client can ask of an open transaction. Keys are whole, as in {@link KvRequest}. */
public sealed interface TxnRequest {
  /** What a read does about rows that other transactions hold. */
  enum Lock {
    /** Takes no lock: commit finds out whether what was read still holds. */
    NONE,
    /** Locks what it reads, after whoever holds it now. */
    WAIT,
    /** Locks what it reads, or fails at once with LOCK_NOT_AVAILABLE. */
    NO_WAIT,
    /** Locks what it reads and leaves out what others hold. */
    SKIP_LOCKED,
    /** As SKIP_LOCKED; leaves out, too, what others have written since the transaction began. */
    SKIP_TAKEN,
    /** Takes no lock, and is no part of what the transaction has read: to find what to lock. */
    UNCHECKED
  }

  /** A request that a one-shot transaction can hold, too. */
  sealed interface Operation extends TxnRequest {}

  /** Reads a key. Answered by {@link TxnResponse.Value}. */
  record Get(Key key, Lock lock) implements Operation {}

  /**
   * Reads keys in one go, without locks. Answered by {@link TxnResponse.Values}.
   *
   * @param keys at most {@link KvRequest.GetAll#KEYS_MAX}, at least one
   */
  record GetAll(List<Key> keys) implements TxnRequest {
    public GetAll {
      keys = List.copyOf(keys);
    }
  }

  /**
   * Reads one page of a span, over as many ranges as it takes. Answered by {@link
   * TxnResponse.Page}.
   *
   * @param program as in {@link KvRequest.Scan}; not carried out where rows are locked, or where
   *     the transaction itself has written
   */
  record Scan(
      KeySpan span,
      int maxRows,
      int maxBytes,
      boolean reverse,
      boolean keysOnly,
      Lock lock,
      byte @Nullable [] program)
      implements Operation {
    public Scan(
        KeySpan span, int maxRows, int maxBytes, boolean reverse, boolean keysOnly, Lock lock) {
      this(span, maxRows, maxBytes, reverse, keysOnly, lock, null);
    }

    public Scan withLock(Lock other) {
      return new Scan(span, maxRows, maxBytes, reverse, keysOnly, other, program);
    }
  }

  /** Answered by {@link TxnResponse.Done}; visible to this transaction at once. */
  record Put(Key key, byte[] value) implements Operation {}

  /** Answered by {@link TxnResponse.Done}. */
  record Delete(Key key) implements Operation {}

  /** Begins a savepoint; one of the same name is hidden until this one ends. Answered by Done. */
  record Savepoint(String name) implements TxnRequest {}

  /** Undoes everything since the savepoint, which stays. Answered by Done. */
  record RollbackTo(String name) implements TxnRequest {}

  /** Forgets the savepoint and those after it, and keeps what was done. Answered by Done. */
  record Release(String name) implements TxnRequest {}

  /**
   * Binds the transaction to end by a timestamp: a commit or a read that would come later fails
   * with TXN_CONFLICT. Replaces an earlier bound; MAX lifts it. Chooses the timestamp as of which
   * the transaction reads unless that was done before; has no effect when the bound is below it.
   * Answered by {@link TxnResponse.ReadsAt}.
   *
   * @param otherwise it may also come later, and then counts as having read this key
   */
  record NotAfter(Timestamp bound, @Nullable Key otherwise) implements TxnRequest {
    /** Not later, whatever comes. */
    public NotAfter(Timestamp bound) {
      this(bound, null);
    }
  }

  /** Answered by {@link TxnResponse.Committed}, or a failure that says what is known. */
  record Commit() implements TxnRequest {}

  /** Answered by Done. */
  record Rollback() implements TxnRequest {}

  /** Something that must hold for the first branch of a {@link OneShot} to be taken. */
  sealed interface Compare {
    Key key();

    /**
     * The key has this value.
     *
     * @param value null: the key must not exist
     */
    record ValueIs(Key key, byte @Nullable [] value) implements Compare {}

    /** The key exists. */
    record Exists(Key key) implements Compare {}
  }

  /**
   * A whole transaction: if all comparisons hold the first operations, otherwise the others.
   *
   * @param id a repeated request with the same id and content does nothing twice
   * @param named a timestamp given out before the id was chosen, {@link Transactions#JUST_NOW} or
   *     {@link Transactions#UNKNOWN_AGE}
   */
  record OneShot(
      TxnId id,
      Timestamp named,
      List<Compare> compares,
      List<Operation> then,
      List<Operation> orElse) {
    /** Whose name may be old. */
    public OneShot(TxnId id, List<Compare> compares, List<Operation> then, List<Operation> orElse) {
      this(id, Transactions.UNKNOWN_AGE, compares, then, orElse);
    }

    public OneShot {
      compares = List.copyOf(compares);
      then = List.copyOf(then);
      orElse = List.copyOf(orElse);
    }
  }
}
