package dev.troupe.txn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.model.TxnId;
import dev.troupe.protocol.spi.OpenTransactions.Waiting;
import org.junit.jupiter.api.Test;

class WaitBoardTest {
  private static final long SECOND = 1_000_000_000L;
  private static final TxnId WAITER = new TxnId(1, 1);
  private static final TxnId HOLDER = new TxnId(2, 2);
  private static final TxnId OTHER = new TxnId(3, 3);
  private static final NodeId NODE = new NodeId(2);

  private final WaitBoard board = new WaitBoard();

  @Test
  void shouldKnowForHowLongOneWaits() {
    board.heard(WAITER, HOLDER, NODE, 5 * SECOND);
    board.heard(WAITER, HOLDER, NODE, 6 * SECOND);

    assertThat(board.of(WAITER, 7 * SECOND)).isEqualTo(new Waiting(HOLDER, NODE, 2_000));
    assertThat(board.of(HOLDER, 7 * SECOND)).isNull();
  }

  @Test
  void shouldForgetWhatIsNotToldAgain() {
    board.heard(WAITER, HOLDER, NODE, 0);

    assertThat(board.of(WAITER, WaitBoard.FRESH_NANOS)).isNull();
    board.heard(WAITER, HOLDER, NODE, 9 * SECOND);
    assertThat(board.of(WAITER, 10 * SECOND)).isEqualTo(new Waiting(HOLDER, NODE, 1_000));
  }

  @Test
  void shouldBeginAnewWithAnotherHolder() {
    board.heard(WAITER, HOLDER, NODE, 0);
    board.heard(WAITER, OTHER, NODE, SECOND);

    assertThat(board.of(WAITER, SECOND)).isEqualTo(new Waiting(OTHER, NODE, 0));
    board.forget(WAITER);
    assertThat(board.of(WAITER, SECOND)).isNull();
  }
}
