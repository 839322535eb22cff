package dev.troupe.chaos.sqlload;

import java.sql.SQLException;
import java.util.Set;

/** What an error tells of the transaction that it ended. */
enum Fate {
  /** Surely nothing has happened. */
  ABORTED,
  /** It may have been committed, or will be, or not. */
  UNKNOWN;

  /** Lost connections, and a server that says that it does not know. */
  private static final Set<String> UNKNOWN_STATES = Set.of("40003", "57P01", "57P02", "XX000");

  /** Of a correct server that others are in the way of, or whose nodes are being killed. */
  private static final Set<String> EXPECTED_STATES =
      Set.of("40001", "40P01", "40003", "57P01", "57P03", "23514");

  private static final String CONNECTION_CLASS = "08";

  /**
   * @param committing whether the server had been asked to commit when the error came; before that
   *     no error leaves a doubt
   */
  static Fate of(SQLException error, boolean committing) {
    String state = state(error);
    return committing && (state.startsWith(CONNECTION_CLASS) || UNKNOWN_STATES.contains(state))
        ? UNKNOWN
        : ABORTED;
  }

  /** Whether clients have to live with the error: all others show a defect. */
  static boolean isExpected(SQLException error) {
    String state = state(error);
    return state.startsWith(CONNECTION_CLASS) || EXPECTED_STATES.contains(state);
  }

  /** The SQLSTATE; empty when a driver gave none. */
  static String state(SQLException error) {
    String state = error.getSQLState();
    return state == null ? "" : state;
  }
}
