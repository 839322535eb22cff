package dev.troupe.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.troupe.protocol.codec.DescriptorCodec;
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

class RaftLogTest {
  private static final LogPosition START = new LogPosition(10, 2);
  private static final Membership ONE = Membership.of(voter(1));
  private static final Membership TWO = Membership.of(voter(1), voter(2));
  private static final Membership THREE = TWO.with(voter(3));

  private final WriteLedger ledger = new WriteLedger(10);
  private final RaftLog log = new RaftLog(boot(0, List.of()), ledger);

  private static Member voter(int id) {
    return new Member(new ReplicaId(id), new NodeId(id), Member.Role.VOTER);
  }

  private static RaftBootState boot(long commit, List<LogEntry> tail) {
    return new RaftBootState(new HardState(9, null, commit), START, START, ONE, tail, true);
  }

  private static LogEntry command(long index, long term) {
    return new LogEntry(term, index, LogEntry.Kind.COMMAND, new byte[8]);
  }

  private static LogEntry change(long index, long term, Membership to) {
    return new LogEntry(term, index, LogEntry.Kind.MEMBERSHIP, DescriptorCodec.encode(to));
  }

  private void makeDurable() {
    List<LogEntry> entries = log.takeUnstored();
    log.replacesStored(entries.getFirst().index(), entries.getLast().index());
    ledger.persisted(ledger.issue(log.lastIndex()));
  }

  @Test
  void shouldKeepWhatMatchesAndReplaceWhatConflicts() {
    log.merge(List.of(command(11, 3), command(12, 3), command(13, 3)));
    makeDurable();

    log.merge(List.of(command(11, 3), command(12, 4)));

    assertThat(log.last()).isEqualTo(new LogPosition(12, 4));
    assertThat(log.durable()).isEqualTo(11);
    List<LogEntry> unstored = log.takeUnstored();
    assertThat(unstored).extracting(LogEntry::index).containsExactly(12L);
    assertThat(log.replacesStored(12, 12)).isTrue();
  }

  @Test
  void shouldNotShortenTheLogForAnOlderAppend() {
    log.merge(List.of(command(11, 3), command(12, 3)));

    log.merge(List.of(command(11, 3)));

    assertThat(log.lastIndex()).isEqualTo(12);
  }

  @Test
  void shouldRefuseToTruncateWhatIsCommitted() {
    log.merge(List.of(command(11, 3)));
    log.commitTo(11);

    assertThatThrownBy(() -> log.merge(List.of(command(11, 4))))
        .isInstanceOf(Invariant.Violation.class)
        .hasMessageContaining("committed");
  }

  @Test
  void shouldRefuseToCommitWhatIsNotThere() {
    assertThatThrownBy(() -> log.commitTo(11))
        .isInstanceOf(Invariant.Violation.class)
        .hasMessageContaining("entries were lost");
  }

  @Test
  void shouldRefuseToStartFromALogThatLostCommittedEntries() {
    assertThatThrownBy(() -> new RaftLog(boot(12, List.of(command(11, 2))), new WriteLedger(11)))
        .isInstanceOf(Invariant.Violation.class);
  }

  @Test
  void shouldHandOutOnlyWhatIsCommittedAndDurable() {
    log.merge(List.of(command(11, 3), command(12, 3)));
    log.commitTo(12);
    assertThat(log.takeCommitted()).isEmpty();

    makeDurable();
    assertThat(log.takeCommitted()).hasSize(2);
    assertThat(log.takeCommitted()).isEmpty();
  }

  @Test
  void shouldKeepInMemoryWhatIsNotAppliedYet() {
    log.merge(List.of(command(11, 3), command(12, 3), command(13, 3)));
    makeDurable();
    log.commitTo(12);
    log.takeCommitted();
    log.appliedTo(11, 0);

    assertThat(log.firstInMemory()).isEqualTo(12);
    assertThat(log.termAt(11)).isEqualTo(3);
    log.evictApplied();
    assertThat(log.firstInMemory()).isEqualTo(12);
  }

  @Test
  void shouldPutAMembershipInForceWhenItIsAppendedAndTakeItBackWhenItIsTruncated() {
    log.merge(List.of(change(11, 3, TWO)));
    assertThat(log.membership()).isEqualTo(TWO);
    assertThat(log.membershipPending()).isTrue();

    log.merge(List.of(command(11, 4)));
    assertThat(log.membership()).isEqualTo(ONE);
    assertThat(log.membershipPending()).isFalse();
  }

  @Test
  void shouldTakeBackSeveralMembershipsAtOnce() {
    log.merge(List.of(change(11, 3, TWO), command(12, 3), change(13, 3, THREE)));
    log.merge(List.of(command(12, 4)));
    assertThat(log.membership()).isEqualTo(TWO);

    log.merge(List.of(command(11, 5)));
    assertThat(log.membership()).isEqualTo(ONE);
  }

  @Test
  void shouldFindThePendingMembershipAgainAfterARestart() {
    RaftLog reopened = new RaftLog(boot(0, List.of(change(11, 3, TWO))), new WriteLedger(11));

    assertThat(reopened.membership()).isEqualTo(TWO);
    assertThat(reopened.membershipPending()).isTrue();
  }

  @Test
  void shouldLetARemovedOneSeekLeadershipOnlyWhileItsRemovalIsOpen() {
    log.merge(List.of(change(11, 3, TWO)));
    log.commitTo(11);
    log.merge(List.of(change(12, 3, Membership.of(voter(2)))));
    assertThat(log.maySeekLeadership(new ReplicaId(1))).isTrue();

    log.commitTo(12);
    assertThat(log.maySeekLeadership(new ReplicaId(1))).isFalse();
  }

  @Test
  void shouldGoBackByWholeTermsOnConflict() {
    log.merge(
        List.of(command(11, 3), command(12, 3), command(13, 5), command(14, 5), command(15, 6)));

    assertThat(log.conflictBound(15, 5)).isEqualTo(14);
    assertThat(log.conflictBound(15, 4)).isEqualTo(12);
    assertThat(log.conflictBound(99, 9)).isEqualTo(15);
    assertThat(log.backOffFrom(15, new LogPosition(14, 4))).isEqualTo(12);
  }

  @Test
  void shouldGetAheadWhereTermsAreUnknown() {
    RaftLog reopened =
        new RaftLog(
            new RaftBootState(
                new HardState(9, null, 0), START, new LogPosition(2000, 8), ONE, List.of(), true),
            new WriteLedger(2000));

    assertThat(reopened.backOffFrom(2000, new LogPosition(1500, 7))).isEqualTo(1500);
    assertThat(reopened.backOffFrom(1500, new LogPosition(1500, 7))).isEqualTo(988);
    assertThat(reopened.backOffFrom(300, new LogPosition(300, 7))).isEqualTo(10);
    assertThat(reopened.backOffFrom(10, new LogPosition(10, 1))).isEqualTo(9);
  }

  @Test
  void shouldBeginAnewAfterASnapshot() {
    log.merge(List.of(command(11, 3), command(12, 3)));
    log.takeUnstored();

    log.installed(new LogPosition(40, 6), TWO);

    assertThat(log.last()).isEqualTo(new LogPosition(40, 6));
    assertThat(log.start()).isEqualTo(new LogPosition(40, 6));
    assertThat(log.commit()).isEqualTo(40);
    assertThat(log.durable()).isEqualTo(40);
    assertThat(log.termAt(40)).isEqualTo(6);
    assertThat(log.termAt(12)).isEqualTo(TermRuns.UNKNOWN);
    assertThat(log.membership()).isEqualTo(TWO);
    assertThat(log.takeUnstored()).isEmpty();
    log.merge(List.of(command(41, 6)));
    assertThat(log.takeUnstored()).hasSize(1);
  }

  @Test
  void shouldForgetTheTruncatedPrefix() {
    log.merge(List.of(command(11, 3), command(12, 4)));
    makeDurable();
    log.commitTo(12);
    log.takeCommitted();
    log.appliedTo(12, Long.MAX_VALUE);

    log.truncatedPrefix(new LogPosition(11, 3));

    assertThat(log.start()).isEqualTo(new LogPosition(11, 3));
    assertThat(log.termAt(11)).isEqualTo(3);
    assertThat(log.termAt(10)).isEqualTo(TermRuns.UNKNOWN);
    assertThat(log.firstInMemory()).isEqualTo(12);
    assertThatThrownBy(() -> log.truncatedPrefix(new LogPosition(13, 4)))
        .isInstanceOf(Invariant.Violation.class);
  }
}
