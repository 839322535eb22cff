package dev.troupe.node.grpc;

import static dev.troupe.node.grpc.TxnMessages.begin;
import static dev.troupe.node.grpc.TxnMessages.bytes;
import static dev.troupe.node.grpc.TxnMessages.commit;
import static dev.troupe.node.grpc.TxnMessages.delete;
import static dev.troupe.node.grpc.TxnMessages.get;
import static dev.troupe.node.grpc.TxnMessages.put;
import static dev.troupe.node.grpc.TxnMessages.release;
import static dev.troupe.node.grpc.TxnMessages.rollback;
import static dev.troupe.node.grpc.TxnMessages.rollbackTo;
import static dev.troupe.node.grpc.TxnMessages.savepoint;
import static dev.troupe.node.grpc.TxnMessages.scan;
import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.v1.BeginRequest;
import dev.troupe.v1.TxnGetRequest;
import dev.troupe.v1.TxnScanRequest;
import dev.troupe.v1.TxnSessionRequest;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class TxnSessionRefusalTest extends TxnSessionFixture {
  static Stream<Arguments> badBeginnings() {
    return Stream.of(
        Arguments.of("must be Begin", put(1, "a", "1")),
        Arguments.of("must be Begin", commit(1)),
        Arguments.of("must be Begin", TxnSessionRequest.getDefaultInstance()),
        Arguments.of(
            "15 bytes", begin(BeginRequest.newBuilder().setTransactionId(bytes("x".repeat(15))))),
        Arguments.of(
            "17 bytes", begin(BeginRequest.newBuilder().setTransactionId(bytes("x".repeat(17))))),
        Arguments.of("U+0020", begin(BeginRequest.newBuilder().setNamespace("a b"))));
  }

  @ParameterizedTest
  @MethodSource("badBeginnings")
  void shouldEndAStreamThatDoesNotBegin(String hint, TxnSessionRequest first) {
    send(first, put(2, "a", "1"));
    answers.awaitEnd();

    assertThat(StatusMapping.codeOf(answers.failure())).isEqualTo(ErrorCode.INVALID_ARGUMENT);
    assertThat(answers.failure()).hasMessageContaining(hint);
    assertThat(transactions.sessions).isEmpty();
    assertNothingHeld();
  }

  static Stream<Arguments> badRequests() {
    TxnSessionRequest.Builder message = TxnSessionRequest.newBuilder().setId(9);
    String longKey = "k".repeat(RequestLimits.KEY_BYTES_MAX + 1);
    String longValue = "v".repeat(RequestLimits.VALUE_BYTES_MAX + 1);
    String longName = "ä".repeat(128);
    return Stream.of(
        Arguments.of("INVALID_ARGUMENT", "has begun", begin().toBuilder().setId(9).build()),
        Arguments.of("INVALID_ARGUMENT", "no request", message.clone().build()),
        Arguments.of("INVALID_ARGUMENT", "key is empty", get(9, "")),
        Arguments.of("INVALID_ARGUMENT", "key is empty", delete(9, "")),
        Arguments.of("INVALID_ARGUMENT", "key is empty", put(9, "", "1")),
        Arguments.of("KEY_TOO_LARGE", "16385 bytes", get(9, longKey)),
        Arguments.of("VALUE_TOO_LARGE", "4194305 bytes", put(9, "a", longValue)),
        Arguments.of(
            "KEY_TOO_LARGE",
            "start of the span",
            scan(9, TxnScanRequest.newBuilder().setStart(bytes(longKey)))),
        Arguments.of(
            "INVALID_ARGUMENT",
            "reversed",
            scan(9, TxnScanRequest.newBuilder().setStart(bytes("b")).setEnd(bytes("b")))),
        Arguments.of(
            "INVALID_ARGUMENT",
            "lock 4",
            message
                .clone()
                .setGet(TxnGetRequest.newBuilder().setKey(bytes("a")).setLockValue(4))
                .build()),
        Arguments.of(
            "INVALID_ARGUMENT", "lock -1", scan(9, TxnScanRequest.newBuilder().setLockValue(-1))),
        Arguments.of("INVALID_ARGUMENT", "this one 0", savepoint(9, "")),
        Arguments.of("INVALID_ARGUMENT", "this one 256", savepoint(9, longName)),
        Arguments.of("INVALID_ARGUMENT", "this one 0", rollbackTo(9, "")),
        Arguments.of("INVALID_ARGUMENT", "this one 0", release(9, "")));
  }

  @ParameterizedTest
  @MethodSource("badRequests")
  void shouldEndTheTransactionOfABadRequest(String reason, String hint, TxnSessionRequest bad) {
    send(begin(), bad, commit(10));
    answers.awaitEnd();

    assertThat(failure(9).getEnded()).isTrue();
    assertThat(failure(9).getFailure().getReason()).isEqualTo(reason);
    assertThat(failure(9).getFailure().getRetry()).isEqualTo("NEVER");
    assertThat(failure(9).getFailure().getMessage()).contains(hint);
    assertThat(failure(10).getFailure().getReason()).isEqualTo("TXN_ENDED");
    assertThat(session().requests).isEmpty();
    assertThat(session().closed).hasValue(1);
    assertNothingHeld();
  }

  @Test
  void shouldTakeTheLongestSavepointName() {
    send(begin(), savepoint(1, "s".repeat(255)), rollback(2));
    answers.awaitEnd();

    assertThat(answer(1).hasDone()).isTrue();
  }
}
