package dev.troupe.sql.session;

import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.kv.Cancellation;
import dev.troupe.sql.kv.KvTransaction;
import dev.troupe.sql.schema.AccessObject;
import dev.troupe.sql.schema.DecoySecret;
import dev.troupe.sql.schema.Role;
import dev.troupe.sql.schema.SchemaCatalog;
import dev.troupe.sql.schema.ScramVerifier;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Looks up who wants in, for all connections of a node. Any thread; waits for the catalog. */
final class Accounts {
  private static final Duration DEADLINE = Duration.ofSeconds(10);

  private final TransactionScope.Sources sources;
  private final SessionClocks clocks;
  private final DecoySecret decoys;

  Accounts(TransactionScope.Sources sources, SessionClocks clocks) {
    this.sources = sources;
    this.clocks = clocks;
    this.decoys = new DecoySecret(sources.transactions());
  }

  /**
   * Finds a user, as the catalog has it now.
   *
   * @param withPassword whether the client will be asked for a password
   * @throws SqlException CANNOT_CONNECT_NOW when the catalog cannot be read
   */
  Account find(String user, boolean withPassword, Cancellation cancellation) {
    try {
      SchemaCatalog catalog = catalog(cancellation);
      Role role = catalog.role(user);
      boolean mayConnect = catalog.rightsOf(user).may(AccessObject.database(), "c");
      if (!withPassword) {
        return new Account(user, role, mayConnect, null, true);
      }
      // Asked for in any case: whoever measures the time learns nothing about who exists.
      ScramVerifier decoy = decoys.verifier(user, DEADLINE, cancellation);
      ScramVerifier own = own(role);
      return new Account(user, role, mayConnect, own == null ? decoy : own, own != null);
    } catch (SqlException e) {
      throw new SqlException(
              SqlState.CANNOT_CONNECT_NOW, "the catalog of users cannot be read at present")
          .withDetail(e.getMessage())
          .withHint("Connect again; when that does not help, see which nodes are down.");
    }
  }

  private SchemaCatalog catalog(Cancellation cancellation) {
    KvTransaction transaction = sources.transactions().begin(DEADLINE, cancellation);
    try {
      return SchemaCatalog.begin(
          sources.catalogs(), transaction, sources.virtual(), List.of(), false);
    } finally {
      transaction.rollback();
    }
  }

  private @Nullable ScramVerifier own(@Nullable Role role) {
    String secret = role == null ? null : role.secret();
    return role == null || secret == null || role.isPasswordExpired(clocks.nowMicros())
        ? null
        : ScramVerifier.parse(secret);
  }
}
