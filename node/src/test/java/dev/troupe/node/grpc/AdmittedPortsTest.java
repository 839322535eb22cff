package dev.troupe.node.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.node.config.NodeSettings.GrpcLimits;
import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.KeySpan;
import dev.troupe.protocol.model.Timestamp;
import dev.troupe.protocol.model.TxnId;
import dev.troupe.protocol.spi.KvClient;
import dev.troupe.protocol.spi.KvRequest;
import dev.troupe.protocol.spi.KvResponse;
import dev.troupe.protocol.spi.Transactions;
import dev.troupe.protocol.spi.TxnRequest;
import dev.troupe.protocol.spi.TxnResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class AdmittedPortsTest {
  private static final TxnRequest READ = new TxnRequest.GetAll(List.of(Key.of("a")));
  private static final TxnRequest WRITE = new TxnRequest.Put(Key.of("a"), new byte[1]);
  private static final long SECOND = 1_000_000_000;

  /** So many ask at once, and each has the node for so long: more than its target allows. */
  private static final int MANY = 900;

  private static final long ONE_TAKES = SECOND / 2_000;

  /** What has been let through and not been answered. */
  private final List<Consumer<TxnResponse>> inside = new ArrayList<>();

  private final List<Consumer<TxnResponse>> held = new ArrayList<>();
  private final List<TxnResponse> answers = new ArrayList<>();
  private final List<TxnResponse> commits = new ArrayList<>();
  private long now;
  private final Admission admission =
      new Admission(
          new GrpcLimits(1_000, 1 << 20, 10, Duration.ofMillis(100)),
          () -> now,
          "troupe.sql.waiting");
  private final List<Runnable> refusals = new ArrayList<>();
  private final AdmittedPorts ports = new AdmittedPorts(admission, () -> now, refusals::add);
  private final Transactions transactions = ports.transactions(new Port());

  private final class Port implements Transactions {
    @Override
    public Session begin(TxnId id, Timestamp named, long deadlineNanos, int losses) {
      return new Session() {
        @Override
        public TxnId id() {
          return id;
        }

        @Override
        public void send(TxnRequest request, Consumer<TxnResponse> reply) {
          inside.add(reply);
        }

        @Override
        public void close() {}
      };
    }

    @Override
    public void execute(
        TxnRequest.OneShot request, long deadlineNanos, Consumer<TxnResponse> reply) {
      inside.add(reply);
    }

    @Override
    public void outcome(TxnId id, Key anchor, long deadlineNanos, OutcomeReply reply) {
      throw new AssertionError("not asked for here");
    }
  }

  private Transactions.Session begin(int id) {
    return transactions.begin(new TxnId(0, id), 100 * SECOND);
  }

  /** Transactions read at once and commit one after the other: there are more than can be done. */
  private void overload() {
    for (int round = 0; round < 60; round++) {
      for (int i = 0; i < MANY; i++) {
        Transactions.Session session = begin(i);
        int refusedBefore = refusals.size();
        session.send(READ, answers::add);
        if (refusals.size() > refusedBefore) {
          continue;
        }
        session.send(WRITE, answers::add);
        answerAll();
        session.send(new TxnRequest.Commit(), commits::add);
        held.addAll(inside);
        inside.clear();
      }
      now += held.size() * ONE_TAKES;
      inside.addAll(held);
      held.clear();
      answerAll();
    }
    tellRefusals();
    answers.clear();
    for (int i = 0; i < MANY; i++) {
      begin(i).send(READ, answers::add);
    }
  }

  private void tellRefusals() {
    refusals.forEach(Runnable::run);
    refusals.clear();
  }

  private void answerAll() {
    List<Consumer<TxnResponse>> done = List.copyOf(inside);
    inside.clear();
    done.forEach(reply -> reply.accept(new TxnResponse.Failed(ErrorCode.INTERNAL, "")));
  }

  @Test
  void shouldTellWhereRangesBegin() {
    KvClient port =
        new KvClient() {
          @Override
          public void send(KvRequest request, long deadlineNanos, Consumer<KvResponse> reply) {
            throw new AssertionError("not asked for here");
          }

          @Override
          public List<Key> borders(KeySpan span, int max) {
            return List.of(Key.of("m"));
          }
        };
    assertThat(ports.kv(port).borders(KeySpan.ALL, 9)).containsExactly(Key.of("m"));
  }

  @Test
  void shouldRefuseTransactionsThatBeginAndLetOthersGoOn() {
    Transactions.Session old = begin(1_000);
    old.send(READ, answers::add);
    answerAll();
    overload();
    int before = inside.size();
    assertThat(before).isBetween(LoadLimit.FLOOR, MANY / 2);
    assertThat(answers).as("before the pause").isEmpty();
    tellRefusals();
    assertThat(answers)
        .hasSize(MANY - before)
        .allSatisfy(
            answer ->
                assertThat(((TxnResponse.Failed) answer).code()).isEqualTo(ErrorCode.OVERLOADED));

    old.send(READ, answers::add);
    old.send(new TxnRequest.Commit(), answers::add);

    assertThat(inside).hasSize(before + 2);
    assertThat(admission.refused()).isPositive();
  }

  @Test
  void shouldRefuseWritesAloneUnderTheSameLoadButNotReads() {
    overload();
    List<KvResponse> replies = new ArrayList<>();
    List<KvRequest> through = new ArrayList<>();
    var kv = ports.kv((request, deadline, reply) -> through.add(request));

    var read = new KvRequest.Get(Key.of("a"));
    kv.send(new KvRequest.Put(Key.of("a"), new byte[1]), 100 * SECOND, replies::add);
    kv.send(read, 100 * SECOND, replies::add);

    assertThat(through).containsExactly(read);
    assertThat(replies).as("before the pause").isEmpty();
    tellRefusals();
    assertThat(replies)
        .singleElement()
        .isInstanceOfSatisfying(
            KvResponse.Failed.class,
            failed -> {
              assertThat(failed.code()).isEqualTo(ErrorCode.OVERLOADED);
              assertThat(failed.message()).contains("troupe.sql.waiting");
            });
  }

  @Test
  void shouldRefuseReadsThatWait() {
    List<Consumer<KvResponse>> through = new ArrayList<>();
    List<KvResponse> replies = new ArrayList<>();
    var kv = ports.kv((request, deadline, reply) -> through.add(reply));
    for (int round = 0; round < 60; round++) {
      for (int i = 0; i < MANY; i++) {
        kv.send(new KvRequest.Get(Key.of("a")), 100 * SECOND, replies::add);
      }
      now += through.size() * ONE_TAKES;
      List<Consumer<KvResponse>> done = List.copyOf(through);
      through.clear();
      done.forEach(reply -> reply.accept(new KvResponse.Failed(ErrorCode.INTERNAL, "")));
    }

    for (int i = 0; i < MANY; i++) {
      kv.send(new KvRequest.Get(Key.of("a")), 100 * SECOND, replies::add);
    }

    assertThat(through).hasSizeBetween(LoadLimit.FLOOR, MANY / 2);
  }

  @Test
  void shouldLeaveWhenAnswered() {
    begin(1).send(READ, answers::add);
    assertThat(admission.requests()).isEqualTo(1);

    inside.getFirst().accept(new TxnResponse.Failed(ErrorCode.INTERNAL, ""));

    assertThat(admission.requests()).isZero();
    assertThat(answers).hasSize(1);
  }
}
