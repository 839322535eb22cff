package dev.troupe.sql.schema;

import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.syntax.ast.Option;
import dev.troupe.sql.type.TypeSession;
import dev.troupe.sql.type.time.DateTimeParser;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Options of CREATE and ALTER ROLE. */
final class RoleOptions {
  private static final long DAY_MICROS = 86_400_000_000L;

  private final List<Option> options;

  RoleOptions(List<Option> options) {
    this.options = options;
  }

  boolean onlyPassword() {
    return options.stream()
        .allMatch(option -> Set.of("password", "encrypted password").contains(option.name()));
  }

  List<String> inRoles() {
    List<String> names = new ArrayList<>();
    for (Option option : options) {
      if (option.name().equals("in role") || option.name().equals("in group")) {
        names.addAll(option.values());
      }
    }
    return names;
  }

  List<String> members() {
    List<String> names = new ArrayList<>();
    for (Option option : options) {
      if (Set.of("role", "user", "admin").contains(option.name())) {
        names.addAll(option.values());
      }
    }
    return names;
  }

  /** Those among the members who may make others members. */
  List<String> admins() {
    List<String> names = new ArrayList<>();
    for (Option option : options) {
      if (option.name().equals("admin")) {
        names.addAll(option.values());
      }
    }
    return names;
  }

  Role applyTo(Role role) {
    Role changed = role;
    for (Option option : options) {
      changed = apply(option, changed);
    }
    return changed;
  }

  private static Role apply(Option option, Role role) {
    return switch (option.name()) {
      case "login" -> with(role, true, role.superuser(), role.createRole());
      case "nologin" -> with(role, false, role.superuser(), role.createRole());
      case "superuser" -> with(role, role.login(), true, role.createRole());
      case "nosuperuser" -> with(role, role.login(), false, role.createRole());
      case "createrole" -> with(role, role.login(), role.superuser(), true);
      case "nocreaterole" -> with(role, role.login(), role.superuser(), false);
      case "createdb" -> withRest(role, true, role.inherit());
      case "nocreatedb" -> withRest(role, false, role.inherit());
      case "inherit" -> withRest(role, role.createDatabase(), true);
      case "noinherit" -> withRest(role, role.createDatabase(), false);
      case "password", "encrypted password" -> role.withSecret(secret(option));
      case "connection limit" -> withLimits(role, number(option), role.validUntil());
      case "valid until" -> withLimits(role, role.connectionLimit(), moment(option));
      case "replication", "noreplication", "bypassrls", "nobypassrls", "sysid" -> role;
      case "in role", "in group", "role", "user", "admin" -> role;
      default ->
          throw SqlException.of(
                  SqlState.SYNTAX_ERROR, "unrecognized role option \"%s\"", option.name())
              .at(option.position());
    };
  }

  private static @Nullable String secret(Option option) {
    String password = option.value();
    if (password == null || password.isEmpty()) {
      return null;
    }
    return ScramVerifier.isVerifier(password) ? password : ScramVerifier.of(password).text();
  }

  /** As it was written; a moment without a zone is one of UTC, wherever the client is. */
  private static @Nullable String moment(Option option) {
    String text = option.value();
    if (text != null) {
      try {
        long micros = DateTimeParser.parseTimestampTz(text, TypeSession.utc(0));
        if (micros != DateTimeParser.parseTimestampTz(text, TypeSession.utc(DAY_MICROS))) {
          throw new SqlException(
              SqlState.INVALID_PARAMETER_VALUE, "VALID UNTIL must be a fixed moment: " + text);
        }
      } catch (SqlException e) {
        throw e.at(option.position());
      }
    }
    return text;
  }

  private static int number(Option option) {
    String value = option.value();
    try {
      int limit = Integer.parseInt(value == null ? "" : value);
      if (limit >= -1) {
        return limit;
      }
    } catch (NumberFormatException notANumber) {
      throw new SqlException(SqlState.INVALID_PARAMETER_VALUE, "invalid connection limit: " + value)
          .at(option.position());
    }
    throw new SqlException(SqlState.INVALID_PARAMETER_VALUE, "invalid connection limit: " + value)
        .at(option.position());
  }

  private static Role with(Role role, boolean login, boolean superuser, boolean createRole) {
    return new Role(
        role.id(),
        role.name(),
        login,
        superuser,
        createRole,
        role.createDatabase(),
        role.inherit(),
        role.secret(),
        role.connectionLimit(),
        role.validUntil(),
        role.memberOf(),
        role.settings());
  }

  private static Role withRest(Role role, boolean createDatabase, boolean inherit) {
    return new Role(
        role.id(),
        role.name(),
        role.login(),
        role.superuser(),
        role.createRole(),
        createDatabase,
        inherit,
        role.secret(),
        role.connectionLimit(),
        role.validUntil(),
        role.memberOf(),
        role.settings());
  }

  private static Role withLimits(Role role, int connections, @Nullable String validUntil) {
    return new Role(
        role.id(),
        role.name(),
        role.login(),
        role.superuser(),
        role.createRole(),
        role.createDatabase(),
        role.inherit(),
        role.secret(),
        connections,
        validUntil,
        role.memberOf(),
        role.settings());
  }
}
