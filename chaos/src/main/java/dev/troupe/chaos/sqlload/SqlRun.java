package dev.troupe.chaos.sqlload;

import dev.troupe.protocol.spi.MonotonicClock;
import java.io.IOException;
import java.io.OutputStream;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * Runs a workload of SQL: makes its tables, lets its users work, and looks at all when they have
 * ended.
 */
public final class SqlRun {
  private static final long PAUSE_FIRST_MILLIS = 1;
  private static final long PAUSE_MAX_MILLIS = 200;

  /**
   * What to run.
   *
   * @param urls of JDBC, one per node; users are dealt out over them, and go on to the next one
   *     when one does not answer
   * @param users how many work at a time
   * @param duration for how long
   * @param seed of what they draw
   */
  public record Plan(List<String> urls, int users, Duration duration, long seed) {
    public Plan {
      urls = List.copyOf(urls);
      if (urls.isEmpty() || users < 1) {
        throw new IllegalArgumentException("a run needs a server and a user");
      }
    }
  }

  /**
   * What was seen, besides the history.
   *
   * @param summary one line for people
   * @param committed transactions
   * @param indexes that were compared with their tables
   * @param faults one line each: errors that no client should see, indexes that differ from their
   *     tables, what else does not hold
   */
  public record Result(String summary, long committed, int indexes, List<String> faults) {
    public Result {
      faults = List.copyOf(faults);
    }
  }

  private final SqlWorkload workload;
  private final Plan plan;
  private final MonotonicClock clock;
  private final CountDownLatch end = new CountDownLatch(1);

  /**
   * @param keys how many accounts there are, or lists that grow at a time
   */
  public static SqlRun of(SqlKind kind, int keys, Plan plan, MonotonicClock clock) {
    SqlWorkload workload =
        switch (kind) {
          case LIST_APPEND -> new SqlListAppend(keys);
          case BANK -> new SqlBank(keys);
        };
    return new SqlRun(workload, plan, clock);
  }

  private SqlRun(SqlWorkload workload, Plan plan, MonotonicClock clock) {
    this.workload = workload;
    this.plan = plan;
    this.clock = clock;
  }

  /**
   * Runs it all. Blocks.
   *
   * @param historyOut gets the history, and is closed
   * @param begun called when the tables are there, before the users begin
   * @throws SQLException when the tables cannot be made, or cannot be read at the end
   */
  public Result execute(OutputStream historyOut, Runnable begun)
      throws IOException, SQLException, InterruptedException {
    SqlCounts counts = new SqlCounts(clock);
    try (SqlHistory history = new SqlHistory(historyOut, clock)) {
      try (Connection connection = DriverManager.getConnection(plan.urls().getFirst());
          SqlUser first = new SqlUser(plan.urls(), 0, history, counts)) {
        workload.create(connection);
        workload.begin(first);
      }
      begun.run();
      work(history, counts);
      String summary = counts.toString();
      List<String> faults = new ArrayList<>(counts.unexpected());
      try (SqlUser last = new SqlUser(plan.urls(), 0, history, counts)) {
        workload.finish(last);
      }
      return new Result(summary, counts.committed(), inspect(faults), faults);
    }
  }

  /** Ends the work of the users early; any thread. */
  public void stop() {
    end.countDown();
  }

  private void work(SqlHistory history, SqlCounts counts) throws InterruptedException {
    try (ExecutorService threads = Executors.newFixedThreadPool(plan.users())) {
      List<Future<?>> users = new ArrayList<>();
      for (int user = 0; user < plan.users(); user++) {
        int number = user;
        users.add(threads.submit(() -> use(number, history, counts)));
      }
      end.await(plan.duration().toNanos(), TimeUnit.NANOSECONDS);
      stop();
      for (Future<?> user : users) {
        user.get();
      }
    } catch (ExecutionException e) {
      throw new IllegalStateException("a user has failed", e.getCause());
    }
  }

  private void use(int number, SqlHistory history, SqlCounts counts) {
    SplittableRandom random = new SplittableRandom(plan.seed() + number);
    try (SqlUser user = new SqlUser(plan.urls(), number, history, counts)) {
      long pauseMillis = 0;
      while (!end.await(pauseMillis, TimeUnit.MILLISECONDS)) {
        // Who is in the way of others, or finds no server, tries again later and later.
        pauseMillis =
            user.step(workload, random)
                ? 0
                : Math.clamp(2 * pauseMillis, PAUSE_FIRST_MILLIS, PAUSE_MAX_MILLIS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      stop();
    } catch (RuntimeException | Error e) {
      stop();
      throw e;
    }
  }

  /** How many indexes were compared. */
  private int inspect(List<String> faults) throws SQLException {
    try (Connection connection = DriverManager.getConnection(plan.urls().getLast())) {
      faults.addAll(workload.faults(connection));
      IndexCheck check = new IndexCheck(connection);
      for (String table : workload.tables()) {
        check.check(table);
      }
      faults.addAll(check.faults());
      return check.indexes();
    }
  }
}
