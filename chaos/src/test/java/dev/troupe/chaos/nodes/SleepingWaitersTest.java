package dev.troupe.chaos.nodes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.chaos.sim.SimRandom;
import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.RangeDescriptor;
import dev.troupe.protocol.model.TxnId;
import dev.troupe.protocol.spi.Transactions;
import dev.troupe.protocol.spi.TxnRequest;
import dev.troupe.protocol.spi.TxnResponse;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Who waits for a key in a range where nothing else happens is looked after as if it were busy,
 * however long it has waited.
 */
class SleepingWaitersTest {
  private static final Key LEFT = CalmTrial.key("a");
  private static final Key RIGHT = CalmTrial.key("z");

  /** Two transactions of two nodes, each of which holds a key that its node leads. */
  private static final class Trial extends CalmTrial {
    private Transactions.Session older;
    private Transactions.Session younger;

    Trial(long seed) {
      super(calm(3, MS), new SimRandom(seed), List.of(key("m")), null);
    }

    /** One waits for the other, for so long that everything has fallen silent. */
    AtomicReference<TxnResponse> olderWaits() {
      form();
      List<RangeDescriptor> ranges = cluster.firstRanges();
      lead(ranges.get(0), cluster.machine(1).id());
      lead(ranges.get(1), cluster.machine(1).id());
      lead(ranges.get(2), cluster.machine(2).id());
      older = begin(1);
      younger = begin(2);
      await(hold(1, older, LEFT));
      await(hold(2, younger, RIGHT));
      var waiting = hold(1, older, RIGHT);
      pass(20 * SECOND);
      assertThat(waiting.get()).as("the key is held").isNull();
      return waiting;
    }

    private Transactions.Session begin(int at) {
      SimulatedNode node = cluster.machine(at).node();
      return node.transactions().begin(new TxnId(7, at), node.nanos() + 120 * SECOND);
    }

    AtomicReference<TxnResponse> hold(int at, Transactions.Session session, Key key) {
      var answer = new AtomicReference<@Nullable TxnResponse>();
      SimulatedNode node = cluster.machine(at).node();
      node.run(() -> session.send(new TxnRequest.Get(key, TxnRequest.Lock.WAIT), answer::set));
      return answer;
    }

    TxnResponse await(AtomicReference<TxnResponse> answer) {
      until("an answer", 10 * SECOND, () -> answer.get() != null);
      return answer.get();
    }

    /** Milliseconds until one of the answers is there. */
    long patience(AtomicReference<TxnResponse> one, AtomicReference<TxnResponse> other) {
      long since = world.now();
      until("an answer", 10 * SECOND, () -> one.get() != null || other.get() != null);
      return (world.now() - since) / MS;
    }
  }

  @Test
  void shouldFindDeadlocksAtOnce() {
    for (long seed = 1; seed <= 20; seed++) {
      var trial = new Trial(seed);
      var first = trial.olderWaits();
      var second = trial.hold(2, trial.younger, LEFT);
      assertThat(trial.patience(first, second)).as("seed %d", seed).isLessThan(300);
      assertThat(second.get())
          .isInstanceOfSatisfying(
              TxnResponse.Failed.class,
              failed -> assertThat(failed.code()).isEqualTo(ErrorCode.DEADLOCK));
      assertThat(trial.await(first)).isInstanceOf(TxnResponse.Value.class);
    }
  }
}
