package dev.troupe.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.troupe.loadgen.testkit.InMemoryTxn;
import dev.troupe.loadgen.testkit.TestNode;
import dev.troupe.loadgen.testkit.TxnFaults;
import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.v1.GetTransactionOutcomeRequest;
import dev.troupe.v1.TxnFailure;
import dev.troupe.v1.TxnOutcome;
import dev.troupe.v1.TxnSessionRequest;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Callers that do not want to wait any longer. */
class EarlyEndTest {
  private TestNode node;
  private TroupeClient client;

  @BeforeEach
  void start() throws IOException {
    node = new TestNode();
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
  void shouldStopWaitingWhenInterrupted() throws InterruptedException {
    CountDownLatch begun = new CountDownLatch(1);
    List<Throwable> thrown = new ArrayList<>();
    node.txn().faults(refusing(r -> r.hasGet(), 1_000_000, ErrorCode.TXN_CONFLICT, true));
    Thread thread =
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    client.transact(
                        tx -> {
                          begun.countDown();
                          tx.get(utf8("a"));
                        });
                  } catch (TroupeClientException e) {
                    thrown.add(e);
                  }
                });
    begun.await();
    thread.interrupt();
    thread.join();

    assertThat(thrown).hasSize(1);
    assertThat(((TroupeClientException) thrown.get(0)).reason())
        .isEqualTo(TroupeClientException.INTERRUPTED);
  }

  @Test
  void shouldStopTryingWhenClosed() throws InterruptedException {
    node.txn().faults(refusing(r -> r.hasGet(), 1_000_000, ErrorCode.TXN_CONFLICT, true));
    CountDownLatch begun = new CountDownLatch(5);
    List<Throwable> thrown = new ArrayList<>();
    Thread thread =
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    client.transact(
                        tx -> {
                          begun.countDown();
                          tx.get(utf8("a"));
                        });
                  } catch (TroupeClientException e) {
                    thrown.add(e);
                  }
                });
    begun.await();
    client.close();
    thread.join();

    assertThat(((TroupeClientException) thrown.get(0)).reason())
        .isEqualTo(TroupeClientException.CLIENT_CLOSED);
  }

  @Test
  void shouldNotClaimToKnowWhatBecameOfACommitThatWasInterrupted() {
    node.txn()
        .faults(
            new TxnFaults() {
              @Override
              public Commit onCommit() {
                return Commit.APPLIED_AND_SILENT;
              }

              // An answer that is quicker than the interruption would be known.
              @Override
              public TxnOutcome onOutcome(GetTransactionOutcomeRequest request) {
                return TxnOutcome.TXN_OUTCOME_PENDING;
              }
            });
    assertThatThrownBy(
            () ->
                client.transact(
                    tx -> {
                      tx.put(utf8("a"), utf8("1"));
                      tx.get(utf8("a"));
                      Thread.currentThread().interrupt();
                    }))
        .isInstanceOf(AmbiguousCommitException.class);
    assertThat(Thread.interrupted()).as("the flag is set again").isTrue();
  }
}
