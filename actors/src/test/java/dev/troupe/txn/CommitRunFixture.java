package dev.troupe.txn;

import static dev.troupe.txn.ScriptedKv.failed;
import static dev.troupe.txn.ScriptedKv.id;
import static dev.troupe.txn.ScriptedKv.status;

import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.Timestamp;
import dev.troupe.protocol.spi.KvRequest;
import dev.troupe.protocol.spi.KvResponse;
import dev.troupe.protocol.spi.KvResponse.TxnState;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** A commit, what it asked of whom, and what it told. */
abstract class CommitRunFixture {
  static final long DEADLINE = 20_000_000_000L;

  final ScriptedKv kv = new ScriptedKv();
  final List<String> told = new ArrayList<>();
  final ReadSet reads = new ReadSet();
  int valueBytes = 3;
  Timestamp notAfter = Timestamp.MAX;
  @Nullable Key otherwise;

  CommitRun start(String... keys) {
    var changes = new ArrayList<KvRequest.Change>();
    for (String key : new TreeSet<>(List.of(keys))) {
      changes.add(new KvRequest.Change(Key.of(key), new byte[valueBytes]));
    }
    var plan =
        new CommitPlan(
            id(1),
            id(1),
            Timestamp.MIN,
            Key.of(keys[0]),
            new Timestamp(500),
            new Timestamp(500),
            reads,
            changes,
            7,
            notAfter,
            otherwise,
            DEADLINE);
    var listener =
        new CommitRun.Listener() {
          @Override
          public void committed(Timestamp at, int tag) {
            told.add("committed " + at.value() + " " + tag);
          }

          @Override
          public void failed(ErrorCode code, String message) {
            told.add("failed " + code);
          }

          @Override
          public void cleanedUp() {
            told.add("cleaned up");
          }
        };
    var run = new CommitRun(kv.parts, kv.turns, new Sender(kv.parts, kv.turns), plan, listener);
    kv.run(run::start);
    return run;
  }

  void answer(Class<? extends KvRequest> kind, KvResponse response) {
    kv.answer(kind, response);
  }

  void prepareOf(String key, KvResponse response) {
    kv.answer(
        KvRequest.Prepare.class,
        request ->
            ((KvRequest.Prepare) request)
                .changes().stream().anyMatch(change -> change.key().equals(Key.of(key))),
        response);
  }

  void giveUp(CommitRun run) {
    kv.run(() -> run.giveUp(ErrorCode.DEADLOCK, "somebody has to"));
  }

  /** What is left to be done succeeds. */
  void cleanUp(TxnState aborted) {
    while (!kv.calls.isEmpty()) {
      switch (kv.calls.peek().request()) {
        case KvRequest.Abort abort -> answer(KvRequest.Abort.class, status(aborted, 0, 0));
        case KvRequest.Resolve resolve -> answer(KvRequest.Resolve.class, new KvResponse.Valid());
        case KvRequest.Finish finish ->
            answer(KvRequest.Finish.class, status(TxnState.COMMITTED, 9, 7));
        case KvRequest.LetGo letGo -> answer(KvRequest.LetGo.class, new KvResponse.Valid());
        case KvRequest.Prepare prepare ->
            answer(KvRequest.Prepare.class, failed(ErrorCode.TXN_ENDED));
        case KvRequest other -> throw new AssertionError(other);
      }
    }
  }
}
