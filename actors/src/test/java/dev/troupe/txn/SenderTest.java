package dev.troupe.txn;

import static dev.troupe.txn.ScriptedKv.failed;
import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.Timestamp;
import dev.troupe.protocol.spi.KvRequest;
import dev.troupe.protocol.spi.KvResponse;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SenderTest {
  private static final long SECOND = 1_000_000_000L;
  private static final KvRequest STEP =
      new KvRequest.Abort(ScriptedKv.id(1), Timestamp.MIN, Key.of("b"));
  private static final KvRequest READ = new KvRequest.Get(Key.of("b"));

  private final ScriptedKv kv = new ScriptedKv();
  private final List<String> answers = new ArrayList<>();

  private void send(KvRequest request, long deadline) {
    kv.run(
        () ->
            new Sender(kv.parts, kv.turns)
                .send(
                    request,
                    deadline,
                    answer ->
                        answers.add(
                            answer instanceof KvResponse.Failed failed
                                ? failed.code().name()
                                : answer.getClass().getSimpleName())));
  }

  private void answer(KvResponse response) {
    kv.answer(KvRequest.class, response);
  }

  @ParameterizedTest
  @EnumSource(ErrorCode.class)
  void shouldRepeatWhatRepeatingMayHelp(ErrorCode code) {
    send(STEP, 60 * SECOND);
    answer(failed(code));
    kv.pass(SECOND);

    boolean repeated =
        switch (code.retry()) {
          case SAFE -> code != ErrorCode.LOCK_NOT_AVAILABLE;
          case UNKNOWN_OUTCOME -> true;
          case NEVER, RESTART -> false;
        };
    assertThat(kv.sent).hasSize(repeated ? 2 : 1);
    assertThat(answers).hasSize(repeated ? 0 : 1);
    if (repeated) {
      answer(new KvResponse.Valid());
      assertThat(answers).containsExactly("Valid");
    }
  }

  @Test
  void shouldGiveTheLastFailureWhenTimeIsUp() {
    send(STEP, SECOND);
    while (answers.isEmpty()) {
      if (!kv.calls.isEmpty()) {
        answer(failed(ErrorCode.NOT_LEADER));
      }
      kv.pass(100_000_000L);
    }
    assertThat(answers).containsExactly("NOT_LEADER");
    assertThat(kv.now).isBetween(SECOND / 2, 2 * SECOND);
    assertThat(kv.sent).hasSizeBetween(5, 20);
  }

  @Test
  void shouldRememberThatATryMayHaveBeenDone() {
    send(STEP, SECOND);
    answer(failed(ErrorCode.AMBIGUOUS));
    while (answers.isEmpty()) {
      kv.pass(200_000_000L);
      answer(failed(ErrorCode.NOT_LEADER));
    }
    assertThat(answers).containsExactly("AMBIGUOUS");
  }

  @Test
  void shouldNotCallARefusalDefiniteAfterALostTry() {
    send(STEP, 60 * SECOND);
    answer(failed(ErrorCode.AMBIGUOUS));
    kv.pass(SECOND);
    answer(failed(ErrorCode.TXN_ENDED));

    assertThat(answers).containsExactly("AMBIGUOUS");
  }

  @Test
  void shouldNeverCallAReadAmbiguous() {
    send(READ, SECOND);
    answer(failed(ErrorCode.STORAGE_FAILED));
    kv.pass(SECOND / 2);
    kv.now = SECOND;
    answer(failed(ErrorCode.NOT_LEADER));

    assertThat(answers).containsExactly("NOT_LEADER");
  }

  @Test
  void shouldTryAnotherTimeBeforeTheDeadlineOfTheWhole() {
    send(STEP, 60 * SECOND);
    assertThat(kv.calls.peek().deadline()).isEqualTo(5 * SECOND);
    kv.now = 58 * SECOND;
    answer(failed(ErrorCode.OVERLOADED));
    kv.pass(SECOND);
    assertThat(kv.calls.peek().deadline()).isEqualTo(60 * SECOND);
  }

  @Test
  void shouldBringAnswersBackInTheActorsTurn() {
    var seen = new ArrayList<String>();
    kv.turns.run(() -> kv.turns.callback((String s) -> seen.add(s)).accept("at once"));
    assertThat(seen).containsExactly("at once");
    kv.turns.callback((String s) -> seen.add(s)).accept("later");
    kv.turns.callback(() -> seen.add("too")).run();
    assertThat(seen).hasSize(1);
    kv.drainMailbox();
    assertThat(seen).containsExactly("at once", "later", "too");
  }
}
