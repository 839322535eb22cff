package dev.troupe.txn;

import static dev.troupe.txn.ScriptedKv.id;
import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.KeySpan;
import dev.troupe.protocol.model.NodeId;
import dev.troupe.range.TxnWatch.Holder;
import java.util.List;
import org.junit.jupiter.api.Test;

class HeldKeysTest {
  private static final NodeId NODE = new NodeId(7);
  private static final Key A = Key.of("a");
  private static final Key B = Key.of("b");
  private static final Key C = Key.of("c");
  private static final KeySpan FROM_B_ON = new KeySpan(B, Key.MAX);

  private final HeldKeys held = new HeldKeys(NODE);

  private static HeldKeys.OfTransaction holding(HeldKeys.OfTransaction transaction, Key... keys) {
    for (Key key : keys) {
      transaction.asks(key);
      assertThat(transaction.granted(key)).isTrue();
    }
    return transaction;
  }

  @Test
  void shouldTellWhatIsHeldWithinASpanAndByWhom() {
    holding(held.begin(id(1)), A, C, B);
    holding(held.begin(id(2)), A);
    holding(held.begin(id(3)), C);

    assertThat(held.within(FROM_B_ON))
        .containsExactlyInAnyOrder(
            new Holder(id(1), NODE, List.of(B, C)), new Holder(id(3), NODE, List.of(C)));
    assertThat(held.size()).isEqualTo(3);
  }

  @Test
  void shouldTellNothingOfWhatWasLetGoOrRefused() {
    var one = holding(held.begin(id(1)), A, B);
    var two = held.begin(id(2));
    two.asks(C);
    two.refused(C);

    assertThat(one.take()).containsExactly(A, B);
    assertThat(held.within(KeySpan.ALL)).isEmpty();
    assertThat(two.take()).isEmpty();
    assertThat(held.size()).isZero();
  }

  /** The grant of a leader that has a successor by now comes too late to be told to that. */
  @Test
  void shouldWantAWishAskedAgainThatWasOnItsWayWhenANewLeaderAsked() {
    var one = held.begin(id(1));
    one.asks(A);
    one.asks(B);

    assertThat(held.within(FROM_B_ON)).isEmpty();

    assertThat(one.granted(A)).isTrue();
    assertThat(one.granted(B)).isFalse();
    one.asks(B);
    assertThat(one.granted(B)).isTrue();
    assertThat(held.within(FROM_B_ON)).containsExactly(new Holder(id(1), NODE, List.of(B)));
  }

  @Test
  void shouldGoOnHoldingWhatIsAskedForOnceMore() {
    var one = holding(held.begin(id(1)), B);
    one.asks(B);

    assertThat(held.within(FROM_B_ON)).containsExactly(new Holder(id(1), NODE, List.of(B)));
    assertThat(one.granted(B)).isTrue();
  }

  /** Nobody waits for the answer to a transaction that has ended. */
  @Test
  void shouldNotWantAnythingOfAnEndedTransactionAskedAgain() {
    var one = held.begin(id(1));
    one.asks(B);
    one.take();

    assertThat(held.within(FROM_B_ON)).isEmpty();
    assertThat(one.granted(B)).isTrue();
  }

  @Test
  void shouldTellNoMoreThanAMessageMayCarry() {
    var one = held.begin(id(1));
    int length = 1_000;
    for (int i = 0; i < 2 * HeldKeys.TOLD_BYTES_MAX / length; i++) {
      holding(one, Key.of(("k%0" + (length - 1) + "d").formatted(i)));
    }
    Key last = Key.of("z");
    one.asks(last);

    var told = held.within(KeySpan.ALL);

    assertThat(told).hasSize(1);
    assertThat(told.getFirst().keys())
        .hasSizeBetween(
            (int) HeldKeys.TOLD_BYTES_MAX / length, (int) HeldKeys.TOLD_BYTES_MAX / length + 1);
    assertThat(one.granted(last)).isFalse();
  }
}
