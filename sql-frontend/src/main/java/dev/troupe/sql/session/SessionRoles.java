package dev.troupe.sql.session;

import java.util.Locale;

/**
 * In whose name a session works: by the settings {@code session_authorization} and {@code role},
 * which go back with the transaction that has changed them. Owned by the session's thread.
 */
final class SessionRoles {
  static final String ROLE = "role";
  static final String SESSION = "session_authorization";
  private static final String NONE = "none";

  private final Settings settings;
  private final String authenticated;
  private long seen = -1;
  private String session = "";
  private String current = "";

  /**
   * @param authenticated who opened the session
   */
  SessionRoles(Settings settings, String authenticated) {
    this.settings = settings;
    this.authenticated = authenticated;
  }

  /** Whether a setting says who the session works for. */
  static boolean isIdentity(String name) {
    String key = name.toLowerCase(Locale.ROOT);
    return key.equals(ROLE) || key.equals(SESSION);
  }

  /** Who opened the session. */
  String authenticated() {
    return authenticated;
  }

  /** By whose memberships other roles can be taken. */
  String session() {
    look();
    return session;
  }

  /** By whose privileges statements run. */
  String current() {
    look();
    return current;
  }

  private void look() {
    if (seen != settings.changes()) {
      seen = settings.changes();
      session = settings.get(SESSION);
      String role = settings.get(ROLE);
      current = role.equals(NONE) ? session : role;
    }
  }
}
