package dev.troupe.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.troupe.protocol.error.Invariant;
import dev.troupe.protocol.model.HardState;
import dev.troupe.protocol.model.LogEntry;
import dev.troupe.protocol.model.LogPosition;
import dev.troupe.protocol.model.Member;
import dev.troupe.protocol.model.Membership;
import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.model.ReplicaId;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A follower on messages that the cores of this project do not send, but a network may deliver. */
class FollowerTest {
  private static final ReplicaId SELF = new ReplicaId(1);
  private static final ReplicaId LEADER = new ReplicaId(2);
  private static final ReplicaId OTHER = new ReplicaId(3);
  private static final LogPosition START = new LogPosition(10, 2);

  private final RaftCore core =
      new RaftCore(
          RaftConfig.defaults(SELF),
          new RaftBootState(
              new HardState(3, null, 11),
              START,
              START,
              Membership.of(voter(SELF, 1), voter(LEADER, 2), voter(OTHER, 3)),
              List.of(command(11, 2), command(12, 3), command(13, 3)),
              true),
          bound -> 0,
          0);

  private static Member voter(ReplicaId replica, int node) {
    return new Member(replica, new NodeId(node), Member.Role.VOTER);
  }

  private static LogEntry command(long index, long term) {
    return new LogEntry(term, index, LogEntry.Kind.COMMAND, new byte[4]);
  }

  private static RaftMessage append(
      ReplicaId from, LogPosition prev, List<LogEntry> entries, long commit) {
    return new RaftMessage.Append(from, SELF, 4, prev, entries, commit, 1);
  }

  private RaftMessage answer() {
    core.persisted(core.takeReady().persistSequence(), 1);
    return core.takeReady().messages().getLast();
  }

  @Test
  void shouldNotCommitBeyondWhatTheAppendVouchesFor() {
    core.step(append(LEADER, new LogPosition(11, 2), List.of(), 13), 1);

    assertThat(core.commitIndex()).isEqualTo(11);
    assertThat(answer())
        .isInstanceOfSatisfying(
            RaftMessage.AppendResponse.class, r -> assertThat(r.matched()).isEqualTo(11));
  }

  @Test
  void shouldAnswerAnAppendBelowItsCommitIndexWithWhatIsCommitted() {
    core.step(append(LEADER, new LogPosition(9, 2), List.of(command(10, 2)), 10), 1);

    assertThat(answer())
        .isInstanceOfSatisfying(
            RaftMessage.AppendResponse.class,
            r -> {
              assertThat(r.accepted()).isTrue();
              assertThat(r.matched()).isEqualTo(11);
            });
  }

  @Test
  void shouldHintAtItsEndWhenTheAppendIsBeyondIt() {
    core.step(append(LEADER, new LogPosition(20, 4), List.of(), 11), 1);

    assertThat(answer())
        .isInstanceOfSatisfying(
            RaftMessage.AppendResponse.class,
            r -> {
              assertThat(r.rejected()).isEqualTo(20);
              assertThat(r.hint()).isEqualTo(new LogPosition(13, 3));
            });
  }

  @Test
  void shouldRefuseTwoLeadersInOneTerm() {
    core.step(append(LEADER, new LogPosition(11, 2), List.of(), 11), 1);

    assertThatThrownBy(() -> core.step(append(OTHER, new LogPosition(11, 2), List.of(), 11), 2))
        .isInstanceOf(Invariant.Violation.class)
        .hasMessageContaining("claims term 4");
  }

  @Test
  void shouldRefuseALeaderThatContradictsWhatIsCommitted() {
    assertThatThrownBy(
            () -> core.step(append(LEADER, new LogPosition(10, 2), List.of(command(11, 4)), 11), 1))
        .isInstanceOf(Invariant.Violation.class)
        .hasMessageContaining("committed");
  }

  @Test
  void shouldRefuseACommitIndexThatItsLogDoesNotReach() {
    var heartbeat = new RaftMessage.Heartbeat(LEADER, SELF, 4, 14, 1, false);

    assertThatThrownBy(() -> core.step(heartbeat, 1))
        .isInstanceOf(Invariant.Violation.class)
        .hasMessageContaining("entries were lost");
  }

  @Test
  void shouldIgnoreWhatIsMeantForAnotherReplica() {
    core.step(new RaftMessage.Heartbeat(LEADER, OTHER, 9, 11, 1, false), 1);

    assertThat(core.term()).isEqualTo(3);
  }

  @Test
  void shouldNotTakeOverTheTermOfAStrangerThatAnswersLate() {
    core.step(new RaftMessage.HeartbeatResponse(new ReplicaId(9), SELF, 8, 1), 1);
    assertThat(core.term()).isEqualTo(3);

    core.step(new RaftMessage.HeartbeatResponse(OTHER, SELF, 8, 1), 1);
    assertThat(core.term()).isEqualTo(8);
  }

  @Test
  void shouldRefuseAnAppendWithAGap() {
    var gap = List.of(command(12, 3), command(14, 4));

    assertThatThrownBy(() -> core.step(append(LEADER, new LogPosition(11, 2), gap, 11), 1))
        .isInstanceOf(Invariant.Violation.class)
        .hasMessageContaining("gap");
  }
}
