package dev.troupe.chaos.check;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.troupe.protocol.model.HardState;
import dev.troupe.protocol.model.LogEntry;
import dev.troupe.protocol.model.LogPosition;
import dev.troupe.protocol.model.Member;
import dev.troupe.protocol.model.Membership;
import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.model.ReplicaId;
import dev.troupe.raft.RaftMessage;
import dev.troupe.raft.Role;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Each check speaks up for what it is there for, and only then. */
class ChecksTest {
  private final ScriptedReplica one = new ScriptedReplica(1);
  private final ScriptedReplica two = new ScriptedReplica(2);
  private final CommittedLog committed = new CommittedLog(LogPosition.ZERO);

  private final GroupView group =
      new GroupView() {
        @Override
        public DurableView disk(ReplicaId replica) {
          return replica.equals(one.replica()) ? one : two;
        }

        @Override
        public List<ReplicaView> running() {
          return List.of(one, two);
        }
      };

  private static LogEntry entry(long index, long term, int data) {
    return new LogEntry(term, index, LogEntry.Kind.COMMAND, new byte[] {(byte) data});
  }

  private void lead(ScriptedReplica replica, long term, long commit) {
    replica.role = Role.LEADER;
    replica.term = term;
    replica.commit = commit;
    committed.observed(replica);
  }

  private static void assertViolation(
      String text, org.assertj.core.api.ThrowableAssert.ThrowingCallable action) {
    assertThatThrownBy(action).isInstanceOf(Violation.class).hasMessageContaining(text);
  }

  @Test
  void shouldRefuseTwoLeadersInOneTerm() {
    var check = new ElectionSafety();
    lead(one, 3, 0);
    check.observed(one);
    lead(two, 4, 0);
    check.observed(two);
    two.term = 3;
    assertViolation("both lead term 3", () -> check.observed(two));
  }

  @Test
  void shouldRefuseDifferentEntriesAtOnePosition() {
    var check = new LogMatching();
    check.appended(one, entry(5, 2, 7), 1);
    check.appended(two, entry(5, 2, 7), 1);
    assertViolation("differs", () -> check.appended(two, entry(5, 2, 8), 1));
    assertViolation("differs", () -> check.appended(two, entry(5, 2, 7), 2));
    assertViolation("gap", () -> check.appended(two, entry(9, 2, 7), -1));
  }

  @Test
  void shouldRefuseLeaderWithoutCommittedEntry() {
    var check = new LeaderCompleteness(committed);
    lead(one, 2, 5);
    two.last = 4;
    lead(two, 3, 0);
    assertViolation("without 5@1", () -> check.observed(two));
  }

  @Test
  void shouldAcceptLeaderOfOlderTermWithoutEntry() {
    var check = new LeaderCompleteness(committed);
    lead(one, 4, 5);
    two.last = 4;
    two.role = Role.LEADER;
    two.term = 3;
    assertThatCode(() -> check.observed(two)).doesNotThrowAnyException();
  }

  @Test
  void shouldRefuseCommitIndexThatNoLeaderDeclared() {
    var check = new CommitAgreement(committed);
    lead(one, 2, 5);
    two.commit = 5;
    check.observed(two);
    two.commit = 6;
    assertViolation("no leader got beyond 5", () -> check.observed(two));
    two.commit = 5;
    two.logTerm = 2;
    assertViolation("committed was term 1", () -> check.observed(two));
  }

  @Test
  void shouldRefuseCommitWithoutQuorum() {
    var check = new QuorumDurability(group);
    one.membership =
        Membership.of(
            new Member(one.replica(), new NodeId(1), Member.Role.VOTER),
            new Member(two.replica(), new NodeId(2), Member.Role.VOTER));
    lead(one, 1, 4);
    check.observed(one);
    one.commit = 5;
    check.observed(one);
    two.last = 5;
    one.commit = 6;
    assertViolation("not durable on a majority", () -> check.observed(one));
  }

  @Test
  void shouldRefuseApplyingWhatIsNotCommitted() {
    var check = new StateMachineSafety(committed);
    check.booted(one);
    assertViolation("no leader declared", () -> check.applied(one, entry(1, 1, 7)));
  }

  @Test
  void shouldRefuseGapsAndDifferencesInApplying() {
    var check = new StateMachineSafety(committed);
    lead(one, 2, 5);
    check.booted(one);
    check.booted(two);
    check.applied(one, entry(1, 1, 7));
    assertViolation("after 1", () -> check.applied(one, entry(3, 1, 7)));
    assertViolation("something else", () -> check.applied(two, entry(1, 1, 8)));
  }

  @Test
  void shouldRefuseVoteThatIsNotStored() {
    var check = new DurableVote();
    var vote = new RaftMessage.VoteResponse(one.replica(), two.replica(), 1, false, true);
    assertViolation("on disk", () -> check.sent(one, vote));
  }

  @Test
  void shouldRefuseSecondVoteInTerm() {
    var check = new DurableVote();
    one.term = 9;
    check.sent(one, new RaftMessage.VoteResponse(one.replica(), two.replica(), 5, false, true));
    assertViolation(
        "after p2",
        () ->
            check.sent(
                one,
                new RaftMessage.VoteResponse(one.replica(), new ReplicaId(3), 5, false, true)));
  }

  @Test
  void shouldRefuseAcknowledgementBeyondTheDisk() {
    var check = new DurableAck();
    var ack =
        new RaftMessage.AppendResponse(one.replica(), two.replica(), 1, 21, 0, LogPosition.ZERO, 1);
    assertViolation("acknowledges 21", () -> check.sent(one, ack));
  }

  @Test
  void shouldRefuseFallingTermAndForgottenVote() {
    var check = new MonotonicState();
    one.term = 4;
    check.observed(one);
    one.term = 3;
    assertViolation("goes back", () -> check.observed(one));
    assertViolation(
        "stores",
        () ->
            check.stored(
                one.replica(), new HardState(4, two.replica(), 0), new HardState(4, null, 0)));
  }

  @Test
  void shouldRefuseLosingAcknowledgedWrite() {
    var check = new NoAcknowledgedWriteLost(committed, (replica, index) -> 0);
    lead(one, 2, 5);
    check.acknowledged(77, new LogPosition(5, 1));
    assertViolation("not committed", () -> check.acknowledged(78, new LogPosition(6, 1)));
    two.term = 3;
    assertViolation("drops the committed", () -> check.dropped(two, entry(5, 1, 7)));
    one.applied = new LogPosition(5, 1);
    assertViolation("has not applied command 77", () -> check.finished(group));
  }

  @Test
  void shouldRefuseStaleRead() {
    var check = new NoStaleRead();
    check.readAnswered(one, 5, 5);
    assertViolation("as of 4", () -> check.readAnswered(one, 4, 5));
  }

  @Test
  void shouldRefuseLeaseBesideLaterLeader() {
    var check = new LeaseExclusion(group);
    lead(one, 2, 0);
    lead(two, 3, 0);
    check.observed(one);
    one.leaseRemaining = 1000;
    assertViolation("has a lease of term 2", () -> check.observed(one));
    assertViolation("has a lease of term 2", () -> check.observed(two));
  }

  @Test
  void shouldRefuseDifferentStatesAtOneIndex() {
    var check = new ReplicaAgreement();
    one.applied = new LogPosition(5, 1);
    two.applied = new LogPosition(5, 1);
    check.applied(one, entry(5, 1, 7));
    check.applied(two, entry(5, 1, 7));
    two.checksum = 9;
    assertViolation("another state", () -> check.applied(two, entry(5, 1, 7)));
  }

  @Test
  void shouldRefuseMembershipThatTheLogDoesNotHave() {
    var check = new MembershipFollowsLog();
    check.observed(one);
    one.membership = Membership.of(new Member(one.replica(), new NodeId(1), Member.Role.VOTER));
    assertViolation("its log says", () -> check.observed(one));
  }
}
