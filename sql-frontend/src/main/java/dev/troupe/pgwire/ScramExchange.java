package dev.troupe.pgwire;

import com.ongres.scram.common.ScramFunctions;
import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.schema.ScramVerifier;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * The server's side of one SCRAM-SHA-256 login, without or with the binding to the TLS channel
 * ({@code tls-server-end-point}); RFC 5802 and 7677 as PostgreSQL uses them: the user name is that
 * of the start-up packet, and what the messages say of it is passed over. Not for several threads.
 */
final class ScramExchange {
  static final String PLAIN = "SCRAM-SHA-256";
  static final String PLUS = "SCRAM-SHA-256-PLUS";

  private static final String BINDING_TYPE = "tls-server-end-point";
  private static final int FLAG_LENGTH = 2;

  private final ScramVerifier verifier;
  private final boolean genuine;
  private final byte @Nullable [] binding;
  private final String serverNonce;
  private String header = "";
  private String bare = "";
  private String first = "";
  private String nonce = "";

  /**
   * Begins.
   *
   * @param genuine false: nobody is let in, whatever they know; nothing else differs
   * @param binding what identifies the channel; null when it cannot be bound
   * @param serverNonce fresh, printable, and without commas
   */
  ScramExchange(
      ScramVerifier verifier, boolean genuine, byte @Nullable [] binding, String serverNonce) {
    this.verifier = verifier;
    this.genuine = genuine;
    this.binding = binding == null ? null : binding.clone();
    this.serverNonce = serverNonce;
  }

  /**
   * Answers the client's first message.
   *
   * @throws SqlException when it is not one, or tries to do without the binding that both can
   */
  String first(String mechanism, String message) {
    boolean plus = mechanism.equals(PLUS);
    if (!(plus && binding != null) && !mechanism.equals(PLAIN)) {
      throw violation("client selected an invalid SASL authentication mechanism");
    }
    header = header(message, plus);
    bare = message.substring(header.length());
    String[] fields = bare.split(",", -1);
    if (bare.startsWith("m=")) {
      throw malformed("The client requires an extension that is not supported.");
    }
    String clientNonce = fields.length < 2 ? "" : value(fields[1], "r=");
    if (!fields[0].startsWith("n=") || !isPrintable(clientNonce)) {
      throw malformed("The first message has no user or no nonce.");
    }
    nonce = clientNonce + serverNonce;
    first =
        "r=%s,s=%s,i=%d"
            .formatted(
                nonce, Base64.getEncoder().encodeToString(verifier.salt()), verifier.iterations());
    return first;
  }

  private String header(String message, boolean plus) {
    int flagEnd = message.indexOf(',');
    int headerEnd = message.indexOf(',', flagEnd + 1);
    if (flagEnd < 0 || headerEnd < 0) {
      throw malformed("The first message has no header.");
    }
    if (headerEnd > flagEnd + 1) {
      throw new SqlException(
          SqlState.FEATURE_NOT_SUPPORTED,
          "client uses authorization identity, but it is not supported");
    }
    String flag = message.substring(0, flagEnd);
    if (flag.startsWith("p=")) {
      requireBinding(flag.substring(FLAG_LENGTH), plus);
    } else if (plus) {
      throw malformed(
          "The client selected SCRAM-SHA-256-PLUS, but the SCRAM message does not include channel"
              + " binding data.");
    } else if (flag.equals("y") && binding != null) {
      // Somebody between has taken the mechanism with binding from the list.
      throw new SqlException(
              SqlState.INVALID_AUTHORIZATION_SPECIFICATION,
              "SCRAM channel binding negotiation error")
          .withDetail(
              "The client supports SCRAM channel binding but thinks the server does not. However,"
                  + " this server does support channel binding.");
    } else if (!flag.equals("y") && !flag.equals("n")) {
      throw malformed("Unexpected channel-binding flag.");
    }
    return message.substring(0, headerEnd + 1);
  }

  private static void requireBinding(String type, boolean plus) {
    if (!plus) {
      throw malformed(
          "The client selected SCRAM-SHA-256 without channel binding, but the SCRAM message"
              + " includes channel binding data.");
    }
    if (!type.equals(BINDING_TYPE)) {
      throw violation("unsupported SCRAM channel-binding type");
    }
  }

  /**
   * Answers the client's last message.
   *
   * @return null: the password is wrong
   * @throws SqlException when it is not one, or not of this exchange
   */
  @Nullable String last(String message) {
    int proofAt = message.lastIndexOf(",p=");
    String[] fields = message.split(",", -1);
    if (proofAt < 0 || fields.length < 3 || !fields[0].startsWith("c=")) {
      throw malformed("The last message has no binding, nonce or proof.");
    }
    if (!Arrays.equals(base64(value(fields[0], "c=")), channelData())) {
      throw new SqlException(
          SqlState.INVALID_AUTHORIZATION_SPECIFICATION, "SCRAM channel binding check failed");
    }
    if (!value(fields[1], "r=").equals(nonce)) {
      throw violation("invalid SCRAM response").withDetail("Nonce does not match.");
    }
    byte[] proof = base64(message.substring(proofAt + ",p=".length()));
    byte[] storedKey = verifier.storedKey();
    if (proof.length != storedKey.length) {
      throw malformed("The proof has a wrong length.");
    }
    String exchanged = bare + "," + first + "," + message.substring(0, proofAt);
    boolean known =
        ScramFunctions.verifyClientProof(ScramVerifier.MECHANISM, proof, storedKey, exchanged);
    byte[] signature =
        ScramFunctions.serverSignature(ScramVerifier.MECHANISM, verifier.serverKey(), exchanged);
    return known && genuine ? "v=" + Base64.getEncoder().encodeToString(signature) : null;
  }

  private byte[] channelData() {
    byte[] plain = header.getBytes(StandardCharsets.UTF_8);
    byte[] bound = binding;
    if (bound == null || !header.startsWith("p=")) {
      return plain;
    }
    byte[] both = Arrays.copyOf(plain, plain.length + bound.length);
    System.arraycopy(bound, 0, both, plain.length, bound.length);
    return both;
  }

  private static byte[] base64(String text) {
    try {
      return Base64.getDecoder().decode(text);
    } catch (IllegalArgumentException e) {
      throw malformed("A value is not in base 64.");
    }
  }

  private static String value(String field, String name) {
    if (!field.startsWith(name)) {
      throw malformed("The field " + name.charAt(0) + " is missing.");
    }
    return field.substring(name.length());
  }

  private static boolean isPrintable(String text) {
    return !text.isEmpty() && text.chars().allMatch(c -> c >= 0x21 && c <= 0x7e && c != ',');
  }

  private static SqlException malformed(String detail) {
    return violation("malformed SCRAM message").withDetail(detail);
  }

  private static SqlException violation(String message) {
    return new SqlException(SqlState.PROTOCOL_VIOLATION, message);
  }
}
