package dev.troupe.node.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.troupe.node.InMemoryKv;
import dev.troupe.node.InMemoryTransactions;
import dev.troupe.node.config.NodeSettings.GrpcLimits;
import dev.troupe.node.config.NodeSettings.TxnLimits;
import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.protocol.error.TroupeException;
import dev.troupe.protocol.spi.SystemClocks;
import io.grpc.Context;
import io.grpc.Deadline;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class TxnDispatchTest {
  private static final long NOW = 1_000;
  private static final TxnLimits LIMITS = new TxnLimits(1, 1, 1, Duration.ofNanos(60));

  private final TxnDispatch dispatch =
      new TxnDispatch(
          new InMemoryTransactions(new InMemoryKv()),
          new TxnIds(bound -> bound - 1),
          new TxnDispatch.Bounds(
              new Admission(
                  new GrpcLimits(1, 1, 1, Duration.ofSeconds(1)), SystemClocks.monotonic()),
              new OpenSessions(LIMITS),
              LIMITS,
              Duration.ofNanos(5)),
          RequestObserver.none(),
          () -> NOW);

  @Test
  void shouldEndASessionAtTheEarliestOfAllLimits() {
    assertThat(dispatch.sessionDeadline(0, OptionalLong.empty())).isEqualTo(NOW + 60);
    assertThat(dispatch.sessionDeadline(7, OptionalLong.empty())).isEqualTo(NOW + 7);
    assertThat(dispatch.sessionDeadline(70, OptionalLong.empty())).isEqualTo(NOW + 60);
    assertThat(dispatch.sessionDeadline(7, OptionalLong.of(3))).isEqualTo(NOW + 3);
    assertThat(dispatch.sessionDeadline(7, OptionalLong.of(8))).isEqualTo(NOW + 7);
  }

  @Test
  void shouldGiveASingleRequestTheTimeOfItsCall() {
    assertThat(dispatch.requestDeadline(OptionalLong.empty())).isEqualTo(NOW + 5);
    assertThat(dispatch.requestDeadline(OptionalLong.of(30))).isEqualTo(NOW + 30);
    assertThat(dispatch.requestDeadline(OptionalLong.of(300))).isEqualTo(NOW + 60);
  }

  @Test
  void shouldRefuseWhatComesAfterItsDeadline() {
    for (long left : new long[] {0, -1}) {
      assertThatThrownBy(() -> dispatch.requestDeadline(OptionalLong.of(left)))
          .isInstanceOfSatisfying(
              TroupeException.class,
              refusal -> assertThat(refusal.code()).isEqualTo(ErrorCode.DEADLINE_EXCEEDED));
      assertThatThrownBy(() -> dispatch.sessionDeadline(7, OptionalLong.of(left)))
          .isInstanceOf(TroupeException.class)
          .hasMessageContaining("had passed on arrival");
    }
  }

  @Test
  void shouldSeeThatTheTimeOfTheCallIsOver() throws Exception {
    try (var timer = Executors.newSingleThreadScheduledExecutor()) {
      Context.CancellableContext late =
          Context.current().withDeadline(Deadline.after(-1, TimeUnit.SECONDS), timer);
      assertThat(late.call(CallTime::leftNanos).getAsLong()).isNegative();
      late.cancel(null);
    }
    assertThat(CallTime.leftNanos()).isEmpty();
  }

  @Test
  void shouldDrawIdsOfAllBits() {
    assertThat(dispatch.ids().next().high()).isEqualTo(-1L);
    assertThat(dispatch.ids().next().low()).isEqualTo(-1L);
  }
}
