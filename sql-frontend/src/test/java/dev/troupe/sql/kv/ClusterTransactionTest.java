package dev.troupe.sql.kv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.KeySpan;
import dev.troupe.protocol.spi.KvRequest;
import dev.troupe.protocol.spi.KvResponse;
import dev.troupe.protocol.spi.TxnRequest;
import dev.troupe.protocol.spi.TxnRequest.Lock;
import dev.troupe.protocol.spi.TxnResponse;
import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class ClusterTransactionTest {
  private static final Duration LONG = Duration.ofMinutes(1);
  private static final Key A = Key.of("a");
  private static final Key B = Key.of("b");

  private final MemoryStore store = new MemoryStore();
  private final KvTransactions transactions = store.transactions();

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static SqlException failure(ErrorCode code) {
    return KvErrors.of(code, "why");
  }

  @Test
  void shouldSeeItsOwnWritesAndCommitThem() {
    KvTransaction txn = transactions.begin(LONG);
    txn.put(A, bytes("1"));
    assertThat(txn.get(A, Lock.NONE)).isEqualTo(bytes("1"));
    txn.commit();
    assertThat(transactions.begin(LONG).getAll(List.of(B, A), Lock.NONE))
        .containsExactly(null, bytes("1"));
  }

  @Test
  void shouldReportAConflictAsSerializationFailure() {
    KvTransaction first = transactions.begin(LONG);
    first.get(A, Lock.NONE);
    KvTransaction second = transactions.begin(LONG);
    second.put(A, bytes("2"));
    second.commit();
    first.put(B, bytes("1"));
    assertThatThrownBy(first::commit)
        .isInstanceOfSatisfying(
            SqlException.class,
            e -> assertThat(e.state()).isEqualTo(SqlState.SERIALIZATION_FAILURE));
  }

  @Test
  void shouldNotCommitBehindAWriteThatFailed() {
    store.script.add(Optional.of(new TxnResponse.Failed(ErrorCode.OVERLOADED, "full")));
    Deque<Runnable> held = new ArrayDeque<>();
    store.held = held;
    KvTransaction txn = transactions.begin(LONG);
    txn.put(A, bytes("1"));
    txn.put(B, bytes("1"));
    var outcome = new CompletableFuture<Throwable>();
    Thread.startVirtualThread(
        () -> {
          try {
            txn.commit();
            outcome.complete(new AssertionError("committed"));
          } catch (SqlException e) {
            outcome.complete(e);
          }
        });
    held.remove().run();
    held.remove().run();
    assertThat(outcome.orTimeout(10, TimeUnit.SECONDS).join())
        .isInstanceOfSatisfying(
            SqlException.class,
            e -> assertThat(e.state()).isEqualTo(SqlState.TOO_MANY_CONNECTIONS));
    assertThat(store.asked).noneMatch(TxnRequest.Commit.class::isInstance);
    assertThat(store.content()).isEmpty();
  }

  @Test
  void shouldNotWaitForTheEndOfATransactionThatOnlyRead() {
    KvTransaction txn = transactions.begin(LONG);
    txn.get(A, Lock.WAIT);
    txn.commit();
    assertThat(store.asked).containsExactly(new TxnRequest.Get(A, Lock.WAIT));
    assertThatThrownBy(() -> txn.get(A, Lock.NONE)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void shouldReportAFailedWriteAtTheNextCall() {
    store.script.add(Optional.of(new TxnResponse.Failed(ErrorCode.TXN_TOO_LARGE, "64 MiB")));
    KvTransaction txn = transactions.begin(LONG);
    txn.put(A, bytes("1"));
    assertThatThrownBy(() -> txn.get(B, Lock.NONE))
        .isInstanceOfSatisfying(
            SqlException.class,
            e -> assertThat(e.state()).isEqualTo(SqlState.CONFIGURATION_LIMIT_EXCEEDED));
  }

  @Test
  void shouldAskForAllKeysAtOnce() throws Exception {
    Deque<Runnable> held = new ArrayDeque<>();
    var arrived = new CountDownLatch(1);
    store.held =
        new ArrayDeque<>() {
          @Override
          public boolean add(Runnable work) {
            held.add(work);
            arrived.countDown();
            return true;
          }
        };
    KvTransaction txn = transactions.begin(LONG);
    var answer = new CompletableFuture<List<byte[]>>();
    Thread.startVirtualThread(() -> answer.complete(txn.getAll(List.of(A, B), Lock.NONE)));
    assertThat(arrived.await(10, TimeUnit.SECONDS)).isTrue();
    held.remove().run();
    assertThat(answer.orTimeout(10, TimeUnit.SECONDS).join()).hasSize(2);
    assertThat(store.asked).containsExactly(new TxnRequest.GetAll(List.of(A, B)));
    assertThat(txn.counts().roundTrips()).isEqualTo(1);
  }

  @Test
  void shouldEndAWaitWhenCancelled() throws Exception {
    var arrived = new CountDownLatch(1);
    store.held =
        new ArrayDeque<>() {
          @Override
          public boolean add(Runnable work) {
            arrived.countDown();
            return true;
          }
        };
    Cancellation cancellation = new Cancellation();
    KvTransaction txn = transactions.begin(LONG, cancellation);
    var outcome = new CompletableFuture<SqlState>();
    Thread.startVirtualThread(
        () -> {
          try {
            txn.get(A, Lock.NONE);
          } catch (SqlException e) {
            outcome.complete(e.state());
          }
        });
    assertThat(arrived.await(10, TimeUnit.SECONDS)).isTrue();
    cancellation.cancel(new SqlException(SqlState.QUERY_CANCELED, "user request"));
    assertThat(outcome.orTimeout(10, TimeUnit.SECONDS).join()).isEqualTo(SqlState.QUERY_CANCELED);
    assertThatThrownBy(() -> txn.get(B, Lock.NONE)).hasMessage("user request");
    cancellation.reset();
    cancellation.check();
  }

  @Test
  void shouldPageInBothDirectionsAndAskAhead() {
    KvTransaction writer = transactions.begin(LONG);
    for (int i = 0; i < 2000; i++) {
      writer.put(Key.of("k%05d".formatted(i)), bytes("v"));
    }
    writer.commit();
    for (boolean reverse : List.of(false, true)) {
      var keys = new ArrayList<Key>();
      KvTransaction txn = transactions.begin(LONG);
      try (KvCursor cursor = txn.scan(KeySpan.ALL, reverse, true, 0, Lock.NONE)) {
        for (List<KvResponse.Row> page = cursor.next(); page != null; page = cursor.next()) {
          page.forEach(row -> keys.add(row.key()));
        }
      }
      assertThat(keys).hasSize(2000).doesNotHaveDuplicates();
      assertThat(keys.getFirst()).isEqualTo(Key.of(reverse ? "k01999" : "k00000"));
      assertThat(txn.counts().roundTrips()).isLessThan(6);
    }
  }

  @Test
  void shouldAskForNoMoreThanIsWanted() {
    KvTransaction txn = transactions.begin(LONG);
    for (int i = 0; i < 100; i++) {
      txn.put(Key.of("k" + i), bytes("v"));
    }
    try (KvCursor cursor = txn.scan(KeySpan.ALL, false, false, 7, Lock.NONE)) {
      assertThat(cursor.next()).hasSize(7);
    }
    assertThat(store.asked.stream().filter(TxnRequest.Scan.class::isInstance)).hasSize(1);
  }

  @Test
  void shouldUndoToASavepoint() {
    KvTransaction txn = transactions.begin(LONG);
    txn.put(A, bytes("1"));
    txn.savepoint("s");
    txn.put(A, bytes("2"));
    txn.rollbackTo("s");
    assertThat(txn.get(A, Lock.NONE)).isEqualTo(bytes("1"));
    assertThatThrownBy(() -> txn.rollbackTo("other"))
        .isInstanceOfSatisfying(
            SqlException.class,
            e -> assertThat(e.state()).isEqualTo(SqlState.INVALID_SAVEPOINT_SPECIFICATION));
  }

  @Test
  void shouldReadOneKeyWithoutATransaction() {
    KvTransaction writer = transactions.begin(LONG);
    writer.put(A, bytes("1"));
    writer.commit();
    store.asked.clear();
    WitnessedRead txn = transactions.readOne(B, LONG, new Cancellation());
    assertThat(txn.get(A, Lock.NONE)).isEqualTo(bytes("1"));
    assertThat(txn.witness()).isNull();
    txn.commit();
    assertThat(store.asked).containsExactly(new KvRequest.GetAll(List.of(A, B), null, null));
    assertThatThrownBy(() -> txn.get(B, Lock.NONE)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void shouldReadTheWitnessAfterAKeyThatLiesElsewhere() {
    KvTransaction writer = transactions.begin(LONG);
    writer.put(A, bytes("1"));
    writer.put(B, bytes("2"));
    writer.commit();
    store.apart = true;
    for (int i = 0; i < 2; i++) {
      store.asked.clear();
      WitnessedRead txn = transactions.readOne(B, LONG, new Cancellation());
      assertThat(txn.get(A, Lock.NONE)).isEqualTo(bytes("1"));
      assertThat(txn.witness()).isEqualTo(bytes("2"));
      var single = List.of(new KvRequest.Get(A), new KvRequest.Get(B));
      // Who has found them apart does not try again at once.
      assertThat(store.asked).endsWith(single.toArray()).hasSize(i == 0 ? 3 : 2);
    }
  }

  @Test
  void shouldReadTheMomentOfItsFirstReadAndNothingElse() {
    KvTransaction writer = transactions.begin(LONG);
    writer.put(A, bytes("1"));
    writer.commit();
    KvTransaction snapshot = transactions.snapshot(LONG, new Cancellation());
    assertThat(snapshot.get(A, Lock.NONE)).isEqualTo(bytes("1"));
    KvTransaction later = transactions.begin(LONG);
    later.put(A, bytes("2"));
    later.put(B, bytes("2"));
    later.commit();
    assertThat(snapshot.getAll(List.of(A, B), Lock.NONE)).containsExactly(bytes("1"), null);
    try (KvCursor cursor = snapshot.scan(KeySpan.ALL, false, false, 0, Lock.NONE)) {
      assertThat(cursor.next()).singleElement().extracting(KvResponse.Row::key).isEqualTo(A);
    }
    assertThatThrownBy(() -> snapshot.get(A, Lock.WAIT))
        .isInstanceOfSatisfying(
            SqlException.class,
            e -> assertThat(e.state()).isEqualTo(SqlState.READ_ONLY_SQL_TRANSACTION));
    assertThat(transactions.snapshot(LONG, new Cancellation()).get(A, Lock.NONE))
        .isEqualTo(bytes("2"));
  }

  @Test
  void shouldReadOneMomentOfThePast() {
    KvTransaction writer = transactions.begin(LONG);
    writer.put(A, bytes("1"));
    writer.commit();
    KvTransaction past = transactions.readAt(null, Duration.ofSeconds(5), LONG, new Cancellation());
    assertThat(past.get(A, Lock.NONE)).isEqualTo(bytes("1"));
    KvTransaction later = transactions.begin(LONG);
    later.put(A, bytes("2"));
    later.put(B, bytes("2"));
    later.commit();
    assertThat(past.getAll(List.of(A, B), Lock.NONE)).containsExactly(bytes("1"), null);
    assertThatThrownBy(() -> past.put(A, bytes("3")))
        .isInstanceOfSatisfying(
            SqlException.class,
            e -> assertThat(e.state()).isEqualTo(SqlState.READ_ONLY_SQL_TRANSACTION));
  }

  @ParameterizedTest
  @EnumSource(ErrorCode.class)
  void shouldNeverReportAnUnknownOutcomeOfACommitAsAFailure(ErrorCode code) {
    SqlState state = KvErrors.ofCommit(code, "why").state();
    assertThat(state == SqlState.STATEMENT_COMPLETION_UNKNOWN)
        .isEqualTo(code.retry() == ErrorCode.Retry.UNKNOWN_OUTCOME);
  }

  @Test
  void shouldTellClientsWhatTheyKnowFromPostgres() {
    assertThat(failure(ErrorCode.TXN_CONFLICT).state().code()).isEqualTo("40001");
    assertThat(failure(ErrorCode.TXN_EXPIRED).state().code()).isEqualTo("40001");
    assertThat(failure(ErrorCode.DEADLOCK).state().code()).isEqualTo("40P01");
    assertThat(failure(ErrorCode.AMBIGUOUS).state().code()).isEqualTo("40003");
    assertThat(failure(ErrorCode.LOCK_NOT_AVAILABLE).state().code()).isEqualTo("55P03");
    assertThat(failure(ErrorCode.TXN_TOO_LARGE).state().code()).isEqualTo("53400");
    assertThat(failure(ErrorCode.TXN_TOO_LARGE).hint()).contains("several transactions");
    assertThat(failure(ErrorCode.OVERLOADED).state().code()).isEqualTo("53300");
    assertThat(failure(ErrorCode.RANGE_UNAVAILABLE).state().code()).isEqualTo("57P03");
    assertThat(failure(ErrorCode.DEADLINE_EXCEEDED).state().code()).isEqualTo("57014");
    assertThat(failure(ErrorCode.TIMESTAMP_TOO_OLD).state().code()).isEqualTo("22023");
    assertThat(failure(ErrorCode.CORRUPTION).state().code()).isEqualTo("XX001");
    assertThat(failure(ErrorCode.DEADLOCK).getMessage()).isEqualTo("deadlock detected");
    assertThat(failure(ErrorCode.DEADLOCK).detail()).isEqualTo("why");
  }
}
