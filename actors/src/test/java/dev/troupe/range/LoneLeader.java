package dev.troupe.range;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.protocol.model.HardState;
import dev.troupe.protocol.model.Member;
import dev.troupe.protocol.model.Membership;
import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.model.ReplicaId;
import dev.troupe.raft.RaftBootState;
import dev.troupe.raft.RaftConfig;
import dev.troupe.raft.RaftCore;
import dev.troupe.raft.Ready;
import dev.troupe.raft.Role;
import java.util.List;

/** The core of the only member of a group, whose log is persisted and applied when a test says. */
final class LoneLeader {
  static final ReplicaId SELF = new ReplicaId(1);
  static final Membership ALONE = Membership.of(new Member(SELF, new NodeId(1), Member.Role.VOTER));

  final RaftCore core = core(ALONE);
  private long committed;

  /** A replica that was just created with its range, as a member of a group. */
  static RaftCore core(Membership members) {
    return new RaftCore(
        RaftConfig.defaults(SELF),
        new RaftBootState(
            new HardState(5, null, 10),
            RangeBirth.START,
            RangeBirth.START,
            members,
            List.of(),
            false),
        bound -> 0,
        0);
  }

  /** Has itself elected; its first entry is committed and not applied. */
  void lead(long now) {
    core.campaign(now);
    settle(now);
    assertThat(core.role()).isEqualTo(Role.LEADER);
  }

  /** Persists and commits what there is; applies nothing. */
  void settle(long now) {
    while (core.hasReady()) {
      Ready ready = core.takeReady();
      if (!ready.committed().isEmpty()) {
        committed = ready.committed().getLast().index();
      }
      if (ready.needsPersist()) {
        core.persisted(ready.persistSequence(), now);
      }
    }
  }

  /** Applies what is committed. */
  void apply(long now) {
    core.applied(committed, now);
  }

  /** Merges that ask no other range. */
  static MergeDriver noMerges() {
    return new MergeDriver(
        new ReplicaDirectory(),
        (node, step, patience) -> {
          throw new IllegalStateException("nobody is to be asked for " + step);
        });
  }
}
