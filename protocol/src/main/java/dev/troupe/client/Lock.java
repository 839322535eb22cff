package dev.troupe.client;

import dev.troupe.v1.TxnLock;

/** What a read does about rows that other transactions hold. */
public enum Lock {
  /** Takes no lock: commit finds out whether what was read still holds. */
  NONE(TxnLock.TXN_LOCK_NONE),
  /** Locks what it reads, after whoever holds it now. */
  WAIT(TxnLock.TXN_LOCK_WAIT),
  /** Locks what it reads, or fails at once with the reason LOCK_NOT_AVAILABLE. */
  NO_WAIT(TxnLock.TXN_LOCK_NO_WAIT),
  /** Locks what it reads and leaves out what others hold. */
  SKIP_LOCKED(TxnLock.TXN_LOCK_SKIP_LOCKED);

  private final TxnLock wire;

  Lock(TxnLock wire) {
    this.wire = wire;
  }

  TxnLock wire() {
    return wire;
  }
}
