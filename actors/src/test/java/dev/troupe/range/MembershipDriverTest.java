package dev.troupe.range;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.KeySpan;
import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.model.RangeDescriptor;
import dev.troupe.protocol.model.RangeId;
import dev.troupe.raft.RaftCore;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MembershipDriverTest {
  private static final long NOW = 10_000_000_000L;
  private static final RangeId RANGE = new RangeId(7);
  private static final RangeId RIGHT = new RangeId(100);
  private static final RangeDescriptor WHOLE = range(RANGE, "a", "n", 3);

  private final LoneLeader leader = new LoneLeader();
  private final RaftCore core = leader.core;
  private final MembershipDriver driver = new MembershipDriver(LoneLeader.noMerges());
  private final List<MembershipDriver.Outcome> outcomes = new ArrayList<>();

  private static RangeDescriptor range(RangeId id, String start, String end, long generation) {
    return new RangeDescriptor(
        id, new KeySpan(Key.of(start), Key.of(end)), generation, LoneLeader.ALONE, 2);
  }

  @BeforeEach
  void lead() {
    leader.lead(NOW);
    leader.apply(NOW);
  }

  private void ask(AdminRequest request, RangeDescriptor current) {
    driver.add(request, NOW + 1, outcomes::add);
    drive(current);
    leader.settle(NOW);
  }

  private void drive(RangeDescriptor current) {
    driver.drive(core, new MergeStep.Shape(current, AppliedState.INITIAL), NOW);
  }

  private boolean splitPending() {
    return driver.splitPending(core.term(), core.status().applied());
  }

  @Test
  void shouldSplitOnceAndLetNobodyChangeMembersMeanwhile() {
    assertThat(splitPending()).isFalse();
    ask(new AdminRequest.SplitRange(RANGE, Key.of("h"), RIGHT), WHOLE);

    // Committed and not applied: another replica may be ahead of this one.
    assertThat(splitPending()).isTrue();
    long last = core.status().last().index();
    ask(new AdminRequest.AddReplica(RANGE, new NodeId(2)), WHOLE);
    drive(WHOLE);
    assertThat(core.status().last().index()).isEqualTo(last);
    assertThat(outcomes).isEmpty();

    leader.apply(NOW);
    assertThat(splitPending()).isFalse();
    drive(range(RANGE, "a", "h", 4));
    assertThat(outcomes).containsExactly(new MembershipDriver.Outcome.Reached());
    assertThat(core.membership().onNode(new NodeId(2))).isPresent();
  }

  /** Numbers of replicas are counted in what is applied: a former one must not come again. */
  @Test
  void shouldChangeMembersOnlyWhenTheChangeBeforeIsApplied() {
    NodeId node = new NodeId(2);
    ask(new AdminRequest.AddReplica(RANGE, node), WHOLE);
    ask(new AdminRequest.RemoveReplica(RANGE, node), WHOLE);
    drive(WHOLE);
    leader.settle(NOW);
    assertThat(core.membership().onNode(node)).isPresent();
    long last = core.status().last().index();
    assertThat(core.status().commit()).isEqualTo(last);

    leader.apply(NOW);
    drive(WHOLE);
    leader.settle(NOW);
    assertThat(core.membership().onNode(node)).isEmpty();
    drive(WHOLE);
    leader.settle(NOW);
    assertThat(core.status().last().index()).isEqualTo(last + 1);
  }

  @Test
  void shouldEndAnEarlierRequestWhereALaterOneWantsNoReplica() {
    NodeId node = new NodeId(2);
    ask(new AdminRequest.AddReplica(RANGE, new NodeId(3)), WHOLE);
    ask(new AdminRequest.AddReplica(RANGE, node), WHOLE);
    ask(new AdminRequest.RemoveReplica(RANGE, node), WHOLE);
    assertThat(outcomes)
        .extracting(outcome -> ((MembershipDriver.Outcome.Failed) outcome).code())
        .containsExactly(ErrorCode.PRECONDITION_FAILED);

    leader.apply(NOW);
    drive(WHOLE);
    assertThat(outcomes).hasSize(2);
    assertThat(outcomes.getLast()).isEqualTo(new MembershipDriver.Outcome.Reached());
    ask(new AdminRequest.AddReplica(RANGE, node), WHOLE);
    assertThat(outcomes).as("in the order in which they were asked").hasSize(2);
  }

  @Test
  void shouldCallABorderReached() {
    ask(new AdminRequest.SplitRange(RANGE, Key.of("a"), RIGHT), WHOLE);
    ask(new AdminRequest.SplitRange(RANGE, Key.of("n"), RIGHT), WHOLE);

    assertThat(outcomes).hasSize(2).allMatch(o -> o instanceof MembershipDriver.Outcome.Reached);
    assertThat(splitPending()).isFalse();
  }

  @Test
  void shouldNotCutARangeThatIsNotAsItWasLookedAt() {
    ask(new AdminRequest.SplitRange(RANGE, Key.of("h"), RIGHT, WHOLE.generation() + 1), WHOLE);
    assertThat(outcomes)
        .extracting(outcome -> ((MembershipDriver.Outcome.Failed) outcome).code())
        .containsExactly(ErrorCode.PRECONDITION_FAILED);
    assertThat(splitPending()).isFalse();

    ask(new AdminRequest.SplitRange(RANGE, Key.of("h"), RIGHT, WHOLE.generation()), WHOLE);
    assertThat(splitPending()).isTrue();
    leader.apply(NOW);
    drive(range(RANGE, "a", "h", WHOLE.generation() + 1));
    assertThat(outcomes.getLast()).isEqualTo(new MembershipDriver.Outcome.Reached());
  }

  @Test
  void shouldRefuseAKeyThatHasLeftAndTheSystemRange() {
    ask(new AdminRequest.SplitRange(RANGE, Key.of("z"), RIGHT), WHOLE);
    ask(
        new AdminRequest.SplitRange(RangeId.SYSTEM, Key.of("h"), RIGHT),
        range(RangeId.SYSTEM, "a", "n", 3));

    assertThat(outcomes)
        .extracting(outcome -> ((MembershipDriver.Outcome.Failed) outcome).code())
        .containsExactly(ErrorCode.RANGE_MOVED, ErrorCode.PRECONDITION_FAILED);
    assertThat(splitPending()).isFalse();
  }
}
