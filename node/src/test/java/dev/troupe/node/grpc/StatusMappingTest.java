package dev.troupe.node.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.protocol.error.TroupeException;
import dev.troupe.protocol.spi.KvResponse;
import dev.troupe.v1.Failure;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class StatusMappingTest {
  @ParameterizedTest
  @EnumSource
  void shouldCarryEveryReasonThereAndBack(ErrorCode code) {
    StatusRuntimeException status = StatusMapping.toStatus(code, "why");

    assertThat(StatusMapping.codeOf(status)).isEqualTo(code);
    assertThat(status.getStatus().getDescription()).isEqualTo("why");
    assertThat(status.getStatus().getCode()).isNotEqualTo(Status.Code.OK);
    Failure failure = StatusMapping.toFailure(new KvResponse.Failed(code, "why"));
    assertThat(failure.getCode()).isEqualTo(status.getStatus().getCode().value());
    assertThat(failure.getRetry()).isEqualTo(code.retry().name());
  }

  /** A client library that retries on UNAVAILABLE must never repeat what may have happened. */
  @ParameterizedTest
  @EnumSource
  void shouldSayUnavailableOnlyWhenNothingHappened(ErrorCode code) {
    if (StatusMapping.statusCode(code) == Status.Code.UNAVAILABLE) {
      assertThat(code.retry()).isEqualTo(ErrorCode.Retry.SAFE);
    }
  }

  @Test
  void shouldFindTheReasonBehindAStage() {
    var failure = new CompletionException(new TroupeException(ErrorCode.UNKNOWN_RANGE, "no r5"));

    assertThat(StatusMapping.codeOf(StatusMapping.toStatus(failure)))
        .isEqualTo(ErrorCode.UNKNOWN_RANGE);
    assertThat(StatusMapping.codeOf(StatusMapping.toStatus(new IllegalStateException("bug"))))
        .isEqualTo(ErrorCode.INTERNAL);
    assertThat(StatusMapping.codeOf(Status.UNAVAILABLE.asRuntimeException())).isNull();
  }
}
