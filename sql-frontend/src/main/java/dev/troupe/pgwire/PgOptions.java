package dev.troupe.pgwire;

import dev.troupe.sql.session.Places;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How clients are received.
 *
 * @param places how many of them
 * @param authentication whether they are asked for passwords
 * @param authenticationTimeout a client that has no session after so long is cut off
 * @param tls null: nothing is encrypted
 */
public record PgOptions(
    Places places,
    Authentication authentication,
    Duration authenticationTimeout,
    @Nullable PgTls tls) {
  private static final Duration AUTHENTICATION_TIMEOUT = Duration.ofSeconds(30);

  /** Everybody is let in, up to so many at once. */
  public static PgOptions trusting(int sessionsMax) {
    return new PgOptions(
        new Places(sessionsMax, 0), Authentication.TRUST, AUTHENTICATION_TIMEOUT, null);
  }
}
