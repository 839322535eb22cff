package dev.troupe.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.TxnId;
import dev.troupe.protocol.spi.Transactions;
import dev.troupe.protocol.spi.TxnRequest;
import dev.troupe.protocol.spi.TxnResponse;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SwitchablePortsTest {
  private static final TxnId ID = new TxnId(1, 2);
  private static final TxnRequest.Get GET = new TxnRequest.Get(Key.of("a"), TxnRequest.Lock.NONE);

  private final SwitchableTransactions transactions = new SwitchableTransactions();
  private final List<Object> answers = new ArrayList<>();

  private void askEverything() {
    answers.clear();
    Transactions.Session session = transactions.begin(ID, 0);
    assertThat(session.id()).isEqualTo(ID);
    session.send(GET, answers::add);
    session.close();
    transactions.execute(
        new TxnRequest.OneShot(ID, List.of(), List.of(GET), List.of()), 0, answers::add);
    transactions.outcome(
        ID,
        Key.of("a"),
        0,
        new Transactions.OutcomeReply() {
          @Override
          public void known(Transactions.Known outcome) {
            answers.add(outcome);
          }

          @Override
          public void failed(TxnResponse.Failed failure) {
            answers.add(failure);
          }
        });
  }

  private void assertAllRefused(ErrorCode code, String hint) {
    askEverything();
    assertThat(answers)
        .hasSize(3)
        .allSatisfy(
            answer -> {
              assertThat(((TxnResponse.Failed) answer).code()).isEqualTo(code);
              assertThat(((TxnResponse.Failed) answer).message()).contains(hint);
            });
  }

  @Test
  void shouldRefuseUntilConnectedAndAgainWhenTold() {
    assertAllRefused(ErrorCode.NOT_INITIALIZED, "starting");

    transactions.connect(new InMemoryTransactions(new InMemoryKv()));
    askEverything();
    assertThat(answers).hasSize(3).noneMatch(answer -> answer instanceof TxnResponse.Failed);

    transactions.refuse(ErrorCode.SHUTTING_DOWN, "going down");
    assertAllRefused(ErrorCode.SHUTTING_DOWN, "going down");
  }

  @Test
  void shouldLeaveASessionWithThePartInWhichItBegan() {
    transactions.connect(new InMemoryTransactions(new InMemoryKv()));
    Transactions.Session session = transactions.begin(ID, 0);

    transactions.refuse(ErrorCode.RANGE_UNAVAILABLE, "rejoining");

    session.send(GET, answers::add);
    assertThat(answers.getFirst()).isInstanceOf(TxnResponse.Value.class);
  }
}
