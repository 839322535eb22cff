package dev.troupe.sql.schema;

import dev.troupe.protocol.codec.ByteReader;
import dev.troupe.protocol.codec.ByteWriter;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.KeySpan;
import dev.troupe.protocol.spi.KvResponse;
import dev.troupe.protocol.spi.TxnRequest.Lock;
import dev.troupe.protocol.spi.WallClock;
import dev.troupe.sql.kv.KvCursor;
import dev.troupe.sql.kv.KvTransaction;
import dev.troupe.sql.kv.KvTransactions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The list of spans that hold what nobody can reach any more: data of dropped tables and indexes,
 * and what a transaction has written aside before it ended without a commit. Any thread.
 */
public final class Garbage {
  private static final Duration DEADLINE = Duration.ofSeconds(30);

  /** Longer than any transaction lives: until then it may still commit. */
  private static final long EXPECTED_MILLIS = Duration.ofHours(25).toMillis();

  private Garbage() {}

  /**
   * A span to be cleared.
   *
   * @param record key of its entry in the list
   */
  public record Span(Key record, KeySpan keys) {}

  /**
   * Leaves word, at once and whatever becomes of the transaction, that the span is garbage unless
   * it commits.
   */
  public static void expect(
      KvTransactions transactions, KvTransaction until, KeySpan span, WallClock clock) {
    Key record = CatalogKeys.garbage(span);
    KvTransaction word = transactions.begin(DEADLINE);
    try {
      word.put(record, value(span, clock.millis() + EXPECTED_MILLIS));
      word.commit();
    } finally {
      word.rollback();
    }
    until.delete(record);
  }

  /** The value of a record: where the span ends, and from when on it may be cleared. */
  static byte[] value(KeySpan span, long notBeforeMillis) {
    return new ByteWriter(64).putLong(notBeforeMillis).putRaw(span.end().bytes()).toBytes();
  }

  /**
   * Keeps others from clearing a span for a while, or lets go of it when that while is over at
   * once.
   *
   * @param untilMillis when others may have it
   * @return false when it is not due any more: another one has taken it, or has cleared it
   */
  public static boolean claim(
      KvTransactions transactions, Span span, long nowMillis, long untilMillis) {
    KvTransaction word = transactions.begin(DEADLINE);
    try {
      byte[] value = word.get(span.record(), Lock.WAIT);
      boolean free = value != null && new ByteReader(value).readLong() <= nowMillis;
      if (free) {
        word.put(span.record(), value(span.keys(), untilMillis));
        word.commit();
      }
      return free;
    } finally {
      word.rollback();
    }
  }

  /** What is to be cleared now; at most so many. */
  public static List<Span> due(KvTransaction transaction, long nowMillis, int max) {
    var found = new ArrayList<Span>();
    try (KvCursor cursor = transaction.scan(CatalogKeys.GARBAGE, false, false, max, Lock.NONE)) {
      for (List<KvResponse.Row> page = cursor.next(); page != null; page = cursor.next()) {
        for (KvResponse.Row row : page) {
          ByteReader in = new ByteReader(row.value());
          long notBefore = in.readLong();
          Key end = Key.wrap(in.readRaw(in.remaining()));
          if (notBefore <= nowMillis && found.size() < max) {
            found.add(new Span(row.key(), new KeySpan(CatalogKeys.garbageStart(row.key()), end)));
          }
        }
      }
    }
    return found;
  }
}
