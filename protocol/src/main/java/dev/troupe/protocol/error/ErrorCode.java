package dev.troupe.protocol.error;

/**
 * Every way in which a request can be refused or can fail, with the class of answer that a caller
 * may draw from it. The name is the machine-readable reason of the gRPC API.
 */
public enum ErrorCode {
  /** The request itself is wrong; repeating it cannot help. */
  INVALID_ARGUMENT(Retry.NEVER),
  KEY_TOO_LARGE(Retry.NEVER),
  VALUE_TOO_LARGE(Retry.NEVER),
  BATCH_TOO_LARGE(Retry.NEVER),
  /** An atomic batch whose keys lie in more than one range. */
  CROSS_RANGE_BATCH(Retry.NEVER),
  UNKNOWN_RANGE(Retry.NEVER),
  UNKNOWN_NODE(Retry.NEVER),
  WRONG_CLUSTER(Retry.NEVER),
  ALREADY_INITIALIZED(Retry.NEVER),
  /** The node has no cluster yet: run {@code troupe init} or wait for it to join. */
  NOT_INITIALIZED(Retry.SAFE),
  /** A membership change or transfer was refused because of the present state of the range. */
  PRECONDITION_FAILED(Retry.NEVER),
  /** The replica asked is not the leader; nothing was done. */
  NOT_LEADER(Retry.SAFE),
  /** The replica asked does not own the key (any more); nothing was done. */
  RANGE_MOVED(Retry.SAFE),
  /** No leader could be reached before the deadline; nothing was done. */
  RANGE_UNAVAILABLE(Retry.SAFE),
  /** A named queue or budget is full; nothing was done. */
  OVERLOADED(Retry.SAFE),
  /** The deadline passed before anything was proposed; nothing was done. */
  DEADLINE_EXCEEDED(Retry.SAFE),
  SHUTTING_DOWN(Retry.SAFE),
  /** Another transaction was in the way; nothing was done, and the whole may be run again. */
  TXN_CONFLICT(Retry.RESTART),
  /** Transactions waited for each other, and this one was chosen to give way. */
  DEADLOCK(Retry.RESTART),
  /** The transaction has ended or is not known here: nothing more can be asked of it. */
  TXN_ENDED(Retry.NEVER),
  /** The transaction did not end before its deadline and was rolled back. */
  TXN_EXPIRED(Retry.RESTART),
  /** The transaction holds more than a node may remember of one. */
  TXN_TOO_LARGE(Retry.NEVER),
  /** A row is locked and the request was not to wait. */
  LOCK_NOT_AVAILABLE(Retry.SAFE),
  UNKNOWN_SAVEPOINT(Retry.NEVER),
  /** The versions that the read wants may have been collected. */
  TIMESTAMP_TOO_OLD(Retry.NEVER),
  /** The timestamp has not been given out yet. */
  TIMESTAMP_IN_FUTURE(Retry.NEVER),
  /** The request was sent and may or may not have taken effect. */
  AMBIGUOUS(Retry.UNKNOWN_OUTCOME),
  /** Stored bytes failed their checksum. */
  CORRUPTION(Retry.NEVER),
  /** A disk refused to write or sync; the node stops. */
  STORAGE_FAILED(Retry.UNKNOWN_OUTCOME),
  INTERNAL(Retry.UNKNOWN_OUTCOME);

  /** What a caller may do after this error. */
  public enum Retry {
    /** The same request will be refused again. */
    NEVER,
    /** Nothing happened; the request may be sent again. */
    SAFE,
    /** Nothing happened; the whole transaction may be run again, not this request alone. */
    RESTART,
    /** It may have happened; only a read can tell. */
    UNKNOWN_OUTCOME
  }

  private final Retry retry;

  ErrorCode(Retry retry) {
    this.retry = retry;
  }

  public Retry retry() {
    return retry;
  }
}
