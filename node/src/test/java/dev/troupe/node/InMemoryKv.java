package dev.troupe.node;

import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.KeySpan;
import dev.troupe.protocol.model.Timestamp;
import dev.troupe.protocol.spi.KvClient;
import dev.troupe.protocol.spi.KvRequest;
import dev.troupe.protocol.spi.KvResponse;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A key-value port over a sorted map, with ranges that begin at given keys. */
public final class InMemoryKv implements KvClient {
  private final NavigableMap<Key, KvResponse.Row> rows = new TreeMap<>();
  private final List<Key> splits;
  private final AtomicInteger requests = new AtomicInteger();
  private long clock;

  public InMemoryKv(Key... splits) {
    this.splits = List.of(splits);
  }

  /** How often the port was asked. */
  public int requests() {
    return requests.get();
  }

  @Override
  public void send(KvRequest request, long deadlineNanos, Consumer<KvResponse> reply) {
    requests.incrementAndGet();
    KvResponse answer;
    synchronized (this) {
      answer = apply(request);
    }
    reply.accept(answer);
  }

  private KvResponse apply(KvRequest request) {
    return switch (request) {
      case KvRequest.Get get -> get(get.key());
      case KvRequest.GetAll all ->
          new KvResponse.Values(all.keys().stream().map(this::get).toList());
      case KvRequest.Put put -> write(put.key(), put.value());
      case KvRequest.Delete delete -> write(delete.key(), null);
      case KvRequest.CompareAndSet cas -> compare(cas);
      case KvRequest.Batch batch -> batch(batch);
      case KvRequest.Scan scan -> scan(scan);
      case KvRequest.DeleteRange delete -> deleteRange(delete);
      case KvRequest.RaiseHorizon raise -> throw new IllegalArgumentException("keeps no versions");
      case KvRequest.TxnStep step -> throw new IllegalArgumentException("no transactions here");
      case KvRequest.TxnQuestion step -> throw new IllegalArgumentException("no transactions here");
    };
  }

  private KvResponse.Value get(Key key) {
    KvResponse.@Nullable Row row = rows.get(key);
    return row == null
        ? new KvResponse.Value(null, Timestamp.MIN)
        : new KvResponse.Value(row.value(), row.version());
  }

  private KvResponse.Written write(Key key, byte @Nullable [] value) {
    Timestamp version = new Timestamp(++clock);
    if (value == null) {
      rows.remove(key);
    } else {
      rows.put(key, new KvResponse.Row(key, value, version));
    }
    return new KvResponse.Written(version);
  }

  private KvResponse.Compared compare(KvRequest.CompareAndSet cas) {
    KvResponse.@Nullable Row row = rows.get(cas.key());
    byte @Nullable [] current = row == null ? null : row.value();
    if (!Arrays.equals(current, cas.expected())) {
      return new KvResponse.Compared(false, current, row == null ? Timestamp.MIN : row.version());
    }
    return new KvResponse.Compared(true, null, write(cas.key(), cas.value()).version());
  }

  private KvResponse batch(KvRequest.Batch batch) {
    KeySpan range = rangeOf(batch.routingKey(), false);
    for (KvRequest.Write write : batch.writes()) {
      if (!range.contains(write.routingKey())) {
        return new KvResponse.Failed(ErrorCode.CROSS_RANGE_BATCH, "keys in several ranges");
      }
    }
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
    KeySpan here = rangeOf(scan.routingKey(), scan.reverse());
    Key start = Key.max(scan.span().start(), here.start());
    Key end = Key.min(scan.span().end(), here.end());
    NavigableMap<Key, KvResponse.Row> found = rows.subMap(start, true, end, false);
    List<KvResponse.Row> page = new ArrayList<>();
    long bytes = 0;
    for (KvResponse.Row row : (scan.reverse() ? found.descendingMap() : found).values()) {
      if (page.size() == scan.maxRows() || bytes >= scan.maxBytes()) {
        Key last = page.getLast().key();
        return new KvResponse.Page(page, scan.reverse() ? last : last.next(), new Timestamp(clock));
      }
      byte[] value = scan.keysOnly() ? new byte[0] : row.value();
      page.add(new KvResponse.Row(row.key(), value, row.version()));
      bytes += value.length;
    }
    boolean done =
        scan.reverse() ? start.equals(scan.span().start()) : end.equals(scan.span().end());
    return new KvResponse.Page(page, done ? null : scan.reverse() ? start : end, null);
  }

  private KvResponse.RangeDeleted deleteRange(KvRequest.DeleteRange delete) {
    KvResponse.Page page =
        scan(new KvRequest.Scan(delete.span(), delete.maxKeys(), 1 << 30, false, true, null));
    page.rows().forEach(row -> write(row.key(), null));
    return new KvResponse.RangeDeleted(page.rows().size(), page.resume(), new Timestamp(clock));
  }

  /** The range that holds a key; for an end bound, the one that holds the keys below it. */
  private KeySpan rangeOf(Key key, boolean isEnd) {
    Key start = Key.MIN;
    for (Key split : splits) {
      int order = key.compareTo(split);
      if (order < 0 || (isEnd && order == 0)) {
        return new KeySpan(start, split);
      }
      start = split;
    }
    return new KeySpan(start, Key.MAX);
  }
}
