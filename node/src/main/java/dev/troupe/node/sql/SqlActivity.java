package dev.troupe.node.sql;

import dev.troupe.sql.session.Account;
import dev.troupe.sql.session.SessionRegistry;
import dev.troupe.sql.session.StatementBook;
import dev.troupe.sql.session.UnfinishedChange;
import java.util.List;

/** What the dashboard sees of this node's SQL, and may ask of it. Any thread. */
public interface SqlActivity {
  /** The sessions of this node. */
  List<SessionRegistry.Activity> sessions();

  /**
   * Ends the statement that a session of this node runs, as its own client could.
   *
   * @return false when there is no such session here
   */
  boolean cancel(int pid);

  /** What statements have cost on this node, by their shape; in no order. */
  List<StatementBook.Figures> statements();

  /** Forgets what statements have cost. */
  void resetStatements();

  /**
   * Changes of the schema that are under way in the cluster. Waits for the catalog.
   *
   * @throws dev.troupe.sql.error.SqlException when the catalog cannot be read
   */
  List<UnfinishedChange> unfinishedChanges();

  /**
   * Looks up a user together with what is kept of its password. Waits for the catalog.
   *
   * @throws dev.troupe.sql.error.SqlException when the catalog cannot be read
   */
  Account account(String user);
}
