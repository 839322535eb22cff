package dev.troupe.sql.session;

import dev.troupe.sql.syntax.StatementShape;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What statements of one shape have cost on this node, by who ran them, as PostgreSQL's {@code
 * pg_stat_statements} counts it. When too many shapes were seen those are forgotten that were run
 * least. Any thread.
 */
public final class StatementBook {
  /** So many shapes are kept. */
  static final int SHAPES_MAX = 5_000;

  /** Part of them that is forgotten at once, so that it does not have to be done each time. */
  private static final int FORGET_ONE_OF = 20;

  /**
   * What is known of a user's statements of one shape. Times are of statements that succeeded, from
   * their message to the end of their commit if they were alone, in nanoseconds.
   *
   * @param id the same for the shape on all nodes
   * @param failed how often such a statement ended with an error
   * @param retries how often one was run again, because others were in its way
   * @param rows given or changed
   */
  public record Figures(
      String user,
      long id,
      String shape,
      long calls,
      long failed,
      long retries,
      long rows,
      long totalNanos,
      long minNanos,
      long maxNanos,
      double meanNanos,
      double deviationNanos) {}

  private record Key(String user, String shape) {}

  private final Map<Key, StatementTally> tallies = new ConcurrentHashMap<>();
  private final AtomicLong forgotten = new AtomicLong();
  private final ReentrantLock forgetting = new ReentrantLock();
  private final int shapesMax;

  StatementBook() {
    this(SHAPES_MAX);
  }

  StatementBook(int shapesMax) {
    this.shapesMax = shapesMax;
  }

  /** All that is kept, in no order. */
  public List<Figures> all() {
    return tallies.values().stream()
        .map(StatementTally::figures)
        .filter(StatementBook::hasEnded)
        .toList();
  }

  /** What has only begun is not worth showing. */
  private static boolean hasEnded(Figures figures) {
    return figures.calls() > 0 || figures.failed() > 0;
  }

  /** How often shapes were forgotten because there were too many. */
  public long forgotten() {
    return forgotten.get();
  }

  /** Begins anew. */
  public void reset() {
    for (Map.Entry<Key, StatementTally> each : List.copyOf(tallies.entrySet())) {
      forget(each.getKey(), each.getValue());
    }
    forgotten.set(0);
  }

  /**
   * Where a user's statement is to be counted.
   *
   * @param sql as it was sent
   */
  StatementTally tally(String user, String sql) {
    var key = new Key(user, StatementShape.of(sql));
    StatementTally known = tallies.get(key);
    if (known != null) {
      return known;
    }
    StatementTally added =
        tallies.computeIfAbsent(key, k -> new StatementTally(k.user(), id(k.shape()), k.shape()));
    if (tallies.size() > shapesMax) {
      forgetSome(added);
    }
    return added;
  }

  /**
   * Forgets those that were run least.
   *
   * @param added just now, and about to be run
   */
  private void forgetSome(StatementTally added) {
    if (!forgetting.tryLock()) {
      return;
    }
    try {
      int excess = tallies.size() - shapesMax + shapesMax / FORGET_ONE_OF;
      tallies.entrySet().stream()
          .filter(each -> each.getValue() != added)
          .map(each -> Map.entry(each.getValue().figures().calls(), each))
          .sorted(Comparator.comparingLong(Map.Entry::getKey))
          .limit(excess)
          .map(Map.Entry::getValue)
          .forEach(each -> forget(each.getKey(), each.getValue()));
      forgotten.incrementAndGet();
    } finally {
      forgetting.unlock();
    }
  }

  private void forget(Key key, StatementTally tally) {
    tallies.remove(key, tally);
    tally.forget();
  }

  private static long id(String shape) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(shape.getBytes(StandardCharsets.UTF_8));
      return ByteBuffer.wrap(digest).getLong();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
