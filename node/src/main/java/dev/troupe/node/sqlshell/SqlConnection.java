package dev.troupe.node.sqlshell;

import dev.troupe.node.config.HostPort;
import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.core.BaseConnection;
import org.postgresql.core.Field;
import org.postgresql.core.Query;
import org.postgresql.core.QueryExecutor;
import org.postgresql.core.ResultCursor;
import org.postgresql.core.ResultHandlerBase;
import org.postgresql.core.TransactionState;
import org.postgresql.core.Tuple;

/**
 * A connection to a node's SQL port. Below JDBC's statements, on the driver's query executor: a
 * shell wants command tags, texts as the server writes them, and whether a transaction is open,
 * none of which JDBC tells.
 */
public final class SqlConnection implements AutoCloseable {
  private static final int CONNECT_SECONDS_MAX = 10;
  private static final int FLAGS =
      QueryExecutor.QUERY_EXECUTE_AS_SIMPLE
          | QueryExecutor.QUERY_ONESHOT
          | QueryExecutor.QUERY_SUPPRESS_BEGIN
          | QueryExecutor.QUERY_NO_BINARY_TRANSFER
          | QueryExecutor.QUERY_BOTH_ROWS_AND_STATUS;

  /** Where to, as whom. */
  public record Target(HostPort address, String user, String database) {}

  /**
   * What the connection is protected by.
   *
   * @param sslMode as PostgreSQL's clients name it: disable, allow, prefer, require, verify-ca,
   *     verify-full
   * @param rootCertificate file with the authorities that are trusted; null: where PostgreSQL's
   *     clients look
   * @param password null: none
   */
  public record Protection(
      String sslMode, @Nullable String rootCertificate, @Nullable String password) {
    /** Encrypted when the node offers it, and without a password. */
    public static final Protection DEFAULT = new Protection("prefer", null, null);

    public Protection withPassword(String typed) {
      return new Protection(sslMode, rootCertificate, typed);
    }
  }

  private final BaseConnection connection;
  private final Target target;

  private SqlConnection(BaseConnection connection, Target target) {
    this.connection = connection;
    this.target = target;
  }

  /**
   * Connects.
   *
   * @throws SQLException when nobody answers, or the user or database is refused
   */
  public static SqlConnection open(Target target, Protection protection) throws SQLException {
    Properties properties = new Properties();
    properties.setProperty("user", target.user());
    properties.setProperty("preferQueryMode", "simple");
    properties.setProperty("gssEncMode", "disable");
    properties.setProperty("connectTimeout", Integer.toString(CONNECT_SECONDS_MAX));
    properties.setProperty("ApplicationName", "troupe sql");
    properties.setProperty("sslmode", protection.sslMode());
    setUnlessNull(properties, "sslrootcert", protection.rootCertificate());
    setUnlessNull(properties, "password", protection.password());
    String database = URLEncoder.encode(target.database(), StandardCharsets.UTF_8);
    Connection opened =
        DriverManager.getConnection(
            "jdbc:postgresql://" + target.address() + "/" + database, properties);
    return new SqlConnection(opened.unwrap(BaseConnection.class), target);
  }

  private static void setUnlessNull(Properties properties, String name, @Nullable String value) {
    if (value != null) {
      properties.setProperty(name, value);
    }
  }

  Target target() {
    return target;
  }

  /**
   * Runs one statement.
   *
   * @param notices told in between
   * @throws SQLException when the server refuses it or the connection breaks
   */
  List<Answer> execute(String statement, Consumer<SQLWarning> notices) throws SQLException {
    QueryExecutor executor = connection.getQueryExecutor();
    Collecting answers = new Collecting(notices);
    executor.execute(executor.createSimpleQuery(statement), null, answers, 0, 0, FLAGS);
    return answers.collected;
  }

  /** The rows of a query that has some, maybe none. */
  Answer.Rows query(String query) throws SQLException {
    for (Answer answer : execute(query, notice -> {})) {
      if (answer instanceof Answer.Rows rows) {
        return rows;
      }
    }
    throw new IllegalArgumentException("not a query: " + query);
  }

  /** Runs {@code COPY … TO STDOUT}; returns the number of rows, or -1 when unknown. */
  long copyOut(String statement, Writer out) throws SQLException, IOException {
    return connection.unwrap(PGConnection.class).getCopyAPI().copyOut(statement, out);
  }

  /** Runs {@code COPY … FROM STDIN}; returns the number of rows, or -1 when unknown. */
  long copyIn(String statement, Reader data) throws SQLException, IOException {
    return connection.unwrap(PGConnection.class).getCopyAPI().copyIn(statement, data);
  }

  /** Asks the server to end the statement that runs, if one does. Any thread. */
  void cancel() throws SQLException {
    connection.cancelQuery();
  }

  TransactionState transaction() {
    return connection.getTransactionState();
  }

  /** Whether the connection has ended. */
  boolean isClosed() throws SQLException {
    return connection.isClosed();
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }

  /** Takes what the driver reads from the wire. */
  private static final class Collecting extends ResultHandlerBase {
    private final List<Answer> collected = new ArrayList<>();
    private final Consumer<SQLWarning> notices;

    Collecting(Consumer<SQLWarning> notices) {
      this.notices = notices;
    }

    @Override
    public void handleResultRows(
        Query query, Field[] fields, List<Tuple> tuples, @Nullable ResultCursor cursor) {
      List<ResultColumn> columns = new ArrayList<>(fields.length);
      for (Field field : fields) {
        columns.add(new ResultColumn(field.getColumnLabel(), field.getOID()));
      }
      collected.add(new Answer.Rows(columns, tuples.stream().map(Collecting::texts).toList()));
    }

    @Override
    public void handleCommandStatus(String status, long updateCount, long insertOid) {
      collected.add(new Answer.Done(status));
    }

    @Override
    public void handleWarning(SQLWarning warning) {
      notices.accept(warning);
    }

    private static List<@Nullable String> texts(Tuple tuple) {
      List<@Nullable String> texts = new ArrayList<>(tuple.fieldCount());
      for (int i = 0; i < tuple.fieldCount(); i++) {
        byte @Nullable [] bytes = tuple.get(i);
        texts.add(bytes == null ? null : new String(bytes, StandardCharsets.UTF_8));
      }
      return texts;
    }
  }
}
