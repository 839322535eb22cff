package dev.troupe.txn;

import static dev.troupe.txn.ScriptedKv.failed;
import static dev.troupe.txn.ScriptedKv.id;
import static dev.troupe.txn.ScriptedKv.status;
import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.KeySpan;
import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.model.Timestamp;
import dev.troupe.protocol.spi.KvRequest;
import dev.troupe.protocol.spi.KvResponse;
import dev.troupe.protocol.spi.KvResponse.TxnState;
import dev.troupe.protocol.spi.Transactions;
import dev.troupe.protocol.spi.TxnRequest;
import dev.troupe.protocol.spi.TxnResponse;
import dev.troupe.range.TxnWatch;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class TransactionCoordinatorTest extends CoordinatorFixture {
  // --- conversations ---------------------------------------------------------------------------

  @Test
  void shouldCarryOutRequestsInTheirOrderWithoutWaitingForAnswers() {
    var session = begin(1, 1);
    var read = ask(session, get("b"));
    var written = ask(session, put("b", "mine"));
    var own = ask(session, get("b"));
    var committed = ask(session, new TxnRequest.Commit());
    var late = ask(session, put("c", "late"));
    ScriptedKv.Call asked = next(KvRequest.Get.class);
    assertThat(written).isNotDone();
    asked.reply().accept(value("old"));

    assertThat(((TxnResponse.Value) await(read)).value()).asString().isEqualTo("old");
    assertThat(await(written)).isEqualTo(new TxnResponse.Done());
    assertThat(((TxnResponse.Value) await(own)).value()).asString().isEqualTo("mine");
    var commit = answer(KvRequest.CommitOnePhase.class, status(TxnState.COMMITTED, 2_000, 0));
    assertThat(commit.changes()).hasSize(1);
    assertThat(commit.reads()).hasSize(1);
    assertThat(await(committed)).isEqualTo(new TxnResponse.Committed(new Timestamp(2_000)));
    assertThat(code(late)).isEqualTo(ErrorCode.TXN_ENDED);
    awaitClosed(1);
    assertThat(code(ask(session, get("b")))).isEqualTo(ErrorCode.TXN_ENDED);
    session.close();
    assertThat(calls).isEmpty();
  }

  @Test
  void shouldBindWhatItReadsAndCommits() {
    var session = begin(1, 1);
    var first = (TxnResponse.ReadsAt) await(ask(session, new TxnRequest.NotAfter(Timestamp.MAX)));
    Timestamp bound = Timestamp.of(first.at().millis() + 5_000, 0);
    assertThat(await(ask(session, new TxnRequest.NotAfter(bound)))).isEqualTo(first);
    // It cannot end before it has begun.
    assertThat(await(ask(session, new TxnRequest.NotAfter(Timestamp.MIN)))).isEqualTo(first);
    await(ask(session, put("b", "1")));
    var committed = ask(session, new TxnRequest.Commit());

    var commit = answer(KvRequest.CommitOnePhase.class, status(TxnState.COMMITTED, 2_000, 0));
    assertThat(commit.notAfter()).isEqualTo(bound);
    assertThat(await(committed)).isEqualTo(new TxnResponse.Committed(new Timestamp(2_000)));
    awaitClosed(1);
  }

  // --- what a new leader asks ------------------------------------------------------------------

  private List<TxnWatch.Holder> findHolders(int node) {
    var found = new CompletableFuture<List<TxnWatch.Holder>>();
    node(node).findHolders(KeySpan.ALL, clock.get() + SECOND, found::complete);
    return found.orTimeout(20, TimeUnit.SECONDS).join();
  }

  @Test
  void shouldTellNewLeadersOfAllNodesWhatIsHeld() {
    var here = begin(1, 1);
    var there = begin(2, 2);
    var held = ask(here, forUpdate("b"));
    answer(KvRequest.HoldKey.class, value("old"));
    await(held);
    var other = ask(there, forUpdate("c"));
    answer(KvRequest.HoldKey.class, value("old"));
    await(other);

    assertThat(findHolders(3))
        .containsExactlyInAnyOrder(
            new TxnWatch.Holder(id(1), new NodeId(1), List.of(key("b"))),
            new TxnWatch.Holder(id(2), new NodeId(2), List.of(key("c"))));

    here.close();
    answer(KvRequest.LetGo.class, new KvResponse.Valid());
    there.close();
    answer(KvRequest.LetGo.class, new KvResponse.Valid());
    awaitClosed(1);
    awaitClosed(2);
    assertThat(findHolders(1)).isEmpty();
  }

  /** Who granted it has a successor, which was told that the key is not held. */
  @Test
  void shouldAskAgainForAKeyThatWasGrantedTooLate() {
    var session = begin(1, 1);
    var held = ask(session, forUpdate("b"));
    ScriptedKv.Call first = next(KvRequest.HoldKey.class);
    assertThat(findHolders(1)).isEmpty();
    first.reply().accept(value("old"));
    ScriptedKv.Call second = next(KvRequest.HoldKey.class);

    assertThat(held).isNotDone();
    assertThat(second.request()).isEqualTo(first.request());
    second.reply().accept(value("new"));

    assertThat(((TxnResponse.Value) await(held)).value()).asString().isEqualTo("new");
    assertThat(findHolders(1)).hasSize(1);
    session.close();
    answer(KvRequest.LetGo.class, new KvResponse.Valid());
    awaitClosed(1);
  }

  @Test
  void shouldEndByRollbackAndRefuseEverythingAfterwards() {
    var session = begin(1, 1);
    ask(session, put("b", "x"));
    var rolledBack = ask(session, new TxnRequest.Rollback());
    var commit = ask(session, new TxnRequest.Commit());

    assertThat(await(rolledBack)).isEqualTo(new TxnResponse.Done());
    assertThat(code(commit)).isEqualTo(ErrorCode.TXN_ENDED);
    assertThat(code(ask(session, new TxnRequest.Rollback()))).isEqualTo(ErrorCode.TXN_ENDED);
    awaitClosed(1);
    assertThat(calls).isEmpty();
  }

  @Test
  void shouldGoOnAfterFailuresThatConcernOneRequest() {
    var session = begin(1, 1);
    assertThat(code(ask(session, new TxnRequest.RollbackTo("none"))))
        .isEqualTo(ErrorCode.UNKNOWN_SAVEPOINT);
    assertThat(code(ask(session, new TxnRequest.Savepoint(""))))
        .isEqualTo(ErrorCode.INVALID_ARGUMENT);
    assertThat(code(ask(session, new TxnRequest.Put(Key.of("\u0001x"), new byte[0]))))
        .isEqualTo(ErrorCode.INVALID_ARGUMENT);
    assertThat(await(ask(session, put("b", "x")))).isEqualTo(new TxnResponse.Done());
    session.close();
    awaitClosed(1);
  }

  @Test
  void shouldEndByAFailedReadAndAnswerAllThatWaits() {
    var session = begin(1, 1);
    ask(session, put("b", "x"));
    var read = ask(session, get("c"));
    var then = ask(session, put("d", "x"));
    var commit = ask(session, new TxnRequest.Commit());
    answer(KvRequest.Get.class, failed(ErrorCode.TIMESTAMP_TOO_OLD));

    assertThat(code(read)).isEqualTo(ErrorCode.TIMESTAMP_TOO_OLD);
    assertThat(code(then)).isEqualTo(ErrorCode.TIMESTAMP_TOO_OLD);
    assertThat(code(commit)).isEqualTo(ErrorCode.TIMESTAMP_TOO_OLD);
    awaitClosed(1);
  }

  @Test
  void shouldRollBackWhenTheClientIsGone() {
    var session = begin(1, 1);
    var held = ask(session, forUpdate("b"));
    answer(KvRequest.HoldKey.class, value("x"));
    assertThat(await(held)).isInstanceOf(TxnResponse.Value.class);
    var read = ask(session, get("c"));
    var queued = ask(session, new TxnRequest.Commit());
    next(KvRequest.Get.class);
    session.close();
    session.close();

    assertThat(code(read)).isEqualTo(ErrorCode.TXN_ENDED);
    assertThat(code(queued)).isEqualTo(ErrorCode.TXN_ENDED);
    assertThat(((KvRequest.LetGo) next(KvRequest.LetGo.class).request()).keys())
        .containsExactly(key("b"));
    awaitClosed(1);
  }

  @Test
  void shouldFinishACommitThoughTheClientIsGoneAndTimeIsUp() {
    var session = begin(1, 1);
    ask(session, put("b", "x"));
    var committed = ask(session, new TxnRequest.Commit());
    ScriptedKv.Call commit = next(KvRequest.CommitOnePhase.class);
    session.close();
    clock.addAndGet(61 * SECOND);
    runLater();
    var late = ask(session, get("b"));
    commit.reply().accept(status(TxnState.COMMITTED, 2_000, 0));

    assertThat(await(committed)).isInstanceOf(TxnResponse.Committed.class);
    assertThat(code(late)).isEqualTo(ErrorCode.TXN_ENDED);
    awaitClosed(1);
  }

  @Test
  void shouldRollBackWhatExpires() {
    var session = begin(1, 1);
    var read = ask(session, get("b"));
    var queued = ask(session, new TxnRequest.Commit());
    next(KvRequest.Get.class);
    runLater();
    assertThat(read).isNotDone();
    clock.addAndGet(61 * SECOND);
    runLater();

    assertThat(code(read)).isEqualTo(ErrorCode.TXN_EXPIRED);
    assertThat(code(queued)).isEqualTo(ErrorCode.TXN_EXPIRED);
    assertThat(code(ask(session, get("b")))).isEqualTo(ErrorCode.TXN_EXPIRED);
    awaitClosed(1);
    runLater();
    assertThat(later).isEmpty();
  }

  @Test
  void shouldRefuseADeadlineInThePastAndAnIdThatIsOpen() {
    var late = node(1).begin(id(1), clock.get());
    assertThat(code(ask(late, get("b")))).isEqualTo(ErrorCode.DEADLINE_EXCEEDED);

    var first = begin(1, 2);
    var second = begin(1, 2);
    assertThat(code(ask(second, get("b")))).isEqualTo(ErrorCode.INVALID_ARGUMENT);
    second.close();
    assertThat(await(ask(first, put("b", "x")))).isEqualTo(new TxnResponse.Done());
    assertThat(node(1).openTransactions()).isEqualTo(1);
    first.close();
    awaitClosed(1);
  }

  /** Many send while the coordinator ends: nobody is left without an answer, and none has two. */
  @Test
  void shouldAnswerEverybodyWhoSendsWhileItEnds() {
    for (int round = 0; round < 50; round++) {
      var session = begin(1, 100 + round);
      var answers = new ConcurrentLinkedQueue<CompletableFuture<TxnResponse>>();
      var senders = new ArrayList<CompletableFuture<Void>>();
      for (int s = 0; s < 3; s++) {
        senders.add(
            CompletableFuture.runAsync(
                () -> {
                  for (int i = 0; i < 50; i++) {
                    answers.add(ask(session, put("b", "x")));
                  }
                }));
      }
      senders.add(
          CompletableFuture.runAsync(() -> answers.add(ask(session, new TxnRequest.Rollback()))));
      senders.forEach(CompletableFuture::join);
      for (var answer : answers) {
        TxnResponse response = await(answer);
        assertThat(
                response instanceof TxnResponse.Done
                    || (response instanceof TxnResponse.Failed failure
                        && failure.code() == ErrorCode.TXN_ENDED))
            .as("%s", response)
            .isTrue();
      }
    }
    awaitClosed(1);
  }

  // --- cleaning up -----------------------------------------------------------------------------

  /** Transaction 1 at node 1. */
  private CompletableFuture<TxnResponse> commitOverTwoRanges() {
    border = key("c");
    var session = begin(1, 1);
    await(ask(session, put("b", "x")));
    await(ask(session, put("d", "y")));
    return ask(session, new TxnRequest.Commit());
  }

  /** Whether another node leaves the locks of transaction 1 at node 1 to its coordinator. */
  private boolean isSeenTo() {
    var gone = new ArrayList<Boolean>();
    node(2).ifGone(id(1), new NodeId(1), () -> gone.add(true));
    return gone.isEmpty();
  }

  private void shouldLetOthersHelp() {
    assertThat(isSeenTo()).isTrue();
    clock.addAndGet(SECOND);
    assertThat(isSeenTo()).as("the clean-up takes long").isFalse();
    assertThat(node(1).openTransactions()).isEqualTo(1);
  }

  /** The leader that is asked to take the locks away may be cut off, and have a successor. */
  @Test
  void shouldLetOthersHelpToCleanUpWhatFailed() {
    var committed = commitOverTwoRanges();
    answer(KvRequest.Prepare.class, failed(ErrorCode.TXN_CONFLICT));
    answer(KvRequest.Prepare.class, ScriptedKv.prepared(2_000));
    next(KvRequest.LetGo.class);
    ScriptedKv.Call abort = next(KvRequest.Abort.class);
    assertThat(code(committed)).isEqualTo(ErrorCode.TXN_CONFLICT);

    shouldLetOthersHelp();
    abort.reply().accept(status(TxnState.ABORTED, 0, 0));
    for (int range = 0; range < 2; range++) {
      answer(KvRequest.Resolve.class, new KvResponse.Valid());
    }
    awaitClosed(1);
  }

  @Test
  void shouldLetOthersHelpToCleanUpWhatIsCommitted() {
    var committed = commitOverTwoRanges();
    answer(KvRequest.Prepare.class, ScriptedKv.prepared(2_000));
    answer(KvRequest.Prepare.class, ScriptedKv.prepared(2_001));
    ScriptedKv.Call decide = next(KvRequest.Decide.class);
    clock.addAndGet(10 * SECOND);
    assertThat(isSeenTo()).as("nobody knows the outcome").isTrue();
    decide.reply().accept(status(TxnState.COMMITTED, 2_001, 0));
    await(committed);

    shouldLetOthersHelp();
    for (int range = 0; range < 2; range++) {
      answer(KvRequest.Resolve.class, new KvResponse.Valid());
    }
    answer(KvRequest.Finish.class, status(TxnState.COMMITTED, 2_001, 0));
    awaitClosed(1);
  }

  // --- deadlocks -------------------------------------------------------------------------------

  /** Transactions 1 to n on different nodes, each waiting for a key; the last is the youngest. */
  private List<CompletableFuture<TxnResponse>> waiting(int count, List<ScriptedKv.Call> holds) {
    var answers = new ArrayList<CompletableFuture<TxnResponse>>();
    for (int txn = 1; txn <= count; txn++) {
      answers.add(ask(begin((txn - 1) % 3 + 1, txn), forUpdate("k" + txn)));
      holds.add(next(KvRequest.HoldKey.class));
    }
    return answers;
  }

  /** As leaders of ranges report it, again and again. */
  private void waits(int waiter, int holder) {
    NodeId at = new NodeId((waiter - 1) % 3 + 1);
    NodeId holderAt = new NodeId((holder - 1) % 3 + 1);
    node(2).waits(new TxnWatch.Waits(id(waiter), at, id(holder), holderAt));
  }

  private void shouldChoose(
      int victim, List<CompletableFuture<TxnResponse>> answers, List<ScriptedKv.Call> holds) {
    var letGo = (KvRequest.LetGo) next(KvRequest.LetGo.class).request();
    assertThat(letGo.txn()).isEqualTo(id(victim));
    holds.get(victim - 1).reply().accept(failed(ErrorCode.TXN_ENDED));
    assertThat(code(answers.get(victim - 1))).isEqualTo(ErrorCode.DEADLOCK);
    for (int i = 0; i < holds.size(); i++) {
      if (i != victim - 1) {
        holds.get(i).reply().accept(value("got it"));
        assertThat(await(answers.get(i))).isInstanceOf(TxnResponse.Value.class);
      }
    }
    assertThat(calls).isEmpty();
  }

  @Test
  void shouldLetTheYoungestOfTwoGiveWay() {
    var holds = new ArrayList<ScriptedKv.Call>();
    var answers = waiting(2, holds);
    waits(1, 2);
    waits(2, 1);
    waits(1, 2);

    shouldChoose(2, answers, holds);
  }

  @Test
  void shouldLetTheYoungestOfThreeGiveWayWhoeverFindsTheCircle() {
    var holds = new ArrayList<ScriptedKv.Call>();
    var answers = waiting(3, holds);
    for (int round = 0; round < 2; round++) {
      waits(3, 1);
      waits(1, 2);
      waits(2, 3);
    }
    shouldChoose(3, answers, holds);
  }

  @Test
  void shouldLetGiveWayWhoHasLostLeastOften() {
    var holds = new ArrayList<ScriptedKv.Call>();
    var answers = new ArrayList<CompletableFuture<TxnResponse>>();
    for (int txn = 1; txn <= 3; txn++) {
      // The oldest one has never lost, the youngest one most often.
      var session =
          node(txn).begin(id(txn), Transactions.UNKNOWN_AGE, clock.get() + 60 * SECOND, txn - 1);
      answers.add(ask(session, forUpdate("k" + txn)));
      holds.add(next(KvRequest.HoldKey.class));
      assertThat(((KvRequest.HoldKey) holds.getLast().request()).losses()).isEqualTo(txn - 1);
    }
    for (int round = 0; round < 2; round++) {
      waits(3, 1);
      waits(1, 2);
      waits(2, 3);
    }
    shouldChoose(1, answers, holds);
  }

  @Test
  void shouldFindACircleAmongWaitsForSeveral() {
    var holds = new ArrayList<ScriptedKv.Call>();
    var answers = waiting(6, holds);
    // What 1 and 2 wait for is not all part of the circle 1, 2, 6.
    for (int round = 0; round < 50; round++) {
      waits(1, 2);
      waits(1, 4);
      waits(2, 6);
      waits(2, 5);
      waits(6, 1);
    }
    shouldChoose(6, answers, holds);
  }

  /** It had to wait for 2, whose grant came too late; now 2 waits for it. */
  @Test
  void shouldForgetWhatItWaitedForOnceItHasTheKey() {
    var holds = new ArrayList<ScriptedKv.Call>();
    var answers = waiting(2, holds);
    waits(1, 2);
    drawn.set(3_000);
    holds.getFirst().reply().accept(new KvResponse.Value(null, new Timestamp(2_500)));
    // It reads the key again, as of now, before its client has the answer.
    ScriptedKv.Call again = next(KvRequest.Get.class);
    waits(2, 1);
    again.reply().accept(value("got it"));

    assertThat(await(answers.getFirst())).isInstanceOf(TxnResponse.Value.class);
    holds.getLast().reply().accept(value("got it, too"));
    assertThat(await(answers.getLast())).isInstanceOf(TxnResponse.Value.class);
    assertThat(calls).isEmpty();
  }

  @Test
  void shouldLetNobodyGiveWayWhoJustWaits() {
    var holds = new ArrayList<ScriptedKv.Call>();
    var answers = waiting(3, holds);
    waits(1, 2);
    waits(2, 3);
    for (int i = 0; i < 2; i++) {
      holds.get(i).reply().accept(value("got it"));
      // The answer comes behind all that was heard before: no probe of this one is left.
      assertThat(await(answers.get(i))).isInstanceOf(TxnResponse.Value.class);
    }
    // Who has got what it waited for is no part of a circle any more.
    waits(3, 1);
    waits(3, 2);
    holds.get(2).reply().accept(value("got it"));
    assertThat(await(answers.get(2))).isInstanceOf(TxnResponse.Value.class);
    assertThat(calls).isEmpty();
  }
}
