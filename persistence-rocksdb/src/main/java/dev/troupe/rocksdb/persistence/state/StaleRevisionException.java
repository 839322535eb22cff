package dev.troupe.rocksdb.persistence.state;

import java.io.Serial;
import org.apache.pekko.persistence.state.exception.DurableStateException;

/**
 * A durable state was not written because its revision is not the next one: somebody else has
 * changed it, or the writer did not recover before.
 */
public final class StaleRevisionException extends DurableStateException {
  @Serial private static final long serialVersionUID = 1L;

  StaleRevisionException(String message) {
    super(message);
  }
}
