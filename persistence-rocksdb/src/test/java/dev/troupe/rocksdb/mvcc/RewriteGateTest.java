package dev.troupe.rocksdb.mvcc;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class RewriteGateTest {
  private final RewriteGate gate = new RewriteGate();
  private final AtomicInteger changes = new AtomicInteger();

  @Test
  void shouldRunWhatNoRewriteCameBetween() {
    long stamp = gate.awaitNone();
    assertThat(gate.runUnlessRewritten(stamp, changes::incrementAndGet)).isTrue();
    assertThat(gate.runUnlessRewritten(stamp, changes::incrementAndGet)).isTrue();
    assertThat(changes).hasValue(2);
  }

  @Test
  void shouldRefuseWhatARewriteCameBetween() {
    long stamp = gate.awaitNone();
    gate.begin();
    assertThat(gate.runUnlessRewritten(stamp, changes::incrementAndGet)).isFalse();
    gate.end();
    assertThat(gate.runUnlessRewritten(stamp, changes::incrementAndGet)).isFalse();
    assertThat(gate.runUnlessRewritten(gate.awaitNone(), changes::incrementAndGet)).isTrue();
    assertThat(changes).hasValue(1);
  }

  @Test
  void shouldWaitForEveryRewriteToEnd() throws InterruptedException {
    gate.begin();
    gate.begin();
    CompletableFuture<Long> stamp = new CompletableFuture<>();
    Thread waiting = Thread.ofPlatform().start(() -> stamp.complete(gate.awaitNone()));
    awaitWaiting(waiting);
    gate.end();
    awaitWaiting(waiting);
    assertThat(stamp).isNotDone();
    gate.end();
    waiting.join();
    assertThat(gate.runUnlessRewritten(stamp.join(), changes::incrementAndGet)).isTrue();
  }

  private static void awaitWaiting(Thread thread) {
    while (thread.getState() != Thread.State.WAITING) {
      assertThat(thread.isAlive()).isTrue();
      Thread.onSpinWait();
    }
  }
}
