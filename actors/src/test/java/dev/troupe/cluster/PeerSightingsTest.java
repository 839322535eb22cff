package dev.troupe.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.cluster.PeerHello.Phase;
import dev.troupe.cluster.PeerSightings.Decision;
import dev.troupe.cluster.PortProbe.Answer;
import dev.troupe.protocol.model.NodeId;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.Address;
import org.junit.jupiter.api.Test;

class PeerSightingsTest {
  private static final Address P1 = JoinProcess.parse("h1:1");
  private static final Address P2 = JoinProcess.parse("h2:1");
  private static final Address P3 = JoinProcess.parse("h3:1");
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  private static PeerSightings seeker(int self, boolean founder, Address... peers) {
    PeerSightings sightings = new PeerSightings(new NodeId(self), founder, 0);
    for (Address peer : peers) {
      sightings.know(peer);
    }
    return sightings;
  }

  private static PeerHello hello(int node, Phase phase, boolean founder, long askedAt) {
    return hello(false, node, phase, founder, askedAt);
  }

  private static PeerHello hello(
      boolean question, int node, Phase phase, boolean founder, long askedAt) {
    NodeId id = new NodeId(node);
    return new PeerHello(
        question, 1, id, "h" + node + ":1", 1, phase, founder, 0, id, askedAt, false);
  }

  @Test
  void shouldFormAloneWithoutPeers() {
    assertThat(seeker(2, false).decide(0)).isInstanceOf(Decision.Form.class);
  }

  @Test
  void shouldFormWhenAllPeersRefuse() {
    PeerSightings two = seeker(2, false, P1, P3);
    assertThat(two.decide(0)).isInstanceOf(Decision.Wait.class);
    two.probed(P1, Answer.REFUSED, 1);
    assertThat(two.decide(2)).isInstanceOf(Decision.Wait.class);
    two.probed(P3, Answer.REFUSED, 2);
    assertThat(two.decide(3)).isInstanceOf(Decision.Form.class);
    assertThat(two.decide(3 + PeerSightings.FRESH_NANOS)).isInstanceOf(Decision.Wait.class);
  }

  @Test
  void shouldLeaveFormingToTheLowestWhoIsAwake() {
    PeerSightings two = seeker(2, false, P1, P3);
    two.probed(P1, Answer.REFUSED, 1);
    two.heard(P3, hello(3, Phase.SEEKING, false, 1), 1);
    assertThat(two.decide(2)).isInstanceOf(Decision.Form.class);

    two.heard(P1, hello(1, Phase.SEEKING, false, 2), 2);
    assertThat(two.decide(3)).isInstanceOf(Decision.Wait.class);
  }

  @Test
  void shouldLeaveFormingToAFounder() {
    PeerSightings one = seeker(1, false, P2);
    one.heard(P2, hello(2, Phase.SEEKING, true, 1), 1);
    assertThat(one.decide(2)).isInstanceOf(Decision.Wait.class);

    PeerSightings founder = seeker(2, true, P1, P3);
    founder.heard(P1, hello(1, Phase.SEEKING, false, 1), 1);
    assertThat(founder.decide(2)).isInstanceOf(Decision.Wait.class);
    founder.probed(P3, Answer.REFUSED, 2);
    assertThat(founder.decide(2)).isInstanceOf(Decision.Form.class);
    founder.probed(P3, Answer.OPEN, 3);
    assertThat(founder.decide(3)).isInstanceOf(Decision.Wait.class);
    assertThat(founder.decide(2 * SECOND)).isInstanceOf(Decision.Form.class);
    founder.heard(P3, hello(3, Phase.MEMBER, false, 2 * SECOND), 2 * SECOND);
    assertThat(founder.decide(2 * SECOND)).isInstanceOf(Decision.Join.class);
  }

  @Test
  void shouldJoinWhoeverIsAMemberOrForms() {
    PeerSightings one = seeker(1, false, P2, P3);
    one.probed(P2, Answer.REFUSED, 1);
    one.heard(P3, hello(3, Phase.FORMING, false, 2), 2);
    assertThat(one.decide(3))
        .isInstanceOfSatisfying(
            Decision.Join.class, join -> assertThat(join.members()).containsExactly(P3));
  }

  @Test
  void shouldNotBelieveARefusalThatIsOlderThanAHello() {
    PeerSightings one = seeker(1, false, P2);
    one.heard(P2, hello(2, Phase.MEMBER, false, 10), 10);
    one.probed(P2, Answer.REFUSED, 5);
    assertThat(one.decide(11)).isInstanceOf(Decision.Join.class);
    one.probed(P2, Answer.REFUSED, 12);
    assertThat(one.decide(13)).isInstanceOf(Decision.Form.class);
  }

  @Test
  void shouldWaitForSilentPeersUntilAMajorityIsTiredOfIt() {
    PeerSightings one = seeker(1, false, P2, P3);
    one.probed(P2, Answer.OPEN, 1);
    one.probed(P3, Answer.SILENT, 1);
    assertThat(one.decide(30 * SECOND)).isInstanceOf(Decision.Wait.class);

    one.heard(P2, hello(2, Phase.SEEKING, false, 19 * SECOND), 19 * SECOND);
    assertThat(one.decide(19 * SECOND)).isInstanceOf(Decision.Wait.class);
    assertThat(one.decide(20 * SECOND)).isInstanceOf(Decision.Form.class);
  }

  @Test
  void shouldWaitForAMemberThatBecameSilentBeforeItFormsAnotherCluster() {
    PeerSightings one = seeker(1, false, P2, P3);
    one.heard(P3, hello(3, Phase.MEMBER, false, 30 * SECOND), 30 * SECOND);
    one.heard(P2, hello(2, Phase.SEEKING, false, 40 * SECOND), 40 * SECOND);
    assertThat(one.decide(40 * SECOND)).isInstanceOf(Decision.Wait.class);

    one.heard(P2, hello(2, Phase.SEEKING, false, 50 * SECOND), 50 * SECOND);
    assertThat(one.decide(50 * SECOND)).isInstanceOf(Decision.Form.class);
  }

  @Test
  void shouldLeaveAnotherClusterAlone() {
    PeerSightings one = seeker(1, false, P2, P3);
    assertThat(one.foreign(P2)).isTrue();
    assertThat(one.foreign(P2)).isFalse();
    one.probed(P3, Answer.OPEN, 1);
    assertThat(one.decide(1)).isInstanceOf(Decision.Wait.class);
    one.foreign(P3);
    assertThat(one.decide(1)).isInstanceOf(Decision.WrongCluster.class);
  }

  @Test
  void shouldNotTakeAQuestionThatLayInAQueueForTheStateOfToday() {
    PeerSightings one = seeker(1, false, P2, P3);
    one.heard(P2, hello(true, 2, Phase.SEEKING, false, 0), 60 * SECOND);
    one.heard(P3, hello(true, 3, Phase.SEEKING, false, 0), 60 * SECOND);
    assertThat(one.decide(60 * SECOND)).isInstanceOf(Decision.Wait.class);

    one.heard(P2, hello(2, Phase.SEEKING, false, 50 * SECOND), 60 * SECOND);
    one.heard(P3, hello(3, Phase.SEEKING, false, 50 * SECOND), 60 * SECOND);
    assertThat(one.decide(60 * SECOND)).isInstanceOf(Decision.Wait.class);

    one.heard(P2, hello(2, Phase.SEEKING, false, 60 * SECOND), 60 * SECOND);
    one.heard(P3, hello(3, Phase.SEEKING, false, 60 * SECOND), 60 * SECOND);
    assertThat(one.decide(60 * SECOND)).isInstanceOf(Decision.Form.class);
  }

  @Test
  void shouldWaitForALowerOneThatAsksButDoesNotAnswer() {
    PeerSightings two = seeker(2, false, P1, P3);
    two.heard(P3, hello(3, Phase.SEEKING, false, 20 * SECOND), 20 * SECOND);
    two.probed(P1, Answer.REFUSED, 20 * SECOND);
    assertThat(two.decide(20 * SECOND)).isInstanceOf(Decision.Form.class);
    two.heard(P1, hello(true, 1, Phase.SEEKING, false, 0), 20 * SECOND);
    assertThat(two.decide(20 * SECOND)).isInstanceOf(Decision.Wait.class);
  }
}
