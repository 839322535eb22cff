package dev.troupe.raft;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.protocol.model.HardState;
import dev.troupe.protocol.model.LogPosition;
import dev.troupe.protocol.model.Member;
import dev.troupe.protocol.model.Membership;
import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.model.ReplicaId;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Who led an older term may lead the present one: what it once sent must not be answered as if it
 * were new, or it reads under a lease that nobody gave.
 */
class OldTermTest {
  private static final ReplicaId SELF = new ReplicaId(1);
  private static final ReplicaId OTHER = new ReplicaId(2);
  private static final LogPosition START = new LogPosition(5, 1);

  private final RaftCore core =
      new RaftCore(
          RaftConfig.defaults(SELF),
          new RaftBootState(
              new HardState(4, null, START.index()),
              START,
              START,
              Membership.of(voter(SELF, 1), voter(OTHER, 2)),
              List.of(),
              false),
          bound -> 0,
          0);

  private static Member voter(ReplicaId replica, int node) {
    return new Member(replica, new NodeId(node), Member.Role.VOTER);
  }

  @Test
  void shouldNotEchoContextOfOldHeartbeat() {
    core.step(new RaftMessage.Heartbeat(OTHER, SELF, 3, 5, 19, false), 1);
    assertThat(core.takeReady().messages())
        .containsExactly(new RaftMessage.HeartbeatResponse(SELF, OTHER, 4, 0));
  }

  @Test
  void shouldNotEchoContextOfOldAppend() {
    core.step(new RaftMessage.Append(OTHER, SELF, 3, START, List.of(), 5, 19), 1);
    assertThat(core.takeReady().messages())
        .containsExactly(new RaftMessage.HeartbeatResponse(SELF, OTHER, 4, 0));
  }

  @Test
  void shouldNameItsTermToOldSnapshot() {
    assertThat(core.acceptsSnapshot(OTHER, 3, new LogPosition(9, 3), 1)).isFalse();
    assertThat(core.takeReady().messages())
        .containsExactly(new RaftMessage.HeartbeatResponse(SELF, OTHER, 4, 0));
  }
}
