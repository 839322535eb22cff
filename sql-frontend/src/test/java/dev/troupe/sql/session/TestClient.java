package dev.troupe.sql.session;

import dev.troupe.protocol.spi.SystemClocks;
import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.kv.Cancellation;
import dev.troupe.sql.kv.MemoryStore;
import dev.troupe.sql.kv.NoSignals;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** A client of a node of its own over a shared store. Rows are lists of values. */
final class TestClient implements AutoCloseable {
  private final AtomicLong rowIds = new AtomicLong();
  private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
  private final SqlSession session;

  TestClient(MemoryStore store) {
    var sessions =
        new SqlSessions(
            new SqlSessions.Ports(
                store.transactions(),
                rowIds::incrementAndGet,
                () -> {
                  throw new IllegalStateException("no cluster");
                },
                SystemClocks.wall(),
                SystemClocks.monotonic(),
                SystemClocks.random(),
                new NoSignals()),
            () -> true);
    Account account = sessions.account("root", false, new Cancellation());
    session =
        sessions.open(
            new SessionRequest(1, account, Map.of(), "test", false), new Places(10, 0), timer);
  }

  /** What a statement gave. */
  record Result(List<List<@Nullable Object>> rows, String tag) {}

  /** Runs a text by the simple protocol. */
  Result query(String sql) {
    var sink = new CollectedRows();
    try {
      session.query(sql, sink);
    } catch (SqlException e) {
      session.failed(e.state());
      throw e;
    }
    return new Result(sink.rows, sink.tag());
  }

  /** Parse and Sync. */
  void prepare(String name, String sql) {
    session.expect(true);
    session.parse(name, sql, new int[0]);
    session.sync(new CollectedRows());
  }

  /** Bind and Execute, and Sync behind it, all in one piece. */
  Result run(String name, String... values) {
    return run(name, true, values);
  }

  /**
   * Bind and Execute.
   *
   * @param alone whether Sync follows in the same piece; otherwise it may be more that follows
   */
  Result run(String name, boolean alone, String... values) {
    return run(name, alone, 0, values);
  }

  /**
   * Bind and Execute, as above.
   *
   * @param maxRows of Execute; 0 for all
   */
  Result run(String name, boolean alone, int maxRows, String... values) {
    var sink = new CollectedRows();
    List<byte @Nullable []> bytes = new ArrayList<>();
    for (String value : values) {
      bytes.add(value.getBytes(StandardCharsets.UTF_8));
    }
    try {
      session.expect(alone);
      session.bind("", name, new int[0], bytes, new int[0]);
      session.expect(alone);
      session.execute("", maxRows, sink);
      if (alone) {
        session.sync(sink);
      }
    } catch (SqlException e) {
      session.failed(e.state());
      throw e;
    }
    return new Result(sink.rows, sink.tag());
  }

  /** Ends an implicit transaction. */
  void sync() {
    session.sync(new CollectedRows());
  }

  TransactionStatus status() {
    return session.status();
  }

  @Override
  public void close() {
    session.close();
    timer.shutdownNow();
  }
}
