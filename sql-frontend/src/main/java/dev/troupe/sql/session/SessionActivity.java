package dev.troupe.sql.session;

/** What one session does; written by its own thread, read by any. */
final class SessionActivity {
  private static final int STATEMENT_CHARS_MAX = 1024;

  private final int pid;
  private final String user;
  private final String database;
  private final String client;
  private final long sinceMicros;
  private volatile String application = "";
  private volatile String statement = "";
  private volatile long statementMicros;
  private volatile boolean active;
  private volatile TransactionStatus status = TransactionStatus.IDLE;

  SessionActivity(SessionIdentity identity, String client, long sinceMicros) {
    this.pid = identity.pid();
    this.user = identity.user();
    this.database = identity.database();
    this.client = client;
    this.sinceMicros = sinceMicros;
  }

  int pid() {
    return pid;
  }

  String user() {
    return user;
  }

  void begins(String sql, long micros, String program) {
    boolean isLong = sql.length() > STATEMENT_CHARS_MAX;
    statement = PasswordText.hidden(isLong ? sql.substring(0, STATEMENT_CHARS_MAX) : sql);
    statementMicros = micros;
    application = program;
    active = true;
  }

  void rests(TransactionStatus now) {
    active = false;
    status = now;
  }

  SessionRegistry.Activity now() {
    return new SessionRegistry.Activity(
        pid,
        user,
        database,
        application,
        client,
        sinceMicros,
        statement,
        statementMicros,
        active,
        status);
  }
}
