package dev.troupe.sql.session;

import dev.troupe.sql.catalog.Relation;
import dev.troupe.sql.catalog.SequenceDescriptor;
import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.eval.SessionServices;
import dev.troupe.sql.schema.AccessObject;
import dev.troupe.sql.schema.SchemaCatalog;
import dev.troupe.sql.vtable.CatalogFunctions;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What functions ask of this session. Used by the session's thread. */
final class SessionFunctions implements SessionServices {
  /** Of a transaction's number: microseconds take fifty until the year 2035. */
  private static final int SESSION_BITS = 12;

  private final SessionParts parts;
  private final AdvisoryLocks locks;

  SessionFunctions(SessionParts parts) {
    this.parts = parts;
    this.locks = new AdvisoryLocks(parts);
  }

  @Override
  public String currentUser() {
    return parts.roles().current();
  }

  @Override
  public String sessionUser() {
    return parts.roles().session();
  }

  @Override
  public String currentDatabase() {
    return parts.identity().database();
  }

  @Override
  public List<String> searchPath(boolean withImplicit) {
    return catalog().searchedSchemas(withImplicit);
  }

  @Override
  public int backendPid() {
    return parts.identity().pid();
  }

  @Override
  public String serverVersion() {
    return "PostgreSQL "
        + SettingCatalog.SERVER_VERSION
        + " on Java "
        + Runtime.version().feature()
        + ", 64-bit";
  }

  @Override
  public String setConfig(String name, @Nullable String value, boolean local) {
    if (SessionRoles.isIdentity(name)) {
      var identity = new RoleSettings(parts);
      if (value == null) {
        identity.reset(name);
      } else {
        identity.set(name, value, local);
      }
    } else if (value == null) {
      parts.settings().reset(name);
    } else {
      parts.settings().set(name.toLowerCase(Locale.ROOT), value, local);
    }
    return parts.settings().shown(name);
  }

  @Override
  public long nextval(long sequence) {
    if (parts.transaction().isReadOnly()) {
      throw new SqlException(
          SqlState.READ_ONLY_SQL_TRANSACTION,
          "cannot execute nextval() in a read-only transaction");
    }
    requireAny(sequence, "U", "w");
    return parts.sequences().next(catalog(), sequence);
  }

  @Override
  public long nextOfIdentity(long sequence) {
    return parts.sequences().next(catalog(), sequence);
  }

  /** The user needs one of some privileges on a sequence. */
  private void requireAny(long sequence, String... letters) {
    SchemaCatalog catalog = catalog();
    Relation relation = catalog.relation(sequence);
    if (relation instanceof SequenceDescriptor && !catalog.rights().isSuperuser()) {
      catalog.rights().requireAny(AccessObject.of(relation), letters);
    }
  }

  @Override
  public long currval(long sequence) {
    requireAny(sequence, "U", "r");
    return parts.sequences().current(catalog(), sequence);
  }

  @Override
  public long lastval() {
    Long sequence = parts.sequences().lastSequence();
    if (sequence != null) {
      requireAny(sequence, "U", "r");
    }
    return parts.sequences().last(catalog());
  }

  @Override
  public long setval(long sequence, long value, boolean called) {
    requireAny(sequence, "w");
    return parts.sequences().set(catalog(), sequence, value, called);
  }

  @Override
  public @Nullable Long resolve(String kind, String name) {
    return CatalogFunctions.resolve(catalog(), kind, name);
  }

  @Override
  public String nameOf(String kind, long oid) {
    return CatalogFunctions.nameOf(catalog(), kind, oid);
  }

  @Override
  public @Nullable Object catalogFunction(String name, List<@Nullable Object> arguments) {
    if (name.startsWith("pg_advisory") || name.startsWith("pg_try_advisory")) {
      return locks.call(name, arguments);
    }
    return switch (name) {
      case "current_query" -> parts.text().get();
      case "pg_stat_statements_reset" -> resetStatements();
      case "txid_current", "txid_current_if_assigned" -> transactionNumber();
      case "inet_server_addr" -> address(parts.identity().here());
      case "inet_server_port" -> port(parts.identity().here());
      case "inet_client_addr" -> address(parts.identity().there());
      case "inet_client_port" -> port(parts.identity().there());
      default -> CatalogFunctions.call(catalog(), name, arguments);
    };
  }

  private @Nullable Object resetStatements() {
    if (!catalog().rights().isSuperuser()) {
      throw new SqlException(
          SqlState.INSUFFICIENT_PRIVILEGE,
          "permission denied for function pg_stat_statements_reset");
    }
    parts.node().metrics().statements().reset();
    return "";
  }

  private static @Nullable String address(@Nullable InetSocketAddress end) {
    return end == null || end.getAddress() == null ? null : end.getAddress().getHostAddress();
  }

  private static @Nullable Integer port(@Nullable InetSocketAddress end) {
    return end == null ? null : end.getPort();
  }

  /** Rises with the moment at which transactions begin, and differs from session to session. */
  private long transactionNumber() {
    return parts.transaction().beganMicros() << SESSION_BITS
        | (parts.identity().pid() & ((1 << SESSION_BITS) - 1));
  }

  private SchemaCatalog catalog() {
    return parts.transaction().schema(false);
  }
}
