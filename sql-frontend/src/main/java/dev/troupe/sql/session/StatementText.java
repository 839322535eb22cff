package dev.troupe.sql.session;

/** What the client has sent last, as it was sent. Owned by the session's thread. */
final class StatementText {
  private String sql = "";

  String get() {
    return sql;
  }

  void set(String text) {
    sql = text;
  }
}
