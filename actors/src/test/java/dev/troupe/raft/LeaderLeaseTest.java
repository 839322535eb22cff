package dev.troupe.raft;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.protocol.model.ReplicaId;
import org.junit.jupiter.api.Test;

class LeaderLeaseTest {
  private final LeaderLease lease =
      new LeaderLease(new RaftConfig(new ReplicaId(1), 500, 100, 50, 0, 100, 3, 1000, 1000));

  @Test
  void shouldEndBeforeTheVotersPromiseDoes() {
    lease.extend(1000);

    assertThat(lease.until()).isEqualTo(1450);
  }

  @Test
  void shouldNotGrantAnythingWithoutAQuorum() {
    assertThat(lease.until()).isEqualTo(LeaderLease.NONE);
    lease.extend(Long.MIN_VALUE);
    assertThat(lease.until()).isEqualTo(LeaderLease.NONE);
  }

  @Test
  void shouldNotGetShorterByALateAnswer() {
    lease.extend(1000);
    lease.extend(900);

    assertThat(lease.until()).isEqualTo(1450);
  }

  @Test
  void shouldCountOnlyTheNewQuorumAfterAChangeOfMembership() {
    lease.extend(1000);
    lease.restart(700);

    assertThat(lease.until()).isEqualTo(1150);
  }

  @Test
  void shouldStayRevoked() {
    lease.extend(1000);
    lease.revoke();
    lease.extend(2000);

    assertThat(lease.until()).isEqualTo(LeaderLease.NONE);
  }
}
