package dev.troupe.range;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.protocol.model.LogPosition;
import dev.troupe.protocol.model.Member;
import dev.troupe.protocol.model.Membership;
import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.model.ReplicaId;
import dev.troupe.raft.RaftStatus;
import dev.troupe.raft.Role;
import java.util.List;
import org.junit.jupiter.api.Test;

class FollowerLagTest {
  private static final Membership MEMBERS =
      Membership.of(
          new Member(new ReplicaId(1), new NodeId(1), Member.Role.VOTER),
          new Member(new ReplicaId(2), new NodeId(2), Member.Role.VOTER),
          new Member(new ReplicaId(3), new NodeId(3), Member.Role.VOTER));

  private final FollowerLag lag = new FollowerLag();

  private long look(long term, long commit, long second, long third, long now) {
    return lag.look(
        new RaftStatus(
            Role.LEADER,
            term,
            new ReplicaId(1),
            LogPosition.ZERO,
            new LogPosition(commit, term),
            commit,
            commit,
            MEMBERS,
            false,
            false,
            List.of(
                new RaftStatus.Progress(new ReplicaId(2), second, true, false),
                new RaftStatus.Progress(new ReplicaId(3), third, true, false))),
        now);
  }

  @Test
  void shouldTellSinceWhenTheWorstHasBeenBehind() {
    assertThat(look(5, 10, 10, 10, 100)).isEqualTo(Long.MAX_VALUE);
    assertThat(look(5, 20, 18, 10, 200))
        .as("all had reached their marks")
        .isEqualTo(Long.MAX_VALUE);
    assertThat(look(5, 30, 28, 10, 300)).as("not the third").isEqualTo(200);
    assertThat(look(5, 40, 38, 19, 400)).as("on its way").isEqualTo(200);
    assertThat(look(5, 40, 40, 20, 500))
        .as("there, and behind another mark")
        .isEqualTo(Long.MAX_VALUE);
    assertThat(look(5, 40, 40, 39, 600)).isEqualTo(500);
    assertThat(look(5, 40, 40, 40, 700)).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void shouldBeginAnewInAnotherReign() {
    look(5, 10, 10, 0, 100);
    assertThat(look(5, 10, 10, 0, 200)).isEqualTo(100);
    assertThat(look(7, 10, 10, 0, 300)).isEqualTo(Long.MAX_VALUE);
    assertThat(look(7, 10, 10, 0, 400)).isEqualTo(300);
  }
}
