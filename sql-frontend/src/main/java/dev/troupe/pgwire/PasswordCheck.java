package dev.troupe.pgwire;

import com.ongres.scram.common.ScramFunctions;
import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.schema.ScramVerifier;
import dev.troupe.sql.session.Account;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import org.jspecify.annotations.Nullable;

/** Asks a client for its password, by the SASL messages of the protocol. */
final class PasswordCheck {
  private static final int SASL = 10;
  private static final int SASL_CONTINUE = 11;
  private static final int SASL_FINAL = 12;

  /** As PostgreSQL: who is not let in yet cannot make the server keep much. */
  private static final int MESSAGE_BYTES_MAX = 1024;

  private static final int NONCE_LENGTH = 24;

  // Nonces must not be guessed: they are no part of what a simulation replays.
  private static final SecureRandom RANDOM = new SecureRandom();

  private final WireInput in;
  private final WireOutput out;

  PasswordCheck(WireInput in, WireOutput out) {
    this.in = in;
    this.out = out;
  }

  /**
   * Lets through who knows the password.
   *
   * @param binding what identifies the TLS channel; null when there is none
   * @throws SqlException INVALID_PASSWORD, whatever is wrong with the user or the password
   */
  void check(Account account, ScramVerifier verifier, byte @Nullable [] binding)
      throws IOException {
    var exchange =
        new ScramExchange(
            verifier, account.genuine(), binding, ScramFunctions.nonce(NONCE_LENGTH, RANDOM));
    out.begin('R').int32(SASL);
    if (binding != null) {
      out.string(ScramExchange.PLUS);
    }
    out.string(ScramExchange.PLAIN).int8(0).end();
    WireReader initial = response();
    String mechanism = initial.string();
    if (initial.int32() != initial.remaining()) {
      throw new SqlException(SqlState.PROTOCOL_VIOLATION, "malformed SASL response");
    }
    challenge(SASL_CONTINUE, exchange.first(mechanism, text(initial)));
    String signature = exchange.last(text(response()));
    if (signature == null) {
      throw SqlException.of(
          SqlState.INVALID_PASSWORD,
          "password authentication failed for user \"%s\"",
          account.user());
    }
    challenge(SASL_FINAL, signature);
  }

  private WireReader response() throws IOException {
    int type = in.messageType();
    if (type != 'p') {
      throw type < 0
          ? new EOFException("the client does not want to show a password")
          : new FatalProtocolException("expected SASL response, got message type " + type);
    }
    return in.messageBody(MESSAGE_BYTES_MAX);
  }

  private static String text(WireReader message) {
    // SCRAM's messages are ASCII; anything else fits nothing.
    return new String(message.rest(), StandardCharsets.ISO_8859_1);
  }

  private void challenge(int kind, String text) {
    out.begin('R').int32(kind).raw(text.getBytes(StandardCharsets.US_ASCII)).end();
  }
}
