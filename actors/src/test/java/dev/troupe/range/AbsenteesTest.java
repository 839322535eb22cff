package dev.troupe.range;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.protocol.model.LogPosition;
import dev.troupe.protocol.model.Member;
import dev.troupe.protocol.model.Membership;
import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.model.RangeId;
import dev.troupe.protocol.model.ReplicaId;
import dev.troupe.protocol.model.ReplicaKey;
import dev.troupe.raft.RaftCore;
import dev.troupe.raft.RaftMessage;
import dev.troupe.raft.Ready;
import dev.troupe.raft.Role;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A leader of three, one of which is said to be gone and the other answers everything. */
class AbsenteesTest {
  private static final long MS = 1_000_000L;
  private static final ReplicaId SELF = LoneLeader.SELF;
  private static final ReplicaId OTHER = new ReplicaId(2);
  private static final ReplicaId LOST = new ReplicaId(3);
  private static final NodeId LOST_NODE = new NodeId(3);
  private static final Membership MEMBERS =
      Membership.of(
          new Member(SELF, new NodeId(1), Member.Role.VOTER),
          new Member(OTHER, new NodeId(2), Member.Role.VOTER),
          new Member(LOST, LOST_NODE, Member.Role.VOTER));

  private final FixedPlacement placement = new FixedPlacement();
  private final Absentees absentees = new Absentees(new ReplicaKey(new RangeId(5), SELF));
  private final RaftCore core = LoneLeader.core(MEMBERS);
  private long now = 10_000 * MS;
  private int sentToLost;

  @BeforeEach
  void lead() {
    core.campaign(now);
    settle();
    assertThat(core.role()).isEqualTo(Role.LEADER);
  }

  private void settle() {
    while (core.hasReady()) {
      Ready ready = core.takeReady();
      if (ready.needsPersist()) {
        core.persisted(ready.persistSequence(), now);
      }
      ready.messages().forEach(this::answer);
      if (!ready.committed().isEmpty()) {
        core.applied(ready.committed().getLast().index(), now);
      }
    }
  }

  private void answer(RaftMessage message) {
    sentToLost += message.to().equals(LOST) ? 1 : 0;
    if (!message.to().equals(OTHER)) {
      return;
    }
    switch (message) {
      case RaftMessage.VoteRequest m ->
          core.step(new RaftMessage.VoteResponse(OTHER, SELF, m.term(), m.preVote(), true), now);
      case RaftMessage.Append m ->
          core.step(
              new RaftMessage.AppendResponse(
                  OTHER,
                  SELF,
                  m.term(),
                  m.prev().index() + m.entries().size(),
                  0,
                  LogPosition.ZERO,
                  m.context()),
              now);
      case RaftMessage.Heartbeat m -> {
        if (!m.quiesce()) {
          core.step(new RaftMessage.HeartbeatResponse(OTHER, SELF, m.term(), m.context()), now);
        }
      }
      default -> throw new AssertionError(message);
    }
  }

  /** Ticks each 50 ms, as long as the core is awake, and looks each 500 ms, awake or not. */
  private void pass(long nanos) {
    for (long passed = 0; passed < nanos; passed += 50 * MS) {
      now += 50 * MS;
      if (!core.quiesced()) {
        core.tick(now);
      }
      if (passed % (500 * MS) == 0) {
        absentees.look(core, placement, now);
      }
      settle();
    }
  }

  private void loseAndSleep() {
    placement.gone.add(LOST_NODE);
    pass(12_000 * MS);
    assertThat(core.quiesced()).isTrue();
  }

  @Test
  void shouldLetTheRangeSleepOnlyWithoutAMemberThatIsGone() {
    pass(30_000 * MS);
    assertThat(core.quiesced()).as("its node is there").isFalse();

    placement.gone.add(LOST_NODE);
    pass(1000 * MS);
    assertThat(core.quiesced()).isTrue();
    assertThat(absentees.isAtRest()).isTrue();
  }

  @Test
  void shouldAskAMemberWhoseNodeHasBeenBackForAWhile() {
    loseAndSleep();
    placement.gone.clear();
    pass(500 * MS);
    assertThat(absentees.isAtRest()).as("to be looked after").isFalse();
    pass(Absentees.PATIENCE_NANOS - 1000 * MS);
    assertThat(core.quiesced()).isTrue();

    sentToLost = 0;
    pass(Absentees.PATIENCE_NANOS);
    assertThat(core.quiesced()).as("it does not answer").isFalse();
    assertThat(sentToLost).isPositive();
    assertThat(absentees.isAtRest()).as("the leader is awake anyway").isTrue();
  }

  @Test
  void shouldWaitForNobodyWhoHasAnswered() {
    loseAndSleep();
    placement.gone.clear();
    pass(500 * MS);
    core.step(new RaftMessage.HeartbeatResponse(LOST, SELF, core.term(), 1), now);
    assertThat(core.quiesced()).as("whatever it has missed").isFalse();
    pass(500 * MS);

    assertThat(absentees.isAtRest()).isTrue();
  }

  @Test
  void shouldWaitAnewWhenTheNodeGoesAgain() {
    loseAndSleep();
    placement.gone.clear();
    pass(Absentees.PATIENCE_NANOS / 2);
    placement.gone.add(LOST_NODE);
    pass(500 * MS);
    assertThat(absentees.isAtRest()).isTrue();
    placement.gone.clear();
    pass(Absentees.PATIENCE_NANOS - 500 * MS);

    assertThat(core.quiesced()).isTrue();
  }
}
