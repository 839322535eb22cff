package dev.troupe.chaos.sqlload;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.SplittableRandom;

/** Transactions over tables of their own. Shared by all users; any thread. */
interface SqlWorkload {
  /** Makes the tables anew. */
  void create(Connection connection) throws SQLException;

  /** Its tables, whose indexes have to be as they are. */
  List<String> tables();

  /** Adds a reading of everything to the history before the first user starts. */
  default void begin(SqlUser user) throws SQLException {
    // Most histories begin with nothing.
  }

  /** The next transaction of a user. */
  SqlTransaction draw(SplittableRandom random);

  /** Adds a reading of everything to the history, when all users have ended. */
  void finish(SqlUser user) throws SQLException;

  /** What must hold at the end beside the history; one line for each fault. */
  default List<String> faults(Connection connection) throws SQLException {
    return List.of();
  }
}
