package dev.troupe.client;

import dev.troupe.protocol.error.ErrorCode.Retry;
import java.io.Serial;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A request was refused, has failed, or got no answer. */
public class TroupeClientException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  /** No node could be talked to, or the connection broke. */
  public static final String CONNECTION_LOST = "CONNECTION_LOST";

  /** A node is connected and does not answer. */
  public static final String CLIENT_TIMEOUT = "CLIENT_TIMEOUT";

  /** The calling thread was interrupted; its flag is set again. */
  public static final String INTERRUPTED = "INTERRUPTED";

  /** The client was closed. */
  public static final String CLIENT_CLOSED = "CLIENT_CLOSED";

  private final String reason;
  private final Retry retry;

  public TroupeClientException(
      String reason, String message, Retry retry, @Nullable Throwable cause) {
    super(message, cause);
    this.reason = reason;
    this.retry = retry;
  }

  /**
   * What happened: the name of a {@link dev.troupe.protocol.error.ErrorCode}, one of the constants
   * of this class, or a reason that a newer server has and this client does not know.
   */
  public String reason() {
    return reason;
  }

  /** What may be concluded: above all whether anything has happened. */
  public Retry retry() {
    return retry;
  }

  @Override
  public String getMessage() {
    return reason + ": " + Objects.requireNonNull(super.getMessage());
  }

  /** What the message says after the reason. */
  String detail() {
    return Objects.requireNonNull(super.getMessage());
  }
}
