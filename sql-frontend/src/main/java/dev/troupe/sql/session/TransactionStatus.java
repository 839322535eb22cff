package dev.troupe.sql.session;

/** Where a session stands, as ReadyForQuery tells it. */
public enum TransactionStatus {
  IDLE('I'),
  ACTIVE('T'),
  FAILED('E');

  private final char code;

  TransactionStatus(char code) {
    this.code = code;
  }

  public char code() {
    return code;
  }
}
