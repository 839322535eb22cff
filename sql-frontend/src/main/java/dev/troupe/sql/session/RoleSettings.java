package dev.troupe.sql.session;

import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.schema.SchemaCatalog;

/**
 * SET ROLE and SET SESSION AUTHORIZATION, whichever way they are said. Used by the session's
 * thread.
 */
final class RoleSettings {
  private static final String NONE = "none";
  private static final String DEFAULT = "default";

  private final SessionParts parts;

  RoleSettings(SessionParts parts) {
    this.parts = parts;
  }

  /**
   * Changes one of the two settings.
   *
   * @throws SqlException when there is no such role, or it may not be taken
   */
  void set(String name, String value, boolean local) {
    if (name.equalsIgnoreCase(SessionRoles.ROLE)) {
      setRole(value, local);
    } else {
      setSession(value, local);
    }
  }

  private void setRole(String value, boolean local) {
    if (!value.equals(NONE)) {
      SchemaCatalog catalog = requireRole(value);
      if (!catalog.rightsOf(parts.roles().session()).isMemberOf(value)) {
        throw SqlException.of(
            SqlState.INSUFFICIENT_PRIVILEGE, "permission denied to set role \"%s\"", value);
      }
    }
    parts.settings().set(SessionRoles.ROLE, value, local);
  }

  private void setSession(String value, boolean local) {
    String authenticated = parts.roles().authenticated();
    String wanted = value.equals(DEFAULT) ? authenticated : value;
    SchemaCatalog catalog = requireRole(wanted);
    if (!wanted.equals(authenticated) && !catalog.rightsOf(authenticated).isSuperuser()) {
      throw SqlException.of(
          SqlState.INSUFFICIENT_PRIVILEGE,
          "permission denied to set session authorization \"%s\"",
          wanted);
    }
    parts.settings().set(SessionRoles.SESSION, wanted, local);
    parts.settings().set(SessionRoles.ROLE, NONE, local);
  }

  /** RESET of one of the two settings. */
  void reset(String name) {
    parts.settings().reset(name);
    if (name.equalsIgnoreCase(SessionRoles.SESSION)) {
      parts.settings().set(SessionRoles.ROLE, NONE, false);
    }
  }

  private SchemaCatalog requireRole(String name) {
    SchemaCatalog catalog = parts.transaction().schema(false);
    if (catalog.role(name) == null) {
      throw SqlException.of(SqlState.INVALID_PARAMETER_VALUE, "role \"%s\" does not exist", name);
    }
    return catalog;
  }
}
