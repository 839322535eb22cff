package dev.troupe.sql.schema;

import dev.troupe.sql.type.TypeSession;
import dev.troupe.sql.type.time.DateTimeParser;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A role, be it a user or a group.
 *
 * @param secret verifier of its password as PostgreSQL writes it ({@code SCRAM-SHA-256$...}); null:
 *     it has no password
 * @param connectionLimit -1: none
 * @param validUntil when the password ends, as it was written; null: never
 * @param memberOf names of roles whose rights it has
 * @param settings what its sessions begin with, each {@code name=value}
 */
public record Role(
    long id,
    String name,
    boolean login,
    boolean superuser,
    boolean createRole,
    boolean createDatabase,
    boolean inherit,
    @Nullable String secret,
    int connectionLimit,
    @Nullable String validUntil,
    List<String> memberOf,
    List<String> settings) {
  /** The role that every cluster begins with. */
  public static final Role ROOT =
      new Role(10, "root", true, true, true, true, true, null, -1, null, List.of(), List.of());

  public Role {
    memberOf = List.copyOf(memberOf);
    settings = List.copyOf(settings);
  }

  /**
   * Whether its password has ended.
   *
   * @param nowMicros since 2000-01-01 UTC
   */
  public boolean isPasswordExpired(long nowMicros) {
    return validUntil != null
        && DateTimeParser.parseTimestampTz(validUntil, TypeSession.utc(nowMicros)) < nowMicros;
  }

  /** The same role with another password. */
  public Role withSecret(@Nullable String verifier) {
    return new Role(
        id,
        name,
        login,
        superuser,
        createRole,
        createDatabase,
        inherit,
        verifier,
        connectionLimit,
        validUntil,
        memberOf,
        settings);
  }

  public Role withMemberOf(List<String> groups) {
    return new Role(
        id,
        name,
        login,
        superuser,
        createRole,
        createDatabase,
        inherit,
        secret,
        connectionLimit,
        validUntil,
        groups,
        settings);
  }

  public Role withSettings(List<String> assignments) {
    return new Role(
        id,
        name,
        login,
        superuser,
        createRole,
        createDatabase,
        inherit,
        secret,
        connectionLimit,
        validUntil,
        memberOf,
        assignments);
  }

  public Role withName(String newName) {
    return new Role(
        id,
        newName,
        login,
        superuser,
        createRole,
        createDatabase,
        inherit,
        secret,
        connectionLimit,
        validUntil,
        memberOf,
        settings);
  }
}
