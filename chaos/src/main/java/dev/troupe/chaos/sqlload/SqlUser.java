package dev.troupe.chaos.sqlload;

import dev.troupe.chaos.history.HistoryEvent;
import dev.troupe.chaos.history.MicroOp;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * A client with a connection of its own. A transaction is attempted once and recorded; a connection
 * that broke is replaced by one to the next node. One thread.
 */
final class SqlUser implements AutoCloseable {
  private static final int ATTEMPTS_MAX = 10;

  private final List<String> urls;
  private final SqlHistory history;
  private final SqlCounts counts;
  private int target;
  private int process;
  private @Nullable Connection connection;

  /**
   * @param urls of JDBC, one per node
   * @param target which of them comes first
   */
  SqlUser(List<String> urls, int target, SqlHistory history, SqlCounts counts) {
    this.urls = List.copyOf(urls);
    this.target = target;
    this.history = history;
    this.counts = counts;
    this.process = history.newProcess();
  }

  /** Whether it went through. */
  boolean step(SqlWorkload workload, SplittableRandom random) {
    return attempt(workload.draw(random)) == null;
  }

  /** Runs a transaction that has to go through, if need be again. */
  void require(SqlTransaction transaction) throws SQLException {
    SQLException failure = attempt(transaction);
    for (int again = 1; failure != null && again < ATTEMPTS_MAX; again++) {
      failure = attempt(transaction);
    }
    if (failure != null) {
      throw failure;
    }
  }

  private @Nullable SQLException attempt(SqlTransaction transaction) {
    record(HistoryEvent.Type.INVOKE, transaction.asked(), transaction, null);
    boolean committing = false;
    try {
      Connection open = connection();
      open.setAutoCommit(transaction.single());
      committing = transaction.single();
      var answered = transaction.body().run(open);
      if (!transaction.single()) {
        committing = true;
        open.commit();
      }
      record(HistoryEvent.Type.OK, answered, transaction, null);
      counts.onCommit();
      return null;
    } catch (SQLException e) {
      failed(transaction, e, Fate.of(e, committing));
      return e;
    }
  }

  private void failed(SqlTransaction transaction, SQLException error, Fate fate) {
    counts.onError(error, fate);
    String why = Fate.state(error) + " " + error.getMessage();
    if (fate == Fate.UNKNOWN) {
      record(HistoryEvent.Type.INFO, transaction.asked(), transaction, why);
      process = history.newProcess();
    } else {
      record(HistoryEvent.Type.FAIL, transaction.asked(), transaction, why);
    }
    tidyUp();
  }

  private void record(
      HistoryEvent.Type type,
      List<MicroOp> value,
      SqlTransaction transaction,
      @Nullable String error) {
    history.record(process, type, transaction.function(), value, error);
  }

  private Connection connection() throws SQLException {
    Connection open = connection;
    if (open == null) {
      open = DriverManager.getConnection(urls.get(target % urls.size()));
      connection = open;
    }
    return open;
  }

  /** Leaves the failed transaction; without that, the connection. */
  private void tidyUp() {
    Connection open = connection;
    if (open == null) {
      target++;
      return;
    }
    try {
      if (!open.getAutoCommit()) {
        open.rollback();
      }
      if (open.isClosed()) {
        replace(open);
      }
    } catch (SQLException broken) {
      replace(open);
    }
  }

  private void replace(Connection broken) {
    connection = null;
    target++;
    closeQuietly(broken);
  }

  /** Of a connection that does not serve any more nobody needs to hear how it ends. */
  private static void closeQuietly(Connection broken) {
    try {
      broken.close();
    } catch (SQLException alreadyBroken) {
      return;
    }
  }

  @Override
  public void close() {
    Connection open = connection;
    if (open != null) {
      connection = null;
      closeQuietly(open);
    }
  }
}
