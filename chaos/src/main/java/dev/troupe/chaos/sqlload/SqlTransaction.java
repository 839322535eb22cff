package dev.troupe.chaos.sqlload;

import dev.troupe.chaos.history.MicroOp;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/**
 * A transaction that a history tells of.
 *
 * @param function what a history calls it
 * @param asked its steps before they are answered
 * @param single whether it is one statement that commits by itself
 * @param body runs it on a connection, without the commit, and returns the steps as answered
 */
record SqlTransaction(String function, List<MicroOp> asked, boolean single, Body body) {
  /** The statements of a transaction. */
  @FunctionalInterface
  interface Body {
    List<MicroOp> run(Connection connection) throws SQLException;
  }
}
