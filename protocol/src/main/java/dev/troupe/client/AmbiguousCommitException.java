package dev.troupe.client;

import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.protocol.error.ErrorCode.Retry;
import java.io.Serial;
import java.util.UUID;

/**
 * The transaction may or may not have been committed, once, and the cluster could not tell which.
 * Ask again later with {@link TroupeClient#outcome}; running it again can apply it twice.
 */
public final class AmbiguousCommitException extends TroupeClientException {
  @Serial private static final long serialVersionUID = 1L;

  private final UUID transactionId;
  private final byte[] firstKey;

  AmbiguousCommitException(
      UUID transactionId, byte[] firstKey, String message, Throwable commitFailure) {
    super(ErrorCode.AMBIGUOUS.name(), message, Retry.UNKNOWN_OUTCOME, commitFailure);
    this.transactionId = transactionId;
    this.firstKey = firstKey.clone();
  }

  public UUID transactionId() {
    return transactionId;
  }

  /** The key under which the outcome is kept. */
  public byte[] firstKey() {
    return firstKey.clone();
  }
}
