package dev.troupe.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.loadgen.testkit.InMemoryTxn;
import dev.troupe.loadgen.testkit.TestNode;
import dev.troupe.loadgen.testkit.TxnFaults;
import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.v1.TxnFailure;
import dev.troupe.v1.TxnLock;
import dev.troupe.v1.TxnSessionRequest;
import java.io.IOException;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a transaction does differently once it has lost. */
class SetbacksTest {
  private final Queue<String> reads = new ConcurrentLinkedQueue<>();
  private final Queue<Integer> losses = new ConcurrentLinkedQueue<>();
  private TestNode node;
  private TroupeClient client;

  @BeforeEach
  void start() throws IOException {
    node = new TestNode();
    client = TroupeClient.connect(node.address());
  }

  @AfterEach
  void stop() throws InterruptedException {
    client.close();
    node.close();
  }

  private static byte[] utf8(String text) {
    return text.getBytes(UTF_8);
  }

  /** Refuses so many commits, and takes note of begins and reads. */
  private void refuseCommits(int times, ErrorCode code) {
    AtomicInteger left = new AtomicInteger(times);
    node.txn()
        .faults(
            new TxnFaults() {
              @Override
              public @Nullable TxnFailure onRequest(TxnSessionRequest request) {
                note(request);
                return request.hasCommit() && left.getAndDecrement() > 0
                    ? InMemoryTxn.failure(code, true)
                    : null;
              }
            });
  }

  private void note(TxnSessionRequest request) {
    if (request.hasBegin()) {
      losses.add(request.getBegin().getLosses());
    } else if (request.hasGet()) {
      reads.add(
          request.getGet().getKey().toStringUtf8() + " " + shortly(request.getGet().getLock()));
    } else if (request.hasScan()) {
      reads.add("scan " + shortly(request.getScan().getLock()));
    }
  }

  private static String shortly(TxnLock lock) {
    return lock.name().substring("TXN_LOCK_".length());
  }

  private List<String> readsOfAttempts(int refused, ErrorCode code) {
    refuseCommits(refused, code);
    client.transact(
        tx -> {
          tx.get(utf8("read"));
          tx.get(utf8("written"));
          tx.scan(utf8("a"), utf8("z"));
          tx.put(utf8("written"), utf8("x"));
        });
    return List.copyOf(reads);
  }

  @Test
  void shouldLockWhatTheLostAttemptHasWrittenAndSaySo() {
    List<String> all = readsOfAttempts(1, ErrorCode.TXN_CONFLICT);

    assertThat(all.subList(0, 3)).containsExactly("read NONE", "written NONE", "scan NONE");
    assertThat(all.subList(3, 6)).containsExactly("read NONE", "written WAIT", "scan NONE");
    assertThat(losses).containsExactly(0, 1);
  }

  @Test
  void shouldLockEverythingAfterManyLosses() {
    List<String> all = readsOfAttempts(3, ErrorCode.DEADLOCK);

    assertThat(all.subList(6, 9)).containsExactly("read NONE", "written WAIT", "scan NONE");
    assertThat(all.subList(9, 12)).containsExactly("read WAIT", "written WAIT", "scan WAIT");
    assertThat(losses).containsExactly(0, 1, 2, 3);
  }

  @Test
  void shouldNotTakeOtherFailuresForLosses() {
    List<String> all = readsOfAttempts(2, ErrorCode.OVERLOADED);

    assertThat(all).hasSize(9).noneMatch(read -> read.endsWith("WAIT"));
    assertThat(losses).containsExactly(0, 0, 0);
  }

  @Test
  void shouldKeepTheLockThatTheBodyAsksFor() {
    refuseCommits(1, ErrorCode.TXN_CONFLICT);
    client.transact(
        tx -> {
          tx.get(utf8("k"), Lock.SKIP_LOCKED);
          tx.put(utf8("k"), utf8("x"));
        });

    assertThat(reads).containsExactly("k SKIP_LOCKED", "k SKIP_LOCKED");
  }
}
