package dev.troupe.range;

import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.protocol.model.Member;
import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.model.RangeDescriptor;
import dev.troupe.raft.RaftCore;
import dev.troupe.raft.RaftStatus;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Whether a leader may do what somebody asks who has seen the range some time ago. Two who plan at
 * once, or one that repeats itself, ask for things that do not fit together: the first is carried
 * out, and the others are refused.
 */
final class Conditions {
  /** A learner and then a voter: so much older is a range to which a replica was added. */
  private static final int ADDING = 2;

  private Conditions() {}

  /**
   * Before an entry of its own term is applied, a leader does not know how its range is; and what
   * is on its way changes it.
   */
  static boolean canBeJudged(RaftCore core) {
    RaftStatus status = core.status();
    return core.leaseReadIndex() <= status.applied() && !status.membershipPending();
  }

  /**
   * Why it must not be done, or null.
   *
   * @param earlier what else is being done to the range; the same order may come again meanwhile
   */
  static MembershipDriver.Outcome.@Nullable Failed refuse(
      AdminRequest.IfUnchanged condition, List<AdminRequest> earlier, RangeDescriptor applied) {
    if (!earlier.stream().allMatch(condition.wish()::equals)) {
      return refusal(condition.range() + " is being changed by somebody else");
    }
    return isAsSeen(condition, applied)
        ? null
        : refusal(
            condition.range()
                + " has changed since generation "
                + condition.generation()
                + ": it is now "
                + applied);
  }

  private static MembershipDriver.Outcome.Failed refusal(String reason) {
    return new MembershipDriver.Outcome.Failed(ErrorCode.PRECONDITION_FAILED, reason);
  }

  /** What an earlier leader has begun of the same request is no change by somebody else. */
  private static boolean isAsSeen(AdminRequest.IfUnchanged condition, RangeDescriptor applied) {
    long since = applied.generation() - condition.generation();
    return switch (condition.wish()) {
      case AdminRequest.AddReplica add -> since == 0 || wasAdded(applied, add.node(), since);
      case AdminRequest.MoveReplica move ->
          since == 0
              || wasAdded(applied, move.to(), since)
              || (since == ADDING + 1
                  && applied.members().onNode(move.from()).isEmpty()
                  && applied.members().onNode(move.to()).filter(Member::isVoter).isPresent());
      case AdminRequest.RemoveReplica remove ->
          since == 0 || (since == 1 && applied.members().onNode(remove.node()).isEmpty());
      default -> since == 0;
    };
  }

  private static boolean wasAdded(RangeDescriptor applied, NodeId node, long since) {
    return since > 0 && since <= ADDING && applied.members().onNode(node).isPresent();
  }
}
