package dev.troupe.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.cluster.PortProbe.Answer;
import org.apache.pekko.actor.Address;
import org.junit.jupiter.api.Test;

class MutePeersTest {
  private static final Address A = JoinProcess.parse("a:1");
  private static final Address B = JoinProcess.parse("b:1");
  private static final long LATE = MutePeers.PATIENCE_NANOS;

  private final MutePeers peers = new MutePeers();

  @Test
  void shouldGiveInWhenAsManyPeersAreMuteAsMembersAreLeft() {
    peers.probed(A, Answer.OPEN, false, 0);
    assertThat(peers.outnumber(1, LATE - 1)).isFalse();
    assertThat(peers.outnumber(1, LATE)).isTrue();
    assertThat(peers.outnumber(2, LATE)).isFalse();

    peers.probed(B, Answer.OPEN, false, 1);
    peers.probed(A, Answer.OPEN, false, LATE);
    assertThat(peers.outnumber(2, LATE + 1)).isTrue();
  }

  @Test
  void shouldForgetPeersThatSpeakOrEndOrAreMembers() {
    peers.probed(A, Answer.OPEN, false, 0);
    peers.heard(A);
    assertThat(peers.outnumber(1, LATE)).isFalse();

    peers.probed(A, Answer.OPEN, false, 0);
    peers.probed(A, Answer.REFUSED, false, 1);
    assertThat(peers.outnumber(1, LATE)).isFalse();

    peers.probed(A, Answer.OPEN, false, 0);
    peers.probed(A, Answer.OPEN, true, 1);
    assertThat(peers.outnumber(1, LATE)).isFalse();
  }
}
