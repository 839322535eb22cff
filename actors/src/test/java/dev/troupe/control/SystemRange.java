package dev.troupe.control;

import com.typesafe.config.ConfigFactory;
import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.Timestamp;
import dev.troupe.protocol.spi.KvClient;
import dev.troupe.protocol.spi.KvRequest;
import dev.troupe.protocol.spi.KvResponse;
import dev.troupe.protocol.spi.SystemClocks;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.typed.javadsl.Adapter;

/** One range over a sorted map, which several nodes share. Answers get lost as a test says. */
public final class SystemRange implements KvClient {
  /** What becomes of a request. */
  public enum Fate {
    ANSWERED,
    /** Done, but the answer is AMBIGUOUS. */
    DONE_IN_SILENCE,
    /** Not done, and the answer is AMBIGUOUS. */
    LOST,
    /** Not done, and said so. */
    REFUSED
  }

  private final NavigableMap<Key, byte[]> rows = new TreeMap<>();
  private final ArrayDeque<Fate> fates = new ArrayDeque<>();
  private long clock;
  private int requests;

  /** An actor system whose replicated journal lies here, as on a node of its own. */
  public ActorTestKit node(String name) {
    var kit =
        ActorTestKit.create(
            name,
            ConfigFactory.parseString(
                    "pekko { actor.provider = local, logger-startup-timeout = 60s }")
                .withFallback(ConfigFactory.defaultReference())
                .resolve());
    ReplicatedStorage.get(Adapter.toClassic(kit.system()))
        .connect(new SystemRecords(this, SystemClocks.monotonic()));
    return kit;
  }

  /** The next requests, one after the other, end so. */
  synchronized void next(Fate... next) {
    fates.addAll(List.of(next));
  }

  /** From now on everything is answered. */
  synchronized void clearFates() {
    fates.clear();
  }

  synchronized int requests() {
    return requests;
  }

  synchronized int size() {
    return rows.size();
  }

  @Override
  public void send(KvRequest request, long deadlineNanos, Consumer<KvResponse> reply) {
    KvResponse answer;
    synchronized (this) {
      requests++;
      Fate fate = fates.isEmpty() ? Fate.ANSWERED : fates.remove();
      KvResponse done =
          fate == Fate.ANSWERED || fate == Fate.DONE_IN_SILENCE
              ? apply(request)
              : new KvResponse.Failed(ErrorCode.RANGE_UNAVAILABLE, "as the test says");
      answer =
          switch (fate) {
            case ANSWERED, REFUSED -> done;
            case DONE_IN_SILENCE, LOST ->
                new KvResponse.Failed(ErrorCode.AMBIGUOUS, "as the test says");
          };
    }
    reply.accept(answer);
  }

  private KvResponse apply(KvRequest request) {
    return switch (request) {
      case KvRequest.Get get -> new KvResponse.Value(rows.get(get.key()), new Timestamp(clock));
      case KvRequest.Put put -> write(put.key(), put.value());
      case KvRequest.Delete delete -> write(delete.key(), null);
      case KvRequest.CompareAndSet cas -> compare(cas);
      case KvRequest.Batch batch -> batch(batch);
      case KvRequest.Scan scan -> scan(scan);
      case KvRequest.DeleteRange delete -> deleteRange(delete);
      default -> throw new IllegalArgumentException("not asked of records: " + request);
    };
  }

  private KvResponse.Written write(Key key, byte[] value) {
    if (value == null) {
      rows.remove(key);
    } else {
      rows.put(key, value);
    }
    return new KvResponse.Written(new Timestamp(++clock));
  }

  private KvResponse.Compared compare(KvRequest.CompareAndSet cas) {
    byte[] current = rows.get(cas.key());
    if (!Arrays.equals(current, cas.expected())) {
      return new KvResponse.Compared(false, current, new Timestamp(clock));
    }
    return new KvResponse.Compared(true, null, write(cas.key(), cas.value()).version());
  }

  private KvResponse batch(KvRequest.Batch batch) {
    var before = new TreeMap<>(rows);
    List<KvResponse> results = new ArrayList<>();
    boolean applied = true;
    for (KvRequest.Write write : batch.writes()) {
      KvResponse result = apply(write);
      results.add(result);
      applied &= !(result instanceof KvResponse.Compared compared) || compared.swapped();
    }
    if (!applied) {
      rows.clear();
      rows.putAll(before);
    }
    return new KvResponse.BatchDone(applied, results);
  }

  private KvResponse.Page scan(KvRequest.Scan scan) {
    var found = rows.subMap(scan.span().start(), true, scan.span().end(), false);
    List<KvResponse.Row> page = new ArrayList<>();
    for (var row : (scan.reverse() ? found.descendingMap() : found).entrySet()) {
      if (page.size() == scan.maxRows()) {
        Key last = page.getLast().key();
        return new KvResponse.Page(page, scan.reverse() ? last : last.next(), null);
      }
      byte[] value = scan.keysOnly() ? new byte[0] : row.getValue();
      page.add(new KvResponse.Row(row.getKey(), value, new Timestamp(clock)));
    }
    return new KvResponse.Page(page, null, null);
  }

  private KvResponse deleteRange(KvRequest.DeleteRange delete) {
    var page =
        scan(new KvRequest.Scan(delete.span(), delete.maxKeys(), 1 << 20, false, true, null));
    page.rows().forEach(row -> rows.remove(row.key()));
    return new KvResponse.RangeDeleted(page.rows().size(), page.resume(), new Timestamp(++clock));
  }
}
