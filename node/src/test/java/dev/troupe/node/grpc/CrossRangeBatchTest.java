package dev.troupe.node.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.node.InMemoryKv;
import dev.troupe.node.InMemoryTransactions;
import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.Timestamp;
import dev.troupe.protocol.model.TxnId;
import dev.troupe.protocol.spi.KvRequest;
import dev.troupe.protocol.spi.KvResponse;
import dev.troupe.protocol.spi.TxnRequest;
import dev.troupe.protocol.spi.TxnResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CrossRangeBatchTest {
  private static final TxnId ID = new TxnId(1, 2);
  private static final long SEED = 20_240_817;

  private final InMemoryKv kv = new InMemoryKv(Key.of("m"));
  private final InMemoryTransactions transactions = new InMemoryTransactions(kv);
  private final CrossRangeKv wide = new CrossRangeKv(kv, transactions, new TxnIds(bound -> 7));

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static KvRequest.Put put(String key, String value) {
    return new KvRequest.Put(Key.of(key), bytes(value));
  }

  private static KvRequest.Delete delete(String key) {
    return new KvRequest.Delete(Key.of(key));
  }

  private static KvRequest.CompareAndSet compare(
      String key, @Nullable String expected, @Nullable String value) {
    return new KvRequest.CompareAndSet(
        Key.of(key),
        expected == null ? null : bytes(expected),
        value == null ? null : bytes(value));
  }

  private static KvResponse ask(dev.troupe.protocol.spi.KvClient client, KvRequest request) {
    AtomicReference<KvResponse> answer = new AtomicReference<>();
    client.send(request, 0, answer::set);
    return answer.get();
  }

  private KvResponse.BatchDone batch(KvRequest.Write... writes) {
    return (KvResponse.BatchDone) ask(wide, new KvRequest.Batch(List.of(writes)));
  }

  private @Nullable String stored(String key) {
    byte @Nullable [] value = ((KvResponse.Value) ask(kv, new KvRequest.Get(Key.of(key)))).value();
    return value == null ? null : new String(value, StandardCharsets.UTF_8);
  }

  private static KvResponse.Compared compared(KvResponse.BatchDone done, int position) {
    return (KvResponse.Compared) done.results().get(position);
  }

  @Test
  void shouldLeaveABatchOfOneRangeToThatRange() {
    assertThat(batch(put("a", "1"), put("b", "2")).applied()).isTrue();

    assertThat(transactions.executed).isEmpty();
    assertThat(stored("b")).isEqualTo("2");
  }

  @Test
  void shouldApplyABatchOfTwoRangesAsAWhole() {
    ask(kv, put("z", "old"));

    KvResponse.BatchDone done =
        batch(put("a", "1"), compare("z", "old", "new"), delete("b"), compare("c", null, "3"));

    assertThat(done.applied()).isTrue();
    assertThat(List.of(stored("a"), stored("z"), stored("c"))).containsExactly("1", "new", "3");
    assertThat(done.results()).hasSize(4);
    KvResponse.Written first = (KvResponse.Written) done.results().get(0);
    assertThat(first.version()).isGreaterThan(Timestamp.MIN);
    assertThat(compared(done, 1).swapped()).isTrue();
    assertThat(compared(done, 1).version()).isEqualTo(first.version());
  }

  @Test
  void shouldWriteNothingAndTellTheCurrentValueWhenAComparisonFails() {
    ask(kv, put("z", "other"));

    KvResponse.BatchDone done =
        batch(put("a", "1"), compare("z", "old", "new"), compare("b", null, "2"));

    assertThat(done.applied()).isFalse();
    assertThat(compared(done, 1).swapped()).isFalse();
    assertThat(compared(done, 1).current()).isEqualTo(bytes("other"));
    assertThat(compared(done, 2).swapped()).isTrue();
    assertThat(stored("a")).isNull();
    assertThat(stored("b")).isNull();
    assertThat(stored("z")).isEqualTo("other");
  }

  @Test
  void shouldCompareWithWhatTheBatchWroteBefore() {
    KvResponse.BatchDone done =
        batch(
            put("a", "1"),
            compare("a", "1", "2"),
            put("z", "9"),
            compare("z", "9", null),
            compare("z", null, "10"));

    assertThat(done.applied()).isTrue();
    assertThat(transactions.executed.getFirst().compares()).isEmpty();
    assertThat(stored("a")).isEqualTo("2");
    assertThat(stored("z")).isEqualTo("10");
  }

  @Test
  void shouldNotApplyWhenAComparisonContradictsAnEarlierWrite() {
    ask(kv, put("z", "9"));

    KvResponse.BatchDone done =
        batch(compare("z", "9", "8"), put("a", "1"), compare("a", "2", "3"));

    assertThat(done.applied()).isFalse();
    assertThat(compared(done, 0).swapped()).isTrue();
    assertThat(compared(done, 2).current()).isEqualTo(bytes("1"));
    assertThat(stored("a")).isNull();
    assertThat(stored("z")).isEqualTo("9");
  }

  @Test
  void shouldAnswerAContradictionWithoutLookingAtAnythingStored() {
    KvResponse.BatchDone done = batch(put("a", "1"), put("z", "1"), compare("a", null, "2"));

    assertThat(done.applied()).isFalse();
    assertThat(compared(done, 2).current()).isEqualTo(bytes("1"));
    assertThat(transactions.executed).isEmpty();
  }

  /** The model is a range that holds all keys. */
  @Test
  void shouldAnswerAsOneRangeWouldForRandomBatches() {
    Random random = new Random(SEED);
    InMemoryKv model = new InMemoryKv();
    int applied = 0;
    for (int round = 0; round < 3000; round++) {
      List<KvRequest.Write> writes = new ArrayList<>();
      int size = 1 + random.nextInt(6);
      for (int i = 0; i < size; i++) {
        writes.add(write(random));
      }
      KvRequest.Batch batch = new KvRequest.Batch(writes);

      var expected = (KvResponse.BatchDone) ask(model, batch);
      var actual = (KvResponse.BatchDone) ask(wide, batch);

      assertThat(shape(actual))
          .as("seed %d, round %d: %s", SEED, round, batch)
          .isEqualTo(shape(expected));
      for (String key : List.of("a", "b", "y", "z")) {
        KvRequest.Get get = new KvRequest.Get(Key.of(key));
        assertThat(((KvResponse.Value) ask(kv, get)).value())
            .isEqualTo(((KvResponse.Value) ask(model, get)).value());
      }
      applied += actual.applied() ? 1 : 0;
    }
    assertThat(applied).isBetween(300, 2700);
    assertThat(transactions.executed).hasSizeGreaterThan(1000);
  }

  private static KvRequest.Write write(Random random) {
    String key = List.of("a", "b", "y", "z").get(random.nextInt(4));
    return switch (random.nextInt(4)) {
      case 0 -> put(key, value(random));
      case 1 -> delete(key);
      default ->
          compare(
              key,
              random.nextInt(3) == 0 ? null : value(random),
              random.nextInt(3) == 0 ? null : value(random));
    };
  }

  private static String value(Random random) {
    return "v" + random.nextInt(2);
  }

  /** Everything of an answer but its timestamps. */
  private static List<Object> shape(KvResponse.BatchDone done) {
    List<Object> shape = new ArrayList<>();
    shape.add(done.applied());
    for (KvResponse result : done.results()) {
      if (result instanceof KvResponse.Compared compared) {
        shape.add(compared.swapped());
        byte @Nullable [] current = compared.current();
        shape.add(current == null ? "none" : new String(current, StandardCharsets.UTF_8));
      } else {
        shape.add(result.getClass());
      }
    }
    return shape;
  }

  @ParameterizedTest
  @EnumSource(
      value = ErrorCode.class,
      names = {"TXN_CONFLICT", "DEADLOCK", "TXN_EXPIRED"})
  void shouldSayThatTheDeadlinePassedWhenOthersWereInTheWay(ErrorCode code) {
    transactions.script.add(Optional.of(new TxnResponse.Failed(code, "busy")));

    assertThat(ask(wide, new KvRequest.Batch(List.of(put("a", "1"), put("z", "1")))))
        .isInstanceOfSatisfying(
            KvResponse.Failed.class,
            failed -> {
              assertThat(failed.code()).isEqualTo(ErrorCode.DEADLINE_EXCEEDED);
              assertThat(failed.message()).contains(code.name(), "nothing was done");
            });
  }

  @Test
  void shouldPassOnThatTheOutcomeIsNotKnown() {
    transactions.script.add(
        Optional.of(new TxnResponse.Failed(ErrorCode.AMBIGUOUS, "the answer was lost")));

    assertThat(ask(wide, new KvRequest.Batch(List.of(put("a", "1"), put("z", "1")))))
        .isEqualTo(new KvResponse.Failed(ErrorCode.AMBIGUOUS, "the answer was lost"));
  }

  @Test
  void shouldReportAnAnswerThatDoesNotFit() {
    KvRequest.Batch batch = new KvRequest.Batch(List.of(put("a", "1"), compare("z", null, "1")));
    List<TxnResponse> misfits =
        List.of(
            new TxnResponse.Done(),
            new TxnResponse.OneShotDone(false, List.of(), Timestamp.MIN),
            new TxnResponse.OneShotDone(false, List.of(new TxnResponse.Done()), Timestamp.MIN),
            // Says that the comparison failed, and shows a value with which it holds.
            new TxnResponse.OneShotDone(
                false, List.of(new TxnResponse.Value(null, Timestamp.MIN)), Timestamp.MIN));
    for (TxnResponse misfit : misfits) {
      transactions.script.add(Optional.of(misfit));
      assertThat(ask(wide, batch))
          .isInstanceOfSatisfying(
              KvResponse.Failed.class,
              failed -> assertThat(failed.code()).isEqualTo(ErrorCode.INTERNAL));
    }
  }

  @Test
  void shouldNameTheComparedKeysBeforeTheWrittenOnes() {
    TxnRequest.OneShot transaction =
        CrossRangeBatch.of(
                new KvRequest.Batch(List.of(put("a", "1"), put("a", "2"), compare("z", null, "3"))))
            .toTransaction(ID);

    assertThat(transaction.id()).isEqualTo(ID);
    assertThat(transaction.compares())
        .containsExactly(new TxnRequest.Compare.ValueIs(Key.of("z"), null));
    assertThat(transaction.then()).hasSize(2);
    assertThat(transaction.orElse())
        .containsExactly(new TxnRequest.Get(Key.of("z"), TxnRequest.Lock.NONE));
  }
}
