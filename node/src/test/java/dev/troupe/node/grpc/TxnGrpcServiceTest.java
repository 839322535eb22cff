package dev.troupe.node.grpc;

import static dev.troupe.node.grpc.KvGrpcServiceTest.assertRefused;
import static dev.troupe.node.grpc.TxnMessages.bytes;
import static dev.troupe.node.grpc.TxnMessages.get;
import static dev.troupe.node.grpc.TxnMessages.operation;
import static dev.troupe.node.grpc.TxnMessages.put;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.troupe.node.InMemoryKv;
import dev.troupe.node.InMemoryTransactions;
import dev.troupe.node.config.NodeSettings.GrpcLimits;
import dev.troupe.protocol.codec.Keyspace;
import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.Timestamp;
import dev.troupe.protocol.model.TxnId;
import dev.troupe.protocol.spi.MonotonicClock;
import dev.troupe.protocol.spi.SystemClocks;
import dev.troupe.protocol.spi.Transactions;
import dev.troupe.protocol.spi.TxnRequest;
import dev.troupe.protocol.spi.TxnResponse;
import dev.troupe.v1.ExecuteRequest;
import dev.troupe.v1.ExecuteResponse;
import dev.troupe.v1.GetTransactionOutcomeRequest;
import dev.troupe.v1.GetTransactionOutcomeResponse;
import dev.troupe.v1.Row;
import dev.troupe.v1.TxnCompare;
import dev.troupe.v1.TxnDeleteRequest;
import dev.troupe.v1.TxnGetRequest;
import dev.troupe.v1.TxnOperation;
import dev.troupe.v1.TxnOutcome;
import dev.troupe.v1.TxnScanRequest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class TxnGrpcServiceTest {
  private static final ByteString ID = bytes("0123456789abcdef");

  private final InMemoryTransactions transactions = new InMemoryTransactions(new InMemoryKv());
  private final MonotonicClock clock = SystemClocks.monotonic();
  private GrpcFixture grpc;

  @BeforeEach
  void open() throws IOException {
    grpc = new GrpcFixture(transactions, GrpcFixture.LIMITS, GrpcFixture.TXN_LIMITS);
  }

  @AfterEach
  void close() {
    grpc.close();
  }

  private static TxnCompare exists(String key, boolean exists) {
    return TxnCompare.newBuilder().setKey(bytes(key)).setExists(exists).build();
  }

  private static TxnCompare is(String key, String value) {
    return TxnCompare.newBuilder().setKey(bytes(key)).setValue(bytes(value)).build();
  }

  private static Key stored(String key) {
    return Keyspace.kv("default", key.getBytes(StandardCharsets.UTF_8));
  }

  private void put3() {
    ExecuteRequest.Builder puts = ExecuteRequest.newBuilder();
    for (String key : List.of("a", "b", "c")) {
      puts.addThen(operation(put(key, key + "1")));
    }
    grpc.txn().execute(puts.build());
  }

  @Test
  void shouldTakeOneBranchOrTheOther() {
    ExecuteRequest create =
        ExecuteRequest.newBuilder()
            .addCompare(exists("a", false))
            .addThen(operation(put("a", "1")))
            .addThen(
                TxnOperation.newBuilder()
                    .setDelete(TxnDeleteRequest.newBuilder().setKey(bytes("b"))))
            .addOrElse(operation(get("a")))
            .build();

    ExecuteResponse first = grpc.txn().execute(create);
    ExecuteResponse second = grpc.txn().execute(create);

    assertThat(first.getMatched()).isTrue();
    assertThat(first.getResultsList()).hasSize(2).allMatch(result -> result.hasDone());
    assertThat(second.getMatched()).isFalse();
    assertThat(second.getResults(0).getGet().getValue()).isEqualTo(bytes("1"));
    assertThat(second.getVersion()).isGreaterThan(first.getVersion());
    assertThat(grpc.finished).containsExactly("execute null", "execute null");
    assertThat(grpc.admission.requests()).isZero();
  }

  @Test
  void shouldTranslateEveryCondition() {
    grpc.txn()
        .execute(
            ExecuteRequest.newBuilder()
                .addCompare(exists("a", false))
                .addCompare(exists("b", true))
                .addCompare(is("c", ""))
                .build());

    List<TxnRequest.Compare> compares = transactions.executed.getFirst().compares();
    assertThat(compares.get(0)).isEqualTo(new TxnRequest.Compare.ValueIs(stored("a"), null));
    assertThat(compares.get(1)).isEqualTo(new TxnRequest.Compare.Exists(stored("b")));
    assertThat(((TxnRequest.Compare.ValueIs) compares.get(2)).value()).isEmpty();
  }

  @Test
  void shouldScanInBothDirectionsInsideOfATransaction() {
    put3();

    ExecuteResponse read =
        grpc.txn()
            .execute(
                ExecuteRequest.newBuilder()
                    .addThen(operation(TxnScanRequest.newBuilder().setReverse(true).setLimit(2)))
                    .addThen(operation(TxnScanRequest.newBuilder().setStart(bytes("b"))))
                    .build());

    var down = read.getResults(0).getScan();
    assertThat(down.getRowsList()).extracting(Row::getKey).containsExactly(bytes("c"), bytes("b"));
    assertThat(down.getResume()).isEqualTo(bytes("b"));
    var up = read.getResults(1).getScan();
    assertThat(up.getRowsList())
        .extracting(Row::getValue)
        .containsExactly(bytes("b1"), bytes("c1"));
    assertThat(up.hasResume()).isFalse();
  }

  @Test
  void shouldLetThePagesOfABranchShareTheSizeOfAMessage() {
    TxnOperation all = operation(TxnScanRequest.newBuilder().setLimit(5_000));
    grpc.txn().execute(ExecuteRequest.newBuilder().addThen(all).addThen(all).build());

    assertThat(transactions.executed.getFirst().then())
        .allSatisfy(
            scan -> {
              assertThat(((TxnRequest.Scan) scan).maxBytes())
                  .isEqualTo(RequestLimits.SCAN_PAGE_BYTES / 2);
              assertThat(((TxnRequest.Scan) scan).maxRows()).isEqualTo(1_000);
            });
  }

  @Test
  void shouldPassLocksOn() {
    ExecuteRequest.Builder locks = ExecuteRequest.newBuilder();
    for (int lock = 0; lock < 4; lock++) {
      locks.addThen(operation(get("a").setLockValue(lock)));
      locks.addThen(operation(TxnScanRequest.newBuilder().setLockValue(lock)));
    }
    grpc.txn().execute(locks.build());

    assertThat(transactions.executed.getFirst().then())
        .extracting(
            operation ->
                operation instanceof TxnRequest.Scan scan
                    ? scan.lock()
                    : ((TxnRequest.Get) operation).lock())
        .containsExactlyElementsOf(
            Stream.of(
                    TxnRequest.Lock.NONE,
                    TxnRequest.Lock.WAIT,
                    TxnRequest.Lock.NO_WAIT,
                    TxnRequest.Lock.SKIP_LOCKED)
                .flatMap(lock -> Stream.of(lock, lock))
                .toList());
  }

  @Test
  void shouldUseTheClientsIdOrDrawOne() {
    ExecuteRequest read = ExecuteRequest.newBuilder().addThen(operation(get("a"))).build();

    assertThat(grpc.txn().execute(read.toBuilder().setTransactionId(ID).build()).getTransactionId())
        .isEqualTo(ID);
    ByteString drawn = grpc.txn().execute(read).getTransactionId();
    assertThat(drawn.size()).isEqualTo(TxnId.BYTES);
    assertThat(grpc.txn().execute(read).getTransactionId()).isNotEqualTo(drawn);
    assertThat(transactions.executed.getFirst().id())
        .isEqualTo(new TxnId(0x3031323334353637L, 0x3839616263646566L));
  }

  static Stream<Arguments> badTransactions() {
    ExecuteRequest.Builder many = ExecuteRequest.newBuilder();
    for (int i = 0; i < RequestLimits.EXECUTE_OPERATIONS_MAX; i++) {
      many.addThen(operation(put("k" + i, "")));
    }
    many.addCompare(exists("a", true));
    String longKey = "k".repeat(RequestLimits.KEY_BYTES_MAX + 1);
    String longValue = "v".repeat(RequestLimits.VALUE_BYTES_MAX + 1);
    ErrorCode invalid = ErrorCode.INVALID_ARGUMENT;
    ExecuteRequest.Builder fine = ExecuteRequest.newBuilder().addThen(operation(get("a")));
    return Stream.of(
        Arguments.of(invalid, "neither", ExecuteRequest.newBuilder()),
        Arguments.of(invalid, "15 bytes", fine.clone().setTransactionId(ID.substring(1))),
        Arguments.of(invalid, "17 bytes", fine.clone().setTransactionId(ID.concat(bytes("g")))),
        Arguments.of(invalid, "U+002F", fine.clone().setNamespace("a/b")),
        Arguments.of(
            invalid, "operation 1", fine.clone().addThen(TxnOperation.getDefaultInstance())),
        Arguments.of(
            invalid, "operation 0", fine.clone().addOrElse(TxnOperation.getDefaultInstance())),
        Arguments.of(
            invalid,
            "comparison 0",
            fine.clone().addCompare(TxnCompare.newBuilder().setKey(bytes("a")))),
        Arguments.of(invalid, "key is empty", fine.clone().addCompare(exists("", true))),
        Arguments.of(invalid, "key is empty", fine.clone().addThen(operation(put("", "1")))),
        Arguments.of(invalid, "lock 9", fine.clone().addThen(operation(get("a").setLockValue(9)))),
        Arguments.of(
            invalid,
            "reversed",
            fine.clone()
                .addThen(
                    operation(
                        TxnScanRequest.newBuilder()
                            .setStart(bytes("b"))
                            .setEnd(bytes("a"))
                            .setReverse(true)))),
        Arguments.of(
            ErrorCode.KEY_TOO_LARGE, "16385", fine.clone().addThen(operation(get(longKey)))),
        Arguments.of(
            ErrorCode.VALUE_TOO_LARGE,
            "4194305",
            fine.clone().addThen(operation(put("a", longValue)))),
        Arguments.of(
            ErrorCode.VALUE_TOO_LARGE, "4194305", fine.clone().addCompare(is("a", longValue))),
        Arguments.of(ErrorCode.BATCH_TOO_LARGE, "4097", many));
  }

  @ParameterizedTest
  @MethodSource("badTransactions")
  void shouldRefuseABadTransaction(ErrorCode code, String hint, ExecuteRequest.Builder request) {
    assertRefused(code, () -> grpc.txn().execute(request.build()), hint);
    assertThat(transactions.executed).isEmpty();
  }

  @Test
  void shouldPassFailuresOn() {
    ExecuteRequest read = ExecuteRequest.newBuilder().addThen(operation(get("a"))).build();
    for (ErrorCode code : List.of(ErrorCode.TXN_CONFLICT, ErrorCode.AMBIGUOUS)) {
      transactions.script.add(Optional.of(new TxnResponse.Failed(code, "as it is")));
      assertRefused(code, () -> grpc.txn().execute(read), "as it is");
    }
    transactions.script.add(Optional.of(new TxnResponse.Done()));
    assertRefused(ErrorCode.INTERNAL, () -> grpc.txn().execute(read), "Done");
    transactions.script.add(
        Optional.of(
            new TxnResponse.OneShotDone(
                true, List.of(new TxnResponse.Committed(Timestamp.MIN)), Timestamp.MIN)));
    assertRefused(ErrorCode.INTERNAL, () -> grpc.txn().execute(read), "Committed");
    assertThat(grpc.finished).contains("execute TXN_CONFLICT", "execute AMBIGUOUS");
  }

  @Test
  void shouldRefuseAfterAPauseWhenTooMuchIsInFlight() throws IOException {
    transactions.held = new ConcurrentLinkedQueue<>();
    ExecuteRequest read = ExecuteRequest.newBuilder().addThen(operation(get("a"))).build();
    try (GrpcFixture small =
        new GrpcFixture(
            transactions,
            new GrpcLimits(1, 1000, 10, Duration.ofSeconds(1)),
            GrpcFixture.TXN_LIMITS)) {
      var slow = new RecordingObserver<ExecuteResponse>();
      small.txnAsync().execute(read, slow);
      Awaitility.await().until(() -> transactions.held.size() == 1);

      long begun = System.nanoTime();
      assertRefused(ErrorCode.OVERLOADED, () -> small.txn().execute(read), "in-flight-requests");
      assertRefused(
          ErrorCode.OVERLOADED,
          () -> small.txn().getTransactionOutcome(outcomeOf("a")),
          "in-flight-requests");
      assertThat(System.nanoTime() - begun)
          .as("twice a client was told to come again")
          .isGreaterThanOrEqualTo(2 * RequestLimits.REFUSAL_PAUSE_MILLIS * 1_000_000L);
      transactions.held.remove().run();
      slow.awaitEnd();
      assertThat(slow.messages()).hasSize(1);
      assertThat(small.admission.requests()).isZero();
      assertThat(small.finished)
          .containsExactly("execute OVERLOADED", "get_outcome OVERLOADED", "execute null");
    }
  }

  private Duration lastTimeout() {
    return Duration.ofNanos(transactions.deadlines.getLast() - clock.nanos());
  }

  @Test
  void shouldGiveUpBeforeTheClientDoes() {
    ExecuteRequest read = ExecuteRequest.newBuilder().addThen(operation(get("a"))).build();

    grpc.txn().withDeadlineAfter(30, TimeUnit.SECONDS).execute(read);
    assertThat(lastTimeout()).isBetween(Duration.ofSeconds(25), Duration.ofMillis(29_850));
    grpc.txn().withDeadlineAfter(300, TimeUnit.SECONDS).execute(read);
    assertThat(lastTimeout()).isBetween(Duration.ofSeconds(50), Duration.ofSeconds(60));
    dev.troupe.v1.TxnGrpc.newBlockingStub(grpc.channel).execute(read);
    assertThat(lastTimeout()).isLessThanOrEqualTo(Duration.ofSeconds(5));
  }

  private static GetTransactionOutcomeRequest outcomeOf(String firstKey) {
    return GetTransactionOutcomeRequest.newBuilder()
        .setTransactionId(ID)
        .setFirstKey(bytes(firstKey))
        .build();
  }

  @Test
  void shouldTellWhatBecameOfATransaction() {
    transactions.outcome =
        new Transactions.Known(Transactions.Outcome.COMMITTED, new Timestamp(77));
    GetTransactionOutcomeResponse known = grpc.txn().getTransactionOutcome(outcomeOf("a"));
    assertThat(known.getOutcome()).isEqualTo(TxnOutcome.TXN_OUTCOME_COMMITTED);
    assertThat(known.getVersion()).isEqualTo(77);
    assertThat(transactions.anchor.get()).isEqualTo(stored("a"));

    for (var outcome :
        List.of(
            Transactions.Outcome.ABORTED,
            Transactions.Outcome.PENDING,
            Transactions.Outcome.UNKNOWN)) {
      transactions.outcome = new Transactions.Known(outcome, null);
      GetTransactionOutcomeResponse other = grpc.txn().getTransactionOutcome(outcomeOf("a"));
      assertThat(other.getOutcome().name()).isEqualTo("TXN_OUTCOME_" + outcome);
      assertThat(other.getVersion()).isZero();
    }
    transactions.outcomeFailure =
        new TxnResponse.Failed(ErrorCode.RANGE_UNAVAILABLE, "no leader of r7");
    assertRefused(
        ErrorCode.RANGE_UNAVAILABLE,
        () -> grpc.txn().getTransactionOutcome(outcomeOf("a")),
        "no leader of r7");
    assertThat(grpc.admission.requests()).isZero();
    assertThat(grpc.finished).last().isEqualTo("get_outcome RANGE_UNAVAILABLE");
  }

  @Test
  void shouldRefuseToAskForNothing() {
    assertRefused(
        ErrorCode.INVALID_ARGUMENT,
        () ->
            grpc.txn()
                .getTransactionOutcome(outcomeOf("a").toBuilder().clearTransactionId().build()),
        "0 bytes");
    assertRefused(
        ErrorCode.INVALID_ARGUMENT,
        () -> grpc.txn().getTransactionOutcome(outcomeOf("")),
        "key is empty");
    assertThat(transactions.anchor.get()).isNull();
  }

  @Test
  void shouldReadWithoutALockUnlessTold() {
    grpc.txn()
        .execute(
            ExecuteRequest.newBuilder()
                .addThen(TxnOperation.newBuilder().setGet(TxnGetRequest.newBuilder().setKey(ID)))
                .build());

    assertThat(((TxnRequest.Get) transactions.executed.getFirst().then().getFirst()).lock())
        .isEqualTo(TxnRequest.Lock.NONE);
  }
}
