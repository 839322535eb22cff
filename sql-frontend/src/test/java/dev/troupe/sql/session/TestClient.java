package dev.troupe.sql.session;

import dev.troupe.protocol.spi.SystemClocks;
import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.kv.Cancellation;
import dev.troupe.sql.kv.MemoryStore;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
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
                SystemClocks.random()),
            () -> true);
    Account account = sessions.account("root", false, new Cancellation());
    session =
        sessions.open(
            new SessionRequest(1, account, Map.of(), "test", false), new Places(10, 0), timer);
  }

  /** What a statement gave. */
  record Result(List<List<@Nullable Object>> rows, String tag) {}

  private static final class Sink implements ResultSink {
    final List<List<@Nullable Object>> rows = new ArrayList<>();
    String tag = "";

    @Override
    public void begin(List<ResultColumn> columns, int[] formats, boolean describe) {
      rows.clear();
    }

    @Override
    public void row(@Nullable Object[] row) {
      rows.add(Arrays.asList(row.clone()));
    }

    @Override
    public void complete(String done) {
      tag = done;
    }

    @Override
    public void empty() {}

    @Override
    public void suspended() {}

    @Override
    public void notice(Notice notice) {}

    @Override
    public void parameter(String name, String value) {}

    @Override
    public CopySource copyIn(int columns, boolean binary) {
      throw new IllegalStateException("no COPY here");
    }

    @Override
    public void copyOut(int columns, boolean binary) {}

    @Override
    public void copyData(byte[] bytes, int length) {}

    @Override
    public void copyDone() {}

    @Override
    public long mark() {
      return 0;
    }

    @Override
    public boolean rewind(long mark) {
      rows.clear();
      return true;
    }
  }

  /** Runs a text by the simple protocol. */
  Result query(String sql) {
    var sink = new Sink();
    try {
      session.query(sql, sink);
    } catch (SqlException e) {
      session.failed();
      throw e;
    }
    return new Result(sink.rows, sink.tag);
  }

  /** Parse and Sync. */
  void prepare(String name, String sql) {
    session.expect(true);
    session.parse(name, sql, new int[0]);
    session.sync(new Sink());
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
    var sink = new Sink();
    List<byte @Nullable []> bytes = new ArrayList<>();
    for (String value : values) {
      bytes.add(value.getBytes(StandardCharsets.UTF_8));
    }
    try {
      session.expect(alone);
      session.bind("", name, new int[0], bytes, new int[0]);
      session.expect(alone);
      session.execute("", 0, sink);
      if (alone) {
        session.sync(sink);
      }
    } catch (SqlException e) {
      session.failed();
      throw e;
    }
    return new Result(sink.rows, sink.tag);
  }

  /** Ends an implicit transaction. */
  void sync() {
    session.sync(new Sink());
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
