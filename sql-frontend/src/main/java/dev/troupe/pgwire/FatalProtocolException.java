package dev.troupe.pgwire;

import java.io.IOException;
import java.io.Serial;

/** The client's bytes make no sense any more: the connection ends with this message. */
final class FatalProtocolException extends IOException {
  @Serial private static final long serialVersionUID = 1L;

  FatalProtocolException(String message) {
    super(message);
  }
}
