package dev.troupe.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.protocol.model.Timestamp;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LocalOracleTest {
  private static final long MILLIS = 1_700_000_000_000L;

  private final TenureBoard board = new TenureBoard();
  private final List<TimestampOracle.Command> told = new ArrayList<>();
  private long wall = MILLIS;
  private long nanos;
  private final OracleClock clock = new OracleClock(() -> wall, () -> nanos, jump -> {});
  private final LocalOracle oracle = new LocalOracle(board, clock, () -> nanos, told::add);

  private TimestampWindow office(LeaseHold hold) {
    var window = new TimestampWindow(Timestamp.of(MILLIS - 1, 5), Timestamp.of(MILLIS + 3_000, 0));
    board.show(new Tenure(1, hold, window));
    return window;
  }

  @Test
  void shouldLookAtTheLeaseAfterTheNumbersWereTaken() {
    List<Timestamp> taken = new ArrayList<>();
    TimestampWindow[] window = new TimestampWindow[1];
    window[0] =
        office(
            () -> {
              taken.add(window[0].last());
              return true;
            });
    long first = oracle.tryDraw(10);
    assertThat(new Timestamp(first)).isEqualTo(Timestamp.of(MILLIS, 0));
    assertThat(taken).containsExactly(Timestamp.of(MILLIS, 9));
  }

  @Test
  void shouldThrowAwayWhatWasTakenWhenTheLeaseIsGone() {
    TimestampWindow window = office(() -> false);
    assertThat(oracle.tryDraw(10)).isEqualTo(TimestampWindow.NONE);
    assertThat(window.last()).isEqualTo(Timestamp.of(MILLIS, 9));
  }

  @Test
  void shouldBorrowFromTheNextMillisecondInsteadOfWaiting() {
    office(() -> true);
    long first = oracle.tryDraw(65_536);
    long second = oracle.tryDraw(1);
    assertThat(second).isEqualTo(first + 65_536);
    assertThat(new Timestamp(second)).isEqualTo(Timestamp.of(MILLIS + 1, 0));
  }

  @Test
  void shouldCountOnWhenTheClockGoesBack() {
    office(() -> true);
    long first = oracle.tryDraw(1);
    wall -= 10_000;
    assertThat(oracle.tryDraw(1)).isEqualTo(first + 1);
  }

  @Test
  void shouldAskOnceForALongerWindowAndGiveNothingBeyondIt() {
    office(() -> true);
    wall += 2_600;
    assertThat(oracle.tryDraw(1)).isNotEqualTo(TimestampWindow.NONE);
    assertThat(oracle.tryDraw(1)).isNotEqualTo(TimestampWindow.NONE);
    assertThat(told).containsExactly(TimestampOracle.WindowLow.INSTANCE);
    wall += 401;
    assertThat(oracle.tryDraw(1)).isEqualTo(TimestampWindow.NONE);
  }
}
