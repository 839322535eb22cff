package dev.troupe.txn;

import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.KeySpan;
import dev.troupe.protocol.model.Timestamp;
import dev.troupe.protocol.spi.KvRequest;
import dev.troupe.protocol.spi.KvResponse;
import dev.troupe.protocol.spi.TxnRequest;
import dev.troupe.protocol.spi.TxnResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One page of a transaction's scan: what is stored, over as many ranges as it takes, with what the
 * transaction has written itself on top. Where it has written itself no program of the scan is
 * carried out: whoever asked gets the rows as they are. Owned by the transaction's coordinator.
 */
final class MergedScan {
  private static final byte[] NO_VALUE = {};

  private final ActiveTransaction transaction;
  private final TxnRequest.Scan request;
  private final Timestamp at;
  private final Consumer<KeySpan> looked;
  private final Consumer<TxnResponse> reply;
  private final List<KvResponse.Row> rows = new ArrayList<>();
  private long bytes;
  private KeySpan rest;

  /**
   * Makes a scan.
   *
   * @param looked told what the answer depends on
   */
  MergedScan(
      ActiveTransaction transaction,
      TxnRequest.Scan request,
      Timestamp at,
      Consumer<KeySpan> looked,
      Consumer<TxnResponse> reply) {
    this.transaction = transaction;
    this.request = request;
    this.at = at;
    this.looked = looked;
    this.reply = reply;
    this.rest = request.span();
  }

  void next() {
    byte[] program = request.lock() == TxnRequest.Lock.NONE ? request.program() : null;
    if (program != null && !transaction.buffer().within(rest).isEmpty()) {
      program = null;
    }
    transaction.sender.send(
        new KvRequest.Scan(
            rest,
            // Own deletions may take away so many of them; whatever is short is fetched next.
            request.maxRows() - rows.size(),
            (int) Math.max(1, request.maxBytes() - bytes),
            request.reverse(),
            request.keysOnly(),
            at,
            transaction.reader(),
            program),
        transaction.deadline,
        response -> {
          switch (response) {
            case KvResponse.Page page -> took(page);
            default -> reply.accept(ActiveTransaction.unexpected(response));
          }
        });
  }

  private void took(KvResponse.Page page) {
    Key resume = page.resume();
    if (page.evaluated() != null) {
      // The span that was looked at, whatever came out of it.
      looked.accept(covered(resume));
      reply.accept(new TxnResponse.Page(page.rows(), resume, page.evaluated()));
      return;
    }
    KeySpan covered = covered(resume);
    Key cut = merge(covered, page.rows());
    Key end = cut == null ? resume : cut;
    looked.accept(covered(end));
    // Rows as they are and what a program makes of others do not go into one page.
    if (end == null || isFull() || request.program() != null) {
      reply.accept(new TxnResponse.Page(rows, end));
    } else {
      rest = request.reverse() ? new KeySpan(rest.start(), end) : new KeySpan(end, rest.end());
      next();
    }
  }

  private boolean isFull() {
    return rows.size() >= request.maxRows() || bytes >= request.maxBytes();
  }

  private KeySpan covered(@Nullable Key resume) {
    if (resume == null) {
      return rest;
    }
    return request.reverse() ? new KeySpan(resume, rest.end()) : new KeySpan(rest.start(), resume);
  }

  /** Adds rows in the scan's order; returns where to go on when not all were taken. */
  private @Nullable Key merge(KeySpan covered, List<KvResponse.Row> stored) {
    var own = transaction.buffer().within(covered);
    if (own.isEmpty()) {
      stored.forEach(this::add);
      return null;
    }
    var merged = new TreeMap<Key, KvResponse.Row>();
    stored.forEach(row -> merged.put(row.key(), row));
    own.forEach((key, value) -> overlay(merged, key, value));
    for (KvResponse.Row row : (request.reverse() ? merged.descendingMap() : merged).values()) {
      if (isFull() && !rows.isEmpty()) {
        return request.reverse() ? row.key().next() : row.key();
      }
      add(row);
    }
    return null;
  }

  private void overlay(TreeMap<Key, KvResponse.Row> merged, Key key, Optional<byte[]> value) {
    if (value.isEmpty()) {
      merged.remove(key);
    } else {
      byte[] bytes = request.keysOnly() ? NO_VALUE : value.get();
      merged.put(key, new KvResponse.Row(key, bytes, Timestamp.MIN));
    }
  }

  private void add(KvResponse.Row row) {
    rows.add(row);
    bytes += row.key().length() + row.value().length;
  }
}
