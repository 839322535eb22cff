package dev.troupe.chaos.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.KeySpan;
import dev.troupe.protocol.model.TxnId;
import dev.troupe.protocol.spi.SystemClocks;
import dev.troupe.protocol.spi.Transactions;
import dev.troupe.protocol.spi.TxnRequest;
import dev.troupe.protocol.spi.TxnResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A transaction whose requests are waited for, so that tests can interleave several. */
final class BlockingTxn implements AutoCloseable {
  static final Duration TIMEOUT = Duration.ofSeconds(30);

  private final Transactions.Session session;

  BlockingTxn(LocalNode node) {
    this(node, TIMEOUT);
  }

  BlockingTxn(LocalNode node, Duration timeout) {
    this(node, timeout, 0);
  }

  BlockingTxn(LocalNode node, Duration timeout, int losses) {
    session =
        node.member()
            .transactions()
            .begin(
                TxnId.of(UUID.randomUUID()),
                Transactions.JUST_NOW,
                SystemClocks.monotonic().nanos() + timeout.toNanos(),
                losses);
  }

  TxnId id() {
    return session.id();
  }

  CompletableFuture<TxnResponse> ask(TxnRequest request) {
    var answer = new CompletableFuture<TxnResponse>();
    session.send(request, answer::complete);
    return answer;
  }

  static TxnResponse await(CompletableFuture<TxnResponse> answer) {
    try {
      return answer.get(TIMEOUT.toSeconds() + 10, TimeUnit.SECONDS);
    } catch (Exception failure) {
      throw new AssertionError("no answer", failure);
    }
  }

  TxnResponse send(TxnRequest request) {
    return await(ask(request));
  }

  @Nullable String get(Key key) {
    return text(send(new TxnRequest.Get(key, TxnRequest.Lock.NONE)));
  }

  @Nullable String getForUpdate(Key key) {
    return text(send(new TxnRequest.Get(key, TxnRequest.Lock.WAIT)));
  }

  static @Nullable String text(TxnResponse answer) {
    assertThat(answer).isInstanceOf(TxnResponse.Value.class);
    byte[] value = ((TxnResponse.Value) answer).value();
    return value == null ? null : new String(value, StandardCharsets.UTF_8);
  }

  int count(KeySpan span) {
    int rows = 0;
    for (KeySpan rest = span; rest != null; ) {
      TxnResponse answer =
          send(new TxnRequest.Scan(rest, 1_000, 1 << 20, false, false, TxnRequest.Lock.NONE));
      assertThat(answer).isInstanceOf(TxnResponse.Page.class);
      TxnResponse.Page page = (TxnResponse.Page) answer;
      rows += page.rows().size();
      rest = page.resume() == null ? null : new KeySpan(page.resume(), span.end());
    }
    return rows;
  }

  BlockingTxn put(Key key, String value) {
    TxnResponse answer = send(new TxnRequest.Put(key, value.getBytes(StandardCharsets.UTF_8)));
    assertThat(answer).isInstanceOf(TxnResponse.Done.class);
    return this;
  }

  BlockingTxn delete(Key key) {
    assertThat(send(new TxnRequest.Delete(key))).isInstanceOf(TxnResponse.Done.class);
    return this;
  }

  TxnResponse commit() {
    return send(new TxnRequest.Commit());
  }

  void mustCommit() {
    assertThat(commit()).isInstanceOf(TxnResponse.Committed.class);
  }

  void mustConflict() {
    TxnResponse answer = commit();
    assertThat(answer).isInstanceOf(TxnResponse.Failed.class);
    assertThat(((TxnResponse.Failed) answer).code()).isEqualTo(ErrorCode.TXN_CONFLICT);
  }

  void rollback() {
    assertThat(send(new TxnRequest.Rollback())).isInstanceOf(TxnResponse.Done.class);
  }

  @Override
  public void close() {
    session.close();
  }
}
