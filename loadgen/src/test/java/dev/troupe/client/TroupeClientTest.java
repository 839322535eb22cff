package dev.troupe.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.google.common.util.concurrent.Uninterruptibles;
import com.google.protobuf.ByteString;
import dev.troupe.loadgen.testkit.InMemoryTxn;
import dev.troupe.loadgen.testkit.TestNode;
import dev.troupe.loadgen.testkit.TxnFaults;
import dev.troupe.loadgen.testkit.TxnStore;
import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.protocol.error.ErrorCode.Retry;
import dev.troupe.v1.TxnFailure;
import dev.troupe.v1.TxnSessionRequest;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Reads, writes, savepoints, retries and resources of the client, against a node in memory. */
class TroupeClientTest {
  private final TxnStore store = new TxnStore();
  private TestNode node;
  private TroupeClient client;

  @BeforeEach
  void start() throws IOException {
    node = new TestNode(store);
    client = TroupeClient.builder(node.address()).answerTimeout(Duration.ofSeconds(5)).build();
  }

  @AfterEach
  void stop() throws InterruptedException {
    client.close();
    node.close();
  }

  private static byte[] utf8(String text) {
    return text.getBytes(UTF_8);
  }

  private static @Nullable String text(byte @Nullable [] bytes) {
    return bytes == null ? null : new String(bytes, UTF_8);
  }

  private void put(String key, String value) {
    client.transact(tx -> tx.put(utf8(key), utf8(value)));
  }

  private @Nullable String get(String key) {
    return text(client.transaction(tx -> tx.get(utf8(key))));
  }

  private static TxnFaults refusing(
      Predicate<TxnSessionRequest> which, int times, ErrorCode code, boolean ended) {
    AtomicInteger left = new AtomicInteger(times);
    return new TxnFaults() {
      @Override
      public @Nullable TxnFailure onRequest(TxnSessionRequest request) {
        return which.test(request) && left.getAndDecrement() > 0
            ? InMemoryTxn.failure(code, ended)
            : null;
      }
    };
  }

  @Test
  void shouldSeeItsOwnWritesAndCommitThem() {
    String seen =
        client.transaction(
            tx -> {
              assertThat(tx.get(utf8("a"))).isNull();
              tx.put(utf8("a"), utf8("1"));
              tx.put(utf8("b"), utf8("2"));
              tx.delete(utf8("b"));
              assertThat(tx.get(utf8("b"))).isNull();
              return text(tx.getForUpdate(utf8("a")));
            });

    assertThat(seen).isEqualTo("1");
    assertThat(get("a")).isEqualTo("1");
    assertThat(get("b")).isNull();
    assertThat(store.locks()).isZero();
  }

  @Test
  void shouldReadSeveralKeysAtOnce() {
    put("a", "1");
    put("c", "3");

    List<byte[]> values =
        client.transaction(tx -> tx.getAll(List.of(utf8("a"), utf8("b"), utf8("c")), Lock.NONE));

    assertThat(values.stream().map(TroupeClientTest::text)).containsExactly("1", null, "3");
  }

  @Test
  void shouldScanPageByPageInBothDirections() {
    node.txn().pageRows(3);
    client.transact(
        tx -> {
          for (int i = 0; i < 10; i++) {
            tx.put(utf8("k" + i), utf8("v" + i));
          }
          tx.put(utf8("l"), utf8("beyond"));
        });

    client.transact(
        tx -> {
          assertThat(keys(tx.scan(Scan.prefix(utf8("k")))))
              .isEqualTo("k0 k1 k2 k3 k4 k5 k6 k7 k8 k9");
          assertThat(keys(tx.scan(Scan.prefix(utf8("k")).reversed().withLimit(5))))
              .isEqualTo("k9 k8 k7 k6 k5");
          assertThat(keys(tx.scan(utf8("k2"), utf8("k4")))).isEqualTo("k2 k3");
          assertThat(keys(tx.scan(Scan.of(utf8("k5"), new byte[0]).withKeysOnly().withLimit(3))))
              .isEqualTo("k5 k6 k7");
          tx.delete(utf8("k1"));
          assertThat(keys(tx.scan(utf8("k0"), utf8("k3")))).isEqualTo("k0 k2");
        });
  }

  private static String keys(List<KeyValue> rows) {
    return String.join(" ", rows.stream().map(row -> text(row.key())).toList());
  }

  @Test
  void shouldUndoWhatCameAfterASavepoint() {
    client.transact(
        tx -> {
          tx.put(utf8("a"), utf8("1"));
          tx.savepoint("s");
          tx.put(utf8("a"), utf8("2"));
          tx.put(utf8("b"), utf8("2"));
          tx.rollbackTo("s");
          assertThat(text(tx.get(utf8("a")))).isEqualTo("1");
          tx.put(utf8("c"), utf8("3"));
          tx.release("s");
          assertThatThrownBy(() -> tx.rollbackTo("s")).hasMessageContaining("UNKNOWN_SAVEPOINT");
        });

    assertThat(get("a")).isEqualTo("1");
    assertThat(get("b")).isNull();
    assertThat(get("c")).isEqualTo("3");
  }

  @Test
  void shouldKeepNamespacesApart() {
    TransactionOptions other = TransactionOptions.DEFAULT.withNamespace("other");
    put("a", "1");
    client.transact(other, tx -> tx.put(utf8("a"), utf8("2")));

    assertThat(get("a")).isEqualTo("1");
    assertThat(text(client.transaction(other, tx -> tx.get(utf8("a"))))).isEqualTo("2");
  }

  @Test
  void shouldRunAgainAfterConflictsUntilAllIncrementsAreThere() throws InterruptedException {
    int users = 4;
    int each = 25;
    AtomicInteger retries = new AtomicInteger();
    TransactionOptions counting =
        TransactionOptions.DEFAULT.withOnRetry(why -> retries.incrementAndGet());
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int user = 0; user < users; user++) {
        threads.execute(
            () -> {
              for (int i = 0; i < each; i++) {
                client.transact(counting, TroupeClientTest::increment);
              }
            });
      }
    }

    assertThat(get("n")).isEqualTo(String.valueOf(users * each));
    assertThat(retries.get())
        .as("users of one key without locks are in each other's way")
        .isPositive();
  }

  private static void increment(Transaction tx) {
    byte[] before = tx.get(utf8("n"));
    long next = before == null ? 1 : Long.parseLong(text(before)) + 1;
    tx.put(utf8("n"), utf8(String.valueOf(next)));
  }

  @Test
  void shouldRunAgainAfterAnAnswerThatSaysSo() {
    for (ErrorCode code :
        List.of(ErrorCode.TXN_CONFLICT, ErrorCode.OVERLOADED, ErrorCode.INTERNAL)) {
      node.txn().faults(refusing(r -> r.hasGet(), 2, code, true));
      List<String> bodies = new ArrayList<>();

      client.transact(
          tx -> {
            bodies.add(tx.id().toString());
            tx.put(utf8("a"), utf8("1"));
            assertThat(tx.get(utf8("a"))).isNotNull();
          });

      assertThat(bodies).as(code.name()).hasSize(3).doesNotHaveDuplicates();
    }
  }

  @Test
  void shouldRunAgainWhenTheBodyWrapsOrSwallowsTheConflict() {
    node.txn().faults(refusing(r -> r.hasGet(), 3, ErrorCode.TXN_CONFLICT, true));
    AtomicInteger bodies = new AtomicInteger();

    client.transact(
        tx -> {
          try {
            tx.get(utf8("a"));
          } catch (TroupeClientException e) {
            switch (bodies.incrementAndGet()) {
              case 1 -> throw new IllegalStateException("wrapped", e);
              case 2 -> throw new IllegalArgumentException("replaced");
              default -> tx.id();
            }
          }
        });

    assertThat(bodies.get()).isEqualTo(3);
  }

  @Test
  void shouldNotRunAgainWhatCannotSucceed() {
    node.txn().faults(refusing(r -> r.hasGet(), 9, ErrorCode.INVALID_ARGUMENT, false));
    assertThatThrownBy(() -> get("a"))
        .isInstanceOfSatisfying(
            TroupeClientException.class,
            e -> {
              assertThat(e.reason()).isEqualTo("INVALID_ARGUMENT");
              assertThat(e.retry()).isEqualTo(Retry.NEVER);
            });
  }

  @Test
  void shouldGiveUpAfterTheAttemptsOrTheDeadline() {
    node.txn().faults(refusing(r -> r.hasCommit(), 1_000_000, ErrorCode.TXN_CONFLICT, true));
    AtomicInteger bodies = new AtomicInteger();
    TransactionBody<Integer, RuntimeException> body =
        tx -> {
          tx.put(utf8("a"), utf8("1"));
          return bodies.incrementAndGet();
        };

    assertThatThrownBy(() -> client.transaction(TransactionOptions.DEFAULT.withAttempts(3), body))
        .hasMessageContaining("TXN_CONFLICT");
    assertThat(bodies.get()).isEqualTo(3);
    assertThatThrownBy(
            () ->
                client.transaction(
                    TransactionOptions.DEFAULT.withDeadline(Duration.ofMillis(100)), body))
        .hasMessageContaining("gave up after");
    assertThat(store.read(ByteString.copyFrom(utf8("\0a")))).isNull();
  }

  @Test
  void shouldNotWaitForALockInALoop() throws InterruptedException {
    CountDownLatch locked = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    Thread owner =
        Thread.ofVirtual()
            .start(
                () ->
                    client.transact(
                        tx -> {
                          tx.getForUpdate(utf8("a"));
                          locked.countDown();
                          Uninterruptibles.awaitUninterruptibly(release);
                        }));
    locked.await();

    assertThatThrownBy(() -> client.transact(tx -> tx.get(utf8("a"), Lock.NO_WAIT)))
        .hasMessageContaining("LOCK_NOT_AVAILABLE");
    client.transact(
        tx -> {
          assertThatThrownBy(() -> tx.get(utf8("a"), Lock.NO_WAIT))
              .hasMessageContaining("LOCK_NOT_AVAILABLE");
          tx.put(utf8("b"), utf8("the transaction goes on"));
        });
    release.countDown();
    owner.join();
    assertThat(get("b")).isNotNull();
    assertThat(text(client.transaction(tx -> tx.getForUpdate(utf8("b"))))).contains("goes on");
  }

  @Test
  void shouldNeverCommitWithoutAWriteThatFailed() {
    node.txn().faults(refusing(r -> isPut(r, "bad"), 1_000, ErrorCode.VALUE_TOO_LARGE, false));

    assertThatThrownBy(
            () ->
                client.transact(
                    tx -> {
                      tx.put(utf8("bad"), utf8("1"));
                      tx.put(utf8("good"), utf8("1"));
                    }))
        .hasMessageContaining("VALUE_TOO_LARGE");
    assertThatThrownBy(
            () ->
                client.transact(
                    tx -> {
                      tx.put(utf8("bad"), utf8("1"));
                      assertThatThrownBy(() -> tx.get(utf8("x")))
                          .hasMessageContaining("VALUE_TOO_LARGE");
                    }))
        .hasMessageContaining("VALUE_TOO_LARGE");
    assertThat(get("good")).isNull();
  }

  @Test
  void shouldGoOnAfterUndoingAWriteThatFailed() {
    node.txn().faults(refusing(r -> isPut(r, "bad"), 1_000, ErrorCode.VALUE_TOO_LARGE, false));

    client.transact(
        tx -> {
          tx.savepoint("s");
          tx.put(utf8("bad"), utf8("1"));
          assertThatThrownBy(() -> tx.get(utf8("x"))).hasMessageContaining("VALUE_TOO_LARGE");
          tx.rollbackTo("s");
          tx.put(utf8("good"), utf8("1"));
        });

    assertThat(get("good")).isEqualTo("1");
  }

  private static boolean isPut(TxnSessionRequest request, String key) {
    return request.hasPut() && request.getPut().getKey().toStringUtf8().equals(key);
  }

  @Test
  void shouldRollBackAndLeakNothingWhenTheBodyThrows() {
    assertThatThrownBy(
            () ->
                client.transact(
                    tx -> {
                      tx.put(utf8("a"), utf8("1"));
                      tx.getForUpdate(utf8("b"));
                      throw new IOException("mine");
                    }))
        .isInstanceOf(IOException.class);
    assertThatThrownBy(
            () ->
                client.transact(
                    tx -> {
                      tx.put(utf8("a"), utf8("1"));
                      throw new AssertionError("an error, not an exception");
                    }))
        .isInstanceOf(AssertionError.class);

    await().until(() -> node.txn().openSessions() == 0);
    assertThat(store.locks()).isZero();
    assertThat(get("a")).isNull();
  }

  @Test
  void shouldBoundWhatIsSentAhead() {
    byte[] big = new byte[1 << 20];
    client.transact(
        tx -> {
          for (int i = 0; i < 20; i++) {
            tx.put(utf8("big" + i), big);
          }
          for (int i = 0; i < 2_000; i++) {
            tx.put(utf8("small" + i), utf8("x"));
          }
        });

    int rows = client.transaction(tx -> tx.scan(Scan.prefix(utf8("")).withKeysOnly())).size();
    assertThat(rows).isEqualTo(2_020);
  }

  @Test
  void shouldRefuseUseAfterTheEnd() {
    List<Transaction> kept = new ArrayList<>();
    client.transact(tx -> kept.add(tx));

    assertThatThrownBy(() -> kept.get(0).put(utf8("a"), utf8("1")))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void shouldExecuteInOneCall() {
    ExecuteResult first =
        client
            .execute()
            .ifMissing(utf8("a"))
            .thenPut(utf8("a"), utf8("1"))
            .thenGet(utf8("a"))
            .elseGet(utf8("a"))
            .run();
    ExecuteResult second =
        client
            .execute()
            .ifValue(utf8("a"), utf8("1"))
            .ifExists(utf8("b"))
            .thenDelete(utf8("a"))
            .elsePut(utf8("b"), utf8("2"))
            .elseScan(Scan.of(utf8("a"), utf8("c")))
            .run();

    assertThat(first.matched()).isTrue();
    assertThat(text(first.value(1))).isEqualTo("1");
    assertThat(second.matched()).isFalse();
    assertThat(keys(second.rows(1))).isEqualTo("a b");
    assertThat(second.version()).isGreaterThan(first.version());
    assertThat(client.outcome(second.transactionId(), utf8("a")).state())
        .isEqualTo(TransactionOutcome.State.COMMITTED);
  }

  @Test
  void shouldDrawPausesFromARisingBoundedRange() {
    Backoff backoff = new Backoff(bound -> bound - 1);
    long[] millis = new long[10];
    Arrays.setAll(millis, i -> Math.round(backoff.nextNanos() / 1e6));

    assertThat(millis).startsWith(2, 4, 8, 16).endsWith(256, 256, 256);
  }
}
