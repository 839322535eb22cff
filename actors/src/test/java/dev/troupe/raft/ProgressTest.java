package dev.troupe.raft;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.protocol.model.ReplicaId;
import org.junit.jupiter.api.Test;

class ProgressTest {
  private static final RaftConfig CONFIG =
      new RaftConfig(new ReplicaId(1), 500, 100, 50, 0, 100, 3, 1000, 1000);

  private final Progress progress = new Progress(new ReplicaId(2), true, 11, CONFIG, 0);

  private void replicate() {
    progress.appended(10, 0, 1);
    progress.accepted(10, 0);
  }

  @Test
  void shouldSendOneProbeAtATime() {
    assertThat(progress.maySend()).isTrue();
    progress.appended(10, 0, 7);
    assertThat(progress.maySend()).isFalse();

    assertThat(progress.resumeAfterHeartbeat(6, 10)).isFalse();
    assertThat(progress.maySend()).as("heartbeat from before the probe").isFalse();
    progress.resumeAfterHeartbeat(8, 10);
    assertThat(progress.maySend()).as("heartbeat from after the probe").isTrue();
  }

  @Test
  void shouldStopWhenTheWindowIsFull() {
    replicate();
    for (int i = 11; i <= 13; i++) {
      assertThat(progress.maySend()).isTrue();
      progress.appended(i, 40, i);
    }
    assertThat(progress.maySend()).isFalse();
    assertThat(progress.next()).isEqualTo(14);

    progress.accepted(12, 0);
    assertThat(progress.maySend()).isTrue();
  }

  @Test
  void shouldStopWhenTooManyBytesAreOnTheirWay() {
    replicate();
    progress.appended(11, 800, 2);
    assertThat(progress.maySend()).isFalse();

    progress.accepted(11, 0);
    assertThat(progress.maySend()).isTrue();
  }

  @Test
  void shouldGoBackToProbingWhenSomethingWasLost() {
    replicate();
    progress.appended(11, 40, 2);
    progress.appended(12, 40, 3);
    assertThat(progress.isFreshRefusal(11)).isTrue();

    progress.backOff(10);

    assertThat(progress.mode()).isEqualTo(Progress.Mode.PROBE);
    assertThat(progress.next()).isEqualTo(11);
    assertThat(progress.isFreshRefusal(11)).as("the refusal of the next one").isFalse();
  }

  @Test
  void shouldNotBelieveALateRefusal() {
    replicate();
    progress.appended(11, 40, 2);
    progress.accepted(11, 0);

    assertThat(progress.isFreshRefusal(10)).isFalse();
    assertThat(progress.isFreshRefusal(11)).isFalse();
  }

  @Test
  void shouldNeverGoBackBelowWhatIsMatched() {
    replicate();
    progress.backOff(3);

    assertThat(progress.next()).isEqualTo(11);
  }

  @Test
  void shouldNoticeSilenceAboutWhatWasSentBeforeAHeartbeat() {
    replicate();
    progress.appended(11, 40, 5);

    assertThat(progress.resumeAfterHeartbeat(4, 11)).isFalse();
    assertThat(progress.resumeAfterHeartbeat(6, 11)).isTrue();
    progress.accepted(11, 0);
    assertThat(progress.resumeAfterHeartbeat(6, 11)).isFalse();
  }

  @Test
  void shouldTimeAnswersFromWhenTheOldestWasSent() {
    progress.sent(1, 1000);
    progress.sent(2, 2000);
    assertThat(progress.answeredSendTime()).isEqualTo(Long.MIN_VALUE);

    progress.answered(2, 2500);
    assertThat(progress.answeredSendTime()).isEqualTo(1000);

    progress.sent(3, 3000);
    progress.answered(2, 3500);
    assertThat(progress.answeredSendTime()).as("a repeated answer").isEqualTo(1000);
    progress.answered(3, 3600);
    assertThat(progress.answeredSendTime()).isEqualTo(3000);
  }

  @Test
  void shouldAskForOneSnapshotAtATimeAndWaitAfterAFailure() {
    progress.needsSnapshot();
    assertThat(progress.wantsSnapshot(0, 500)).as("never heard of").isFalse();

    progress.answered(1, 10);
    assertThat(progress.wantsSnapshot(20, 500)).isTrue();
    assertThat(progress.wantsSnapshot(510, 500)).as("silent").isFalse();
    progress.snapshotAsked();
    assertThat(progress.wantsSnapshot(20, 500)).isFalse();

    progress.snapshotEnded(50, false, 120);
    assertThat(progress.wantsSnapshot(119, 500)).isFalse();
    assertThat(progress.wantsSnapshot(120, 500)).isTrue();
  }

  @Test
  void shouldContinueAfterTheSnapshot() {
    progress.needsSnapshot();
    progress.snapshotEnded(50, true, 0);

    assertThat(progress.mode()).isEqualTo(Progress.Mode.PROBE);
    assertThat(progress.next()).isEqualTo(51);
  }

  @Test
  void shouldLeaveTheSnapshotWhenTheMemberIsFarEnough() {
    progress.needsSnapshot();
    progress.accepted(20, 30);
    assertThat(progress.mode()).isEqualTo(Progress.Mode.SNAPSHOT);

    progress.accepted(30, 30);
    assertThat(progress.mode()).isEqualTo(Progress.Mode.REPLICATE);
    assertThat(progress.next()).isEqualTo(31);
  }
}
