package dev.troupe.sql.schema;

import com.ongres.scram.common.ScramFunctions;
import dev.troupe.protocol.spi.TxnRequest.Lock;
import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.kv.Cancellation;
import dev.troupe.sql.kv.KvTransaction;
import dev.troupe.sql.kv.KvTransactions;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Verifiers for users who have no password or do not exist. They have to look the same at each
 * attempt, on each node and after each restart, as those of real users do: so they are derived from
 * a secret that the cluster keeps. Any thread.
 */
public final class DecoySecret {
  private static final int SECRET_BYTES = 32;
  private static final int ATTEMPTS_MAX = 5;

  // Secrets must not be guessed: they are no part of what a simulation replays.
  private final SecureRandom random = new SecureRandom();
  private final KvTransactions transactions;
  private volatile byte @Nullable [] known;

  public DecoySecret(KvTransactions transactions) {
    this.transactions = transactions;
  }

  /**
   * A verifier that fits no password. To be asked for at each login, whether it is needed or not:
   * the first time on a node takes longer.
   *
   * @throws SqlException when the secret cannot be read
   */
  public ScramVerifier verifier(String user, Duration deadline, Cancellation cancellation) {
    byte[] secret = known;
    if (secret == null) {
      secret = load(deadline, cancellation);
      known = secret;
    }
    return new ScramVerifier(
        ScramVerifier.ITERATIONS,
        Arrays.copyOf(derived(secret, "salt", user), ScramVerifier.SALT_BYTES),
        derived(secret, "stored key", user),
        derived(secret, "server key", user));
  }

  private static byte[] derived(byte[] secret, String purpose, String user) {
    byte[] text = (purpose + "\0" + user).getBytes(StandardCharsets.UTF_8);
    return ScramFunctions.hmac(ScramVerifier.MECHANISM, secret, text);
  }

  private byte[] load(Duration deadline, Cancellation cancellation) {
    for (int attempt = 1; ; attempt++) {
      KvTransaction transaction = transactions.begin(deadline, cancellation);
      try {
        byte[] kept = transaction.get(CatalogKeys.DECOY_SECRET, Lock.NONE);
        if (kept == null) {
          kept = new byte[SECRET_BYTES];
          random.nextBytes(kept);
          transaction.put(CatalogKeys.DECOY_SECRET, kept);
          transaction.commit();
        }
        return kept;
      } catch (SqlException e) {
        // Another node was first, or nobody knows: what is there now counts.
        boolean again =
            e.state() == SqlState.SERIALIZATION_FAILURE
                || e.state() == SqlState.STATEMENT_COMPLETION_UNKNOWN;
        if (!again || attempt == ATTEMPTS_MAX) {
          throw e;
        }
      } finally {
        transaction.rollback();
      }
    }
  }
}
