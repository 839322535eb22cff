package dev.troupe.sql.syntax.ast;

/** A role that is named, or one that depends on the session. */
public sealed interface RoleName {
  int position();

  record Named(String name, int position) implements RoleName {}

  /** CURRENT_USER, CURRENT_ROLE. */
  record Current(int position) implements RoleName {}

  /** SESSION_USER. */
  record OfSession(int position) implements RoleName {}

  /** PUBLIC: everybody. */
  record Everybody(int position) implements RoleName {}
}
