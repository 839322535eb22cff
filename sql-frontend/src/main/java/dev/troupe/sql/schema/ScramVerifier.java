package dev.troupe.sql.schema;

import com.ongres.scram.common.ScramFunctions;
import com.ongres.scram.common.ScramMechanism;
import com.ongres.scram.common.StringPreparation;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What is kept of a password: enough to find out whether somebody knows it, and not enough to log
 * in (RFC 5802 and RFC 7677). Its text is PostgreSQL's: {@code
 * SCRAM-SHA-256$iterations:salt$stored:server}, with the salt and the keys in base 64.
 */
public final class ScramVerifier {
  /** The only mechanism, with or without channel binding. */
  public static final ScramMechanism MECHANISM = ScramMechanism.SCRAM_SHA_256;

  /** Rounds of the key derivation of passwords that are set here. */
  static final int ITERATIONS = 4096;

  static final int SALT_BYTES = 16;
  private static final int KEY_BYTES = 32;

  private static final Pattern TEXT =
      Pattern.compile(
          "SCRAM-SHA-256\\$(\\d{1,9}):([A-Za-z0-9+/=]+)\\$([A-Za-z0-9+/=]+):([A-Za-z0-9+/=]+)");

  // Secrets must not be guessed: they are no part of what a simulation replays.
  private static final SecureRandom SALTS = new SecureRandom();

  private final int iterations;
  private final byte[] salt;
  private final byte[] storedKey;
  private final byte[] serverKey;

  ScramVerifier(int iterations, byte[] salt, byte[] storedKey, byte[] serverKey) {
    this.iterations = iterations;
    this.salt = salt.clone();
    this.storedKey = storedKey.clone();
    this.serverKey = serverKey.clone();
  }

  /** Whether a text is a verifier already and no password. */
  public static boolean isVerifier(String text) {
    return parse(text) != null;
  }

  /** Null when the text is no verifier. */
  public static @Nullable ScramVerifier parse(String text) {
    Matcher parts = TEXT.matcher(text);
    if (!parts.matches()) {
      return null;
    }
    try {
      Base64.Decoder base64 = Base64.getDecoder();
      var verifier =
          new ScramVerifier(
              Integer.parseInt(parts.group(1)),
              base64.decode(parts.group(2)),
              base64.decode(parts.group(3)),
              base64.decode(parts.group(4)));
      return verifier.isSound() ? verifier : null;
    } catch (IllegalArgumentException notBase64) {
      return null;
    }
  }

  private boolean isSound() {
    return iterations > 0
        && salt.length > 0
        && storedKey.length == KEY_BYTES
        && serverKey.length == KEY_BYTES;
  }

  /** A verifier with a fresh salt. */
  public static ScramVerifier of(String password) {
    return of(password, ScramFunctions.salt(SALT_BYTES, SALTS), ITERATIONS);
  }

  static ScramVerifier of(String password, byte[] salt, int iterations) {
    // Clients prepare passwords by SASLprep, and take what it does not allow as it is.
    byte[] salted =
        ScramFunctions.saltedPassword(
            MECHANISM,
            StringPreparation.POSTGRESQL_PREPARATION,
            password.toCharArray(),
            salt,
            iterations);
    byte[] clientKey = ScramFunctions.clientKey(MECHANISM, salted);
    return new ScramVerifier(
        iterations,
        salt,
        ScramFunctions.storedKey(MECHANISM, clientKey),
        ScramFunctions.serverKey(MECHANISM, salted));
  }

  /** Whether this is the password; takes a core some milliseconds. */
  public boolean fits(String password) {
    return MessageDigest.isEqual(storedKey, of(password, salt, iterations).storedKey);
  }

  public int iterations() {
    return iterations;
  }

  public byte[] salt() {
    return salt.clone();
  }

  public byte[] storedKey() {
    return storedKey.clone();
  }

  public byte[] serverKey() {
    return serverKey.clone();
  }

  /** As it is kept. */
  public String text() {
    Base64.Encoder base64 = Base64.getEncoder();
    return "%s$%d:%s$%s:%s"
        .formatted(
            MECHANISM.getName(),
            iterations,
            base64.encodeToString(salt),
            base64.encodeToString(storedKey),
            base64.encodeToString(serverKey));
  }
}
