package dev.troupe.range;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.protocol.codec.Keyspace;
import dev.troupe.protocol.model.Membership;
import dev.troupe.protocol.model.RangeDescriptor;
import dev.troupe.protocol.model.RangeId;
import dev.troupe.protocol.model.ReplicaId;
import dev.troupe.protocol.model.ReplicaKey;
import dev.troupe.protocol.model.Timestamp;
import dev.troupe.raft.Ready;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** When a timestamp is closed: at the leader that says so, and at a replica that hears of it. */
class ClosingsTest {
  private static final class TestReign implements Closings.Reign {
    boolean leads = true;
    boolean draws;
    long term = 3;
    long last = 10;
    final List<Long> confirming = new ArrayList<>();

    @Override
    public boolean leads() {
      return leads;
    }

    @Override
    public long term() {
      return term;
    }

    @Override
    public long lastIndex() {
      return last;
    }

    @Override
    public boolean draws() {
      return draws;
    }

    @Override
    public void confirm(long id) {
      confirming.add(id);
    }
  }

  private final TestReign reign = new TestReign();
  private final LocalReplica local =
      new LocalReplica(new ReplicaKey(new RangeId(7), new ReplicaId(1)), null);
  private final Closings closings = new Closings(reign, local);
  private final List<Object> answers = new ArrayList<>();

  @BeforeEach
  void start() {
    local.view().describe(new RangeDescriptor(new RangeId(7), Keyspace.KV, 1, Membership.EMPTY, 2));
    closings.resume(10, at(50));
  }

  private static Timestamp at(long value) {
    return new Timestamp(value);
  }

  private void ask(long timestamp) {
    closings.on(
        new RangeReplica.Close(
            at(timestamp), word -> answers.add(word == null ? "refused" : word)));
    closings.advance();
  }

  private void hear(long timestamp, long term, long index) {
    closings.on(new RangeReplica.Closing(at(timestamp), term, index));
  }

  private void confirm(boolean led) {
    List<Long> ids = List.copyOf(reign.confirming);
    reign.confirming.clear();
    ids.forEach(
        id -> assertThat(closings.released(new Ready.ReadReleased(id, led ? 9 : -1))).isTrue());
  }

  private long closed() {
    return local.closed().highest().value();
  }

  @Test
  void shouldSayNothingBeforeItIsCertainThatItStillLeads() {
    ask(100);
    assertThat(answers).isEmpty();
    assertThat(closed()).isEqualTo(50);

    confirm(true);
    assertThat(answers).containsExactly(new RangeReplica.Closing(at(100), 3, 10));
    assertThat(closed()).isEqualTo(100);
  }

  @Test
  void shouldRefuseWhenAnotherLeaderCameBetweenDrawAndConfirmation() {
    ask(100);
    reign.leads = false;
    reign.term = 4;
    confirm(false);

    assertThat(answers).containsExactly("refused");
    assertThat(closed()).isEqualTo(50);
    ask(101);
    assertThat(answers).containsExactly("refused", "refused");
  }

  @Test
  void shouldWaitForWritesWhoseTimestampsAreOnTheirWay() {
    reign.draws = true;
    ask(100);
    assertThat(reign.confirming).isEmpty();

    // They came, and are in the log now.
    reign.draws = false;
    reign.last = 12;
    closings.advance();
    confirm(true);
    assertThat(answers).containsExactly(new RangeReplica.Closing(at(100), 3, 12));
    assertThat(closed()).isEqualTo(50);
    closings.applied(11, at(60));
    assertThat(closed()).isEqualTo(60);
    closings.applied(12, at(70));
    assertThat(closed()).isEqualTo(100);
  }

  @Test
  void shouldTellClientsReadsFromItsOwn() {
    assertThat(closings.released(new Ready.ReadReleased(1, 5))).isFalse();
  }

  @Test
  void shouldTakeEffectOnceSoMuchIsApplied() {
    hear(100, 3, 12);
    assertThat(closed()).isEqualTo(50);
    closings.applied(11, at(60));
    assertThat(closed()).isEqualTo(60);
    closings.applied(13, at(61));
    assertThat(closed()).isEqualTo(100);
  }

  @Test
  void shouldNotTakeTheWordOfAnotherTerm() {
    hear(100, 2, 9);
    hear(101, 4, 9);
    assertThat(closed()).isEqualTo(50);
  }

  @Test
  void shouldForgetWhatIsPendingWhenTheTermChanges() {
    hear(100, 3, 12);
    hear(110, 3, 13);
    reign.term = 4;
    closings.applied(14, at(60));
    assertThat(closed()).isEqualTo(60);
    // The new leader's word counts.
    hear(120, 4, 14);
    assertThat(closed()).isEqualTo(120);
  }

  @Test
  void shouldNeverFall() {
    hear(100, 3, 10);
    hear(90, 3, 10);
    closings.applied(11, at(95));
    assertThat(closed()).isEqualTo(100);
    closings.interrupt();
    closings.resume(20, at(80));
    assertThat(closed()).isEqualTo(100);
  }

  @Test
  void shouldNotMindTheOrderInWhichItHears() {
    hear(120, 3, 14);
    hear(100, 3, 12);
    hear(110, 3, 13);
    closings.applied(12, at(60));
    assertThat(closed()).isEqualTo(100);
    closings.applied(13, at(61));
    assertThat(closed()).isLessThan(120);
    closings.applied(14, at(62));
    assertThat(closed()).isEqualTo(120);
  }

  @Test
  void shouldMakeProgressWhileTheStateIsAlwaysBehind() {
    for (int i = 0; i < 50; i++) {
      hear(100 + 10 * i, 3, 15 + i);
      closings.applied(11 + i, at(50));
    }
    assertThat(closed()).isGreaterThan(400);
  }

  @Test
  void shouldWakeWhoeverWaitsForItAndNobodyElse() {
    List<String> woken = new ArrayList<>();
    closings.on(new RangeReplica.AwaitClosed(at(40), () -> false, () -> woken.add("now")));
    closings.on(new RangeReplica.AwaitClosed(at(90), () -> false, () -> woken.add("90")));
    closings.on(new RangeReplica.AwaitClosed(at(200), () -> false, () -> woken.add("200")));
    assertThat(woken).containsExactly("now");
    hear(100, 3, 10);
    assertThat(woken).containsExactly("now", "90");
  }

  @Test
  void shouldCloseNothingInTheOraclesOwnRange() {
    local
        .view()
        .describe(new RangeDescriptor(RangeId.SYSTEM, Keyspace.SYSTEM, 1, Membership.EMPTY, 2));
    closings.applied(11, at(1_000));
    ask(2_000);
    assertThat(answers).containsExactly("refused");
    assertThat(closed()).isEqualTo(50);
  }

  @Test
  void shouldShowReadersThatTheStateIsBeingExchanged() {
    long begun = local.closed().begin();
    ask(100);
    closings.interrupt();
    assertThat(answers).containsExactly("refused");
    assertThat(local.closed().holds(begun)).isFalse();
    assertThat(local.closed().begin()).isEqualTo(ClosedTimestamps.REFUSED);
    closings.resume(30, at(60));
    assertThat(local.closed().begin()).isNotEqualTo(ClosedTimestamps.REFUSED);
    assertThat(local.closed().holds(begun)).isFalse();
  }
}
