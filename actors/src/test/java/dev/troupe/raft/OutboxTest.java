package dev.troupe.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.troupe.protocol.error.Invariant;
import dev.troupe.protocol.model.LogPosition;
import dev.troupe.protocol.model.ReplicaId;
import org.junit.jupiter.api.Test;

class OutboxTest {
  private static final ReplicaId SELF = new ReplicaId(1);
  private static final ReplicaId LEADER = new ReplicaId(2);

  private final WriteLedger ledger = new WriteLedger(0);
  private final Outbox outbox = new Outbox(ledger);

  private static RaftMessage accepted(long matched, long context) {
    return new RaftMessage.AppendResponse(SELF, LEADER, 1, matched, 0, LogPosition.ZERO, context);
  }

  private static RaftMessage heard(long context) {
    return new RaftMessage.HeartbeatResponse(SELF, LEADER, 1, context);
  }

  @Test
  void shouldHoldAClaimUntilTheWriteThatCoversItIsDurable() {
    ledger.logChanged();
    outbox.sendWithLog(accepted(1, 1));
    outbox.sendWithHardState(heard(2));
    assertThat(outbox.takeMessages()).containsExactly(heard(2));

    long sequence = ledger.issue(1);
    assertThat(outbox.takeMessages()).isEmpty();
    ledger.persisted(sequence);
    outbox.release(sequence);
    assertThat(outbox.takeMessages()).containsExactly(accepted(1, 1));
  }

  @Test
  void shouldMergeAcknowledgementsThatWaitForTheSameWrite() {
    ledger.logChanged();
    outbox.sendWithLog(accepted(4, 9));
    outbox.sendWithLog(accepted(3, 10));

    outbox.release(1);
    assertThat(outbox.takeMessages()).containsExactly(accepted(4, 10));
  }

  @Test
  void shouldForgetClaimsOfAnOlderTerm() {
    ledger.logChanged();
    outbox.sendWithLog(accepted(1, 1));
    outbox.dropHeld();
    outbox.release(1);

    assertThat(outbox.takeMessages()).isEmpty();
  }

  @Test
  void shouldBoundWhatIsHeld() {
    for (int i = 1; i <= Outbox.HELD_MAX + 10; i++) {
      ledger.logChanged();
      outbox.sendWithLog(accepted(i, i));
      ledger.issue(i);
    }
    outbox.release(Long.MAX_VALUE);

    assertThat(outbox.takeMessages()).hasSize(Outbox.HELD_MAX).contains(accepted(11, 11));
  }

  @Test
  void shouldRefuseToSendWhatClaimsATermThatIsNotDurable() {
    ledger.hardStateChanged();

    assertThatThrownBy(() -> outbox.send(heard(1))).isInstanceOf(Invariant.Violation.class);
  }
}
