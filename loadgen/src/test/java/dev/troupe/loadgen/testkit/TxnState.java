package dev.troupe.loadgen.testkit;

import com.google.protobuf.ByteString;
import dev.troupe.v1.Row;
import dev.troupe.v1.ScanResponse;
import dev.troupe.v1.TxnScanRequest;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import org.jspecify.annotations.Nullable;

/** What an open transaction has read and is going to write. For one thread at a time. */
final class TxnState {
  private static final ByteString SEPARATOR = ByteString.copyFrom(new byte[1]);
  private static final ByteString SEPARATOR_END = ByteString.copyFrom(new byte[] {1});

  private record Savepoint(String name, Map<ByteString, @Nullable ByteString> writes) {}

  final ByteString id;
  private final TxnStore store;
  private final ByteString namespace;
  private final long readAt;
  private final List<TxnStore.Span> reads = new ArrayList<>();
  private final Deque<Savepoint> savepoints = new ArrayDeque<>();
  private Map<ByteString, @Nullable ByteString> writes = new LinkedHashMap<>();

  TxnState(TxnStore store, ByteString id, String namespace) {
    this.store = store;
    this.id = id;
    this.namespace = ByteString.copyFromUtf8(namespace);
    this.readAt = store.readVersion();
  }

  /** The key in the store. */
  ByteString whole(ByteString key) {
    return namespace.concat(SEPARATOR).concat(key);
  }

  @Nullable ByteString get(ByteString key) {
    ByteString whole = whole(key);
    if (writes.containsKey(whole)) {
      return writes.get(whole);
    }
    reads.add(TxnStore.Span.of(whole));
    return store.read(whole, readAt);
  }

  void write(ByteString key, @Nullable ByteString value) {
    writes.put(whole(key), value);
  }

  ScanResponse scan(TxnScanRequest request, int pageRows) {
    ByteString end =
        request.getEnd().isEmpty() ? namespace.concat(SEPARATOR_END) : whole(request.getEnd());
    TxnStore.Span span = new TxnStore.Span(whole(request.getStart()), end);
    reads.add(span);
    NavigableMap<ByteString, ByteString> found = store.scan(span, readAt);
    writes.forEach(
        (key, value) -> {
          if (span.contains(key) && value == null) {
            found.remove(key);
          } else if (span.contains(key)) {
            found.put(key, value);
          }
        });
    long limit = request.getLimit() == 0 ? Long.MAX_VALUE : request.getLimit();
    ScanResponse.Builder page = ScanResponse.newBuilder();
    ByteString last = ByteString.EMPTY;
    for (var row : (request.getReverse() ? found.descendingMap() : found).entrySet()) {
      if (page.getRowsCount() == Math.min(limit, pageRows)) {
        if (limit > pageRows) {
          ByteString here = row.getKey().substring(namespace.size() + 1);
          page.setResume(request.getReverse() ? last : here);
        }
        break;
      }
      last = row.getKey().substring(namespace.size() + 1);
      Row.Builder out = Row.newBuilder().setKey(last).setVersion(1);
      page.addRows(request.getKeysOnly() ? out : out.setValue(row.getValue()));
    }
    return page.build();
  }

  void savepoint(String name) {
    savepoints.push(new Savepoint(name, new LinkedHashMap<>(writes)));
  }

  /** False when there is no such savepoint. */
  boolean rollbackTo(String name) {
    if (savepoints.stream().noneMatch(s -> s.name().equals(name))) {
      return false;
    }
    while (!savepoints.element().name().equals(name)) {
      savepoints.pop();
    }
    writes = new LinkedHashMap<>(savepoints.element().writes());
    return true;
  }

  /** False when there is no such savepoint. */
  boolean release(String name) {
    if (savepoints.stream().noneMatch(s -> s.name().equals(name))) {
      return false;
    }
    while (!savepoints.pop().name().equals(name)) {
      // Those after it end with it.
      continue;
    }
    return true;
  }

  /** Null after a conflict. */
  TxnStore.@Nullable Ended commit() {
    return store.commit(id, readAt, reads, writes);
  }
}
