package dev.troupe.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.troupe.loadgen.testkit.TestNode;
import dev.troupe.loadgen.testkit.TxnFaults;
import dev.troupe.loadgen.testkit.TxnStore;
import dev.troupe.v1.GetTransactionOutcomeRequest;
import dev.troupe.v1.TxnOutcome;
import dev.troupe.v1.TxnSessionRequest;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** A transaction takes effect once or not at all, whatever happens to its answers. */
class LostAnswerTest {
  private static final byte[] KEY = "n".getBytes(UTF_8);
  private static final ByteString STORED_KEY = ByteString.copyFromUtf8("\0n");

  private final TxnStore store = new TxnStore();
  private TestNode node;
  private TestNode second;
  private TroupeClient client;

  @BeforeEach
  void start() throws IOException {
    node = new TestNode(store);
    second = new TestNode(store);
    client =
        TroupeClient.builder(node.address(), second.address())
            .answerTimeout(Duration.ofSeconds(1))
            .build();
  }

  @AfterEach
  void stop() throws InterruptedException {
    client.close();
    node.close();
    second.close();
  }

  private long stored() {
    ByteString value = store.read(STORED_KEY);
    return value == null ? 0 : Long.parseLong(value.toStringUtf8());
  }

  private static long increment(Transaction tx) {
    byte[] before = tx.get(KEY);
    long next = before == null ? 1 : Long.parseLong(new String(before, UTF_8)) + 1;
    tx.put(KEY, String.valueOf(next).getBytes(UTF_8));
    return next;
  }

  /** The first commits end in this way, the others well. */
  private static TxnFaults commits(TxnFaults.Commit... ways) {
    AtomicInteger count = new AtomicInteger();
    return new TxnFaults() {
      @Override
      public Commit onCommit() {
        int i = count.getAndIncrement();
        return i < ways.length ? ways[i] : Commit.FINE;
      }
    };
  }

  @ParameterizedTest
  @EnumSource(
      value = TxnFaults.Commit.class,
      mode = Mode.EXCLUDE,
      names = {"FORGOTTEN_AND_BROKEN"})
  void shouldCountOnceWhateverBecomesOfTheAnswer(TxnFaults.Commit way) {
    node.txn().faults(commits(way));
    second.txn().faults(commits(way));
    AtomicInteger bodies = new AtomicInteger();

    long result =
        client.transaction(
            tx -> {
              bodies.incrementAndGet();
              return increment(tx);
            });

    assertThat(result).isEqualTo(1);
    assertThat(stored()).isEqualTo(1);
    boolean applied = way == TxnFaults.Commit.FINE || way.name().startsWith("APPLIED");
    assertThat(bodies.get() == 1).isEqualTo(applied);
  }

  @Test
  void shouldSaySoWhenNobodyKnowsAndNeverTryAgain() {
    node.txn().faults(commits(TxnFaults.Commit.FORGOTTEN_AND_BROKEN));
    AtomicInteger bodies = new AtomicInteger();

    assertThatThrownBy(
            () ->
                client.transaction(
                    tx -> {
                      bodies.incrementAndGet();
                      return increment(tx);
                    }))
        .isInstanceOfSatisfying(
            AmbiguousCommitException.class,
            e -> {
              assertThat(e.firstKey()).isEqualTo(KEY);
              assertThat(client.outcome(e.transactionId(), e.firstKey()).state())
                  .isEqualTo(TransactionOutcome.State.UNKNOWN);
            });
    assertThat(bodies.get()).isEqualTo(1);
  }

  @Test
  void shouldSaySoWhenACommitStaysPending() {
    TxnFaults pending =
        new TxnFaults() {
          @Override
          public Commit onCommit() {
            return Commit.APPLIED_AND_BROKEN;
          }

          @Override
          public TxnOutcome onOutcome(GetTransactionOutcomeRequest request) {
            return TxnOutcome.TXN_OUTCOME_PENDING;
          }
        };
    node.txn().faults(pending);
    second.txn().faults(pending);

    assertThatThrownBy(() -> client.transaction(LostAnswerTest::increment))
        .isInstanceOf(AmbiguousCommitException.class)
        .hasMessageContaining("PENDING");
    assertThat(stored()).isEqualTo(1);
  }

  @Test
  void shouldAskUntilAPendingCommitIsSettled() {
    AtomicInteger asked = new AtomicInteger();
    TxnFaults settling =
        new TxnFaults() {
          @Override
          public Commit onCommit() {
            return Commit.APPLIED_AND_BROKEN;
          }

          @Override
          public @Nullable TxnOutcome onOutcome(GetTransactionOutcomeRequest request) {
            assertThat(request.getFirstKey().toByteArray()).isEqualTo(KEY);
            return switch (asked.getAndIncrement()) {
              case 0 -> TxnOutcome.TXN_OUTCOME_UNKNOWN;
              case 1, 2 -> TxnOutcome.TXN_OUTCOME_PENDING;
              default -> null;
            };
          }
        };
    node.txn().faults(settling);
    second.txn().faults(settling);

    assertThat(client.transaction(LostAnswerTest::increment)).isEqualTo(1);
    assertThat(asked.get()).isEqualTo(4);
    assertThat(stored()).isEqualTo(1);
  }

  @Test
  void shouldAskUnderBothKeysWhenTheFirstWriteWasUndone() {
    List<String> asked = new ArrayList<>();
    TxnFaults faults =
        new TxnFaults() {
          @Override
          public Commit onCommit() {
            return Commit.APPLIED_AND_BROKEN;
          }

          @Override
          public @Nullable TxnOutcome onOutcome(GetTransactionOutcomeRequest request) {
            asked.add(request.getFirstKey().toStringUtf8());
            return request.getFirstKey().toStringUtf8().equals("undone")
                ? null
                : TxnOutcome.TXN_OUTCOME_UNKNOWN;
          }
        };
    node.txn().faults(faults);
    second.txn().faults(faults);

    client.transact(
        tx -> {
          tx.savepoint("s");
          tx.put("undone".getBytes(UTF_8), KEY);
          tx.rollbackTo("s");
          increment(tx);
        });

    assertThat(asked).containsExactly("n", "undone");
    assertThat(stored()).isEqualTo(1);
  }

  @Test
  void shouldRunWhatOnlyReadsAgainWithoutAsking() {
    node.txn().faults(commits(TxnFaults.Commit.FORGOTTEN_AND_BROKEN));

    byte[] value = client.transaction(tx -> tx.get(KEY));

    assertThat(value).isNull();
  }

  @Test
  void shouldGoToTheNextNodeWhenTheStreamBreaksBeforeTheCommit() {
    node.txn()
        .faults(
            new TxnFaults() {
              @Override
              public boolean breaksAt(TxnSessionRequest request) {
                return request.hasPut();
              }
            });

    assertThat(client.transaction(LostAnswerTest::increment)).isEqualTo(1);
    assertThat(stored()).isEqualTo(1);
  }

  @Test
  void shouldCountEachOnceWhileNodesDie() {
    int users = 8;
    int each = 40;
    AtomicInteger done = new AtomicInteger();
    AtomicInteger ambiguous = new AtomicInteger();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int user = 0; user < users; user++) {
        threads.execute(
            () -> {
              for (int i = 0; i < each; i++) {
                try {
                  client.transaction(LostAnswerTest::increment);
                } catch (AmbiguousCommitException e) {
                  // Sent to commit, and the node died before it got that far.
                  ambiguous.incrementAndGet();
                  continue;
                }
                if (done.incrementAndGet() == users * each / 4) {
                  CompletableFuture.runAsync(node::kill);
                }
              }
            });
      }
    }

    assertThat(done.get() + ambiguous.get()).isEqualTo(users * each);
    assertThat(ambiguous.get()).as("at most one for each user").isLessThanOrEqualTo(users);
    assertThat(stored()).isBetween((long) done.get(), (long) done.get() + ambiguous.get());
  }

  @Test
  void shouldCountEachAcknowledgedOnceAmongRandomFaults() {
    SplittableRandom random = new SplittableRandom(7);
    TxnFaults chaos =
        new TxnFaults() {
          @Override
          public synchronized Commit onCommit() {
            Commit[] all = Commit.values();
            return random.nextInt(3) == 0 ? all[random.nextInt(all.length)] : Commit.FINE;
          }

          @Override
          public synchronized boolean breaksAt(TxnSessionRequest request) {
            return random.nextInt(40) == 0;
          }
        };
    node.txn().faults(chaos);
    second.txn().faults(chaos);
    int acknowledged = 0;
    int ambiguous = 0;
    for (int i = 0; i < 150; i++) {
      try {
        client.transaction(LostAnswerTest::increment);
        acknowledged++;
      } catch (AmbiguousCommitException e) {
        ambiguous++;
      }
    }

    // In this double, what nobody has heard of was never applied.
    assertThat(stored()).isEqualTo(acknowledged);
    assertThat(ambiguous).isBetween(1, 50);
  }

  @Test
  void shouldExecuteOnceWhenTheAnswerIsLost() {
    AtomicInteger calls = new AtomicInteger();
    TxnFaults faults =
        new TxnFaults() {
          @Override
          public Execute onExecute() {
            return switch (calls.getAndIncrement()) {
              case 0 -> Execute.APPLIED_AND_BROKEN;
              // What is in the way now may be the first call: another id would do it twice.
              case 1 -> Execute.CONFLICT;
              case 2 -> Execute.BROKEN;
              default -> Execute.FINE;
            };
          }
        };
    node.txn().faults(faults);
    second.txn().faults(faults);

    ExecuteResult result =
        client.execute().ifMissing(KEY).thenPut(KEY, KEY).elsePut(KEY, new byte[0]).run();

    assertThat(result.matched()).isTrue();
    assertThat(calls.get()).isEqualTo(4);
    assertThat(store.writesPerKey()).containsExactly(1);
  }

  @Test
  void shouldSaySoWhenAnExecuteGetsNoAnswer() {
    TxnFaults faults =
        new TxnFaults() {
          @Override
          public Execute onExecute() {
            return Execute.APPLIED_AND_BROKEN;
          }
        };
    node.txn().faults(faults);
    second.txn().faults(faults);

    assertThatThrownBy(
            () ->
                client
                    .execute()
                    .with(TransactionOptions.DEFAULT.withDeadline(Duration.ofMillis(300)))
                    .elsePut("other".getBytes(UTF_8), KEY)
                    .thenPut(KEY, KEY)
                    .run())
        .isInstanceOfSatisfying(
            AmbiguousCommitException.class,
            e -> {
              assertThat(e.firstKey()).as("as the server counts").isEqualTo(KEY);
              assertThat(client.outcome(e.transactionId(), e.firstKey()).state())
                  .isEqualTo(TransactionOutcome.State.COMMITTED);
            });
    assertThat(store.writesPerKey()).containsExactly(1);
  }
}
