package dev.troupe.range;

import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.protocol.model.LogPosition;
import dev.troupe.protocol.model.Member;
import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.model.RangeDescriptor;
import dev.troupe.protocol.model.Timestamp;
import dev.troupe.raft.ProposeResult;
import dev.troupe.raft.RaftCore;
import dev.troupe.raft.RaftStatus;
import dev.troupe.range.MembershipDriver.Outcome;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Merges a range with its right-hand neighbour, as the leader of the left-hand one, a step at a
 * time:
 *
 * <ol>
 *   <li>BEGIN in the own log: borders and members stay as they are from now on.
 *   <li>The neighbour's leader puts FREEZE into its log. From here on its keys are served by
 *       nobody.
 *   <li>When every member's replica has applied that, TAKE_OVER in the own log ends it.
 * </ol>
 *
 * <p>If that does not work out in time, or another leader finds it begun, CANCEL in the own log
 * makes TAKE_OVER impossible. Only then the neighbour is asked to serve again (THAW), and only when
 * it does so END lets the own range go on. What has to be known for that is in the two ranges'
 * states; what is lost here with the leader is nothing but whom it has asked.
 *
 * <p>Owned by the left-hand range's replica.
 */
final class MergeDriver {
  /** So long the neighbour's keys may be served by nobody before the merge is called off. */
  static final long PATIENCE_NANOS = 3_000_000_000L;

  /** So long it is waited for members that do not keep up, before anything is begun. */
  private static final long LEVEL_NANOS = 2_000_000_000L;

  private static final long ASK_NANOS = 1_000_000_000L;
  private static final long ASK_AGAIN_NANOS = 40_000_000L;

  /** A member that lacks more entries would hold the neighbour frozen for long. */
  private static final long LAG_MAX = 1_000;

  /** Sends a step to a node's replica of the neighbour; answered by {@link #answered}. */
  @FunctionalInterface
  interface Asking {
    void ask(NodeId node, AdminRequest.OfMerge step, long patienceNanos);
  }

  /** What this leader has begun. */
  private static final class Run {
    final AdminRequest.MergeRange request;
    final long token;
    final long deadline;
    final Set<NodeId> frozen = new TreeSet<>((a, b) -> Integer.compare(a.value(), b.value()));
    @Nullable LogPosition takeOver;
    @Nullable String refusal;

    Run(AdminRequest.MergeRange request, long token, long deadline) {
      this.request = request;
      this.token = token;
      this.deadline = deadline;
    }
  }

  private record Ended(AdminRequest.MergeRange request, String why) {}

  private record Question(NodeId node, Class<?> step) {}

  private final ReplicaDirectory directory;
  private final Asking asking;
  private final Map<Question, Long> askAgainAt = new HashMap<>();
  private LogPosition lastStep = LogPosition.ZERO;
  private @Nullable Run run;
  private @Nullable Ended ended;
  private @Nullable NodeId rightLeader;
  private int turn;
  private long thawed;
  private long unlevelSince;

  MergeDriver(ReplicaDirectory directory, Asking asking) {
    this.directory = directory;
    this.asking = asking;
  }

  private boolean isPending(RaftStatus status) {
    return lastStep.term() == status.term() && status.applied() < lastStep.index();
  }

  // --- what was asked for ----------------------------------------------------------------------

  /** Goes on with a request; null when it is to be looked at again. */
  @Nullable Outcome step(
      AdminRequest.MergeRange request, RaftCore core, MergeStep.Shape shape, long now) {
    RangeDescriptor left = shape.descriptor();
    if (left.span().contains(request.border()) && !left.span().start().equals(request.border())) {
      return new Outcome.Reached();
    }
    if (!left.span().end().equals(request.border())) {
      return new Outcome.Failed(
          ErrorCode.RANGE_MOVED, left + " does not end where " + request.right() + " began");
    }
    RaftStatus status = core.status();
    if (shape.applied().merging() != null || isPending(status)) {
      return null;
    }
    Ended before = ended;
    if (before != null && before.request() == request) {
      ended = null;
      return refused(before.why());
    }
    LocalReplica replica = directory.find(request.right());
    RangeDescriptor right = replica == null ? null : replica.view().descriptor();
    if (replica == null || right == null) {
      return refused(lacks(request));
    }
    String obstacle = obstacle(shape, replica, right, request);
    if (obstacle != null) {
      return refused(obstacle);
    }
    String behind = behind(core, status, now);
    if (behind != null) {
      return now - unlevelSince < LEVEL_NANOS ? null : refused(behind);
    }
    var begin = new MergeCommand.Begin(left.generation(), request.right(), right.generation());
    if (propose(begin, core, now)) {
      run = new Run(request, left.generation() + 1, now + PATIENCE_NANOS);
      askAgainAt.clear();
      rightLeader = null;
    }
    return null;
  }

  private static Outcome refused(String why) {
    return new Outcome.Failed(ErrorCode.PRECONDITION_FAILED, why);
  }

  private static String lacks(AdminRequest.MergeRange request) {
    return "the node that leads "
        + request.range()
        + " has no replica of "
        + request.right()
        + ": move replicas until both ranges have voters on the same nodes";
  }

  /** Why the two ranges cannot be merged; null when they can. */
  private static @Nullable String obstacle(
      MergeStep.Shape shape,
      LocalReplica replica,
      RangeDescriptor right,
      AdminRequest.MergeRange request) {
    RangeDescriptor left = shape.descriptor();
    if (!right.span().start().equals(request.border())) {
      return right.id() + " does not begin at the border; the merge can be tried again";
    }
    if (!MergeStep.areAlike(left.members(), right.members())) {
      return difference(left, right);
    }
    Timestamp horizon = shape.applied().horizon().max(replica.view().horizon());
    return horizon.compareTo(request.keep()) > 0
        ? "versions from "
            + request.keep()
            + " on are protected in one of the ranges, and the other one keeps them from "
            + horizon
            + " on: merge them when the protection has ended"
        : null;
  }

  private static String difference(RangeDescriptor left, RangeDescriptor right) {
    var parts = new ArrayList<String>();
    only(left, right, parts);
    only(right, left, parts);
    for (RangeDescriptor range : List.of(left, right)) {
      for (Member member : range.members().members()) {
        if (!member.isVoter()) {
          parts.add("the replica of " + range.id() + " on " + member.node() + " does not vote yet");
        }
      }
    }
    return left.id()
        + " and "
        + right.id()
        + " do not have their replicas on the same nodes: "
        + String.join(", ", parts)
        + "; move them with 'troupe range move' first";
  }

  private static void only(RangeDescriptor one, RangeDescriptor other, List<String> parts) {
    for (Member member : one.members().members()) {
      if (other.members().onNode(member.node()).isEmpty()) {
        parts.add("only " + one.id() + " has one on " + member.node());
      }
    }
  }

  /** Which member does not keep up; null when all do. Wakes the group to find out. */
  private @Nullable String behind(RaftCore core, RaftStatus status, long now) {
    for (RaftStatus.Progress peer : status.progress()) {
      boolean level =
          peer.recentlyActive()
              && !peer.inSnapshot()
              && peer.matched() + LAG_MAX >= status.commit();
      if (!peer.replica().equals(status.leader()) && !level) {
        if (unlevelSince == 0 || now - unlevelSince > 2 * LEVEL_NANOS) {
          unlevelSince = now;
        }
        core.wake(now);
        return "the replica on "
            + status.membership().find(peer.replica()).map(Member::node).orElse(null)
            + " does not keep up: all have to, while ranges are merged";
      }
    }
    unlevelSince = 0;
    return null;
  }

  // --- what is under way -----------------------------------------------------------------------

  /** Goes on with the merge that the range takes part in as the left-hand one. */
  void drive(RaftCore core, MergeStep.Shape shape, long now) {
    RaftStatus status = core.status();
    if (!(shape.applied().merging() instanceof Merging.Taking taking)
        || core.leaseReadIndex() > status.applied()
        || isPending(status)) {
      return;
    }
    if (taking.cancelled()) {
      thaw(taking, core, shape, now);
      return;
    }
    Run mine = run;
    if (mine == null || mine.token != taking.token()) {
      propose(new MergeCommand.Cancel(taking.token()), core, now);
      return;
    }
    String failure = failure(mine, shape.descriptor(), now);
    if (failure != null) {
      if (propose(new MergeCommand.Cancel(taking.token()), core, now)) {
        ended = new Ended(mine.request, failure);
      }
      return;
    }
    freeze(mine, taking, core, shape, now);
  }

  private static @Nullable String failure(Run mine, RangeDescriptor left, long now) {
    if (mine.refusal != null) {
      return mine.refusal;
    }
    if (mine.takeOver != null) {
      // It has been applied, and the range is not larger.
      return "members, or what is protected from being collected, changed meanwhile; try again";
    }
    if (now - mine.deadline < 0) {
      return null;
    }
    Set<NodeId> missing = MergeStep.nodes(left.members());
    missing.removeAll(mine.frozen);
    return mine.request.right() + " was not frozen in time: no word of its replicas on " + missing;
  }

  private void freeze(
      Run mine, Merging.Taking taking, RaftCore core, MergeStep.Shape shape, long now) {
    Set<NodeId> nodes = MergeStep.nodes(shape.descriptor().members());
    if (mine.frozen.isEmpty()) {
      askLeader(
          new AdminRequest.FreezeRange(
              taking.right(), taking.rightGeneration(), shape.descriptor().id(), taking.token()),
          List.copyOf(nodes),
          now);
    }
    var await =
        new AdminRequest.AwaitFrozen(taking.right(), shape.descriptor().id(), taking.token());
    for (NodeId node : nodes) {
      if (!mine.frozen.contains(node)) {
        ask(node, await, now);
      }
    }
    if (mine.frozen.containsAll(nodes)) {
      takeOver(mine, taking, core, now);
    }
  }

  private void takeOver(Run mine, Merging.Taking taking, RaftCore core, long now) {
    LocalReplica replica = directory.find(taking.right());
    MergeStep.Shape right = replica == null ? null : replica.frozen();
    if (right == null || !(right.applied().merging() instanceof Merging.Frozen frozen)) {
      return;
    }
    var command =
        new MergeCommand.TakeOver(
            taking.token(),
            right.descriptor(),
            frozen.at(),
            right.applied().clock(),
            right.applied().horizon(),
            right.applied().basis(),
            mine.request.seen(),
            mine.request.keep());
    if (propose(command, core, now)) {
      mine.takeOver = lastStep;
    }
  }

  private void thaw(Merging.Taking taking, RaftCore core, MergeStep.Shape shape, long now) {
    if (thawed == taking.token()) {
      propose(new MergeCommand.End(taking.token()), core, now);
      return;
    }
    askLeader(
        new AdminRequest.ThawRange(
            taking.right(), taking.rightGeneration(), shape.descriptor().id(), taking.token()),
        List.copyOf(MergeStep.nodes(shape.descriptor().members())),
        now);
  }

  private boolean propose(MergeCommand step, RaftCore core, long now) {
    if (core.proposeMerge(step.encode(), now) instanceof ProposeResult.Accepted accepted) {
      lastStep = accepted.position();
      return true;
    }
    return false;
  }

  // --- the neighbour ---------------------------------------------------------------------------

  /** Asks who is believed to lead the neighbour, or one after the other. */
  private void askLeader(AdminRequest.OfMerge step, List<NodeId> nodes, long now) {
    NodeId leader = rightLeader;
    if (leader == null) {
      leader = nodes.get(turn % nodes.size());
    }
    ask(leader, step, now);
  }

  private void ask(NodeId node, AdminRequest.OfMerge step, long now) {
    var question = new Question(node, step.getClass());
    Long at = askAgainAt.get(question);
    if (at == null || now - at >= 0) {
      askAgainAt.put(question, now + ASK_NANOS);
      asking.ask(node, step, ASK_NANOS);
    }
  }

  /** A node's replica of the neighbour has answered, or will not. */
  void answered(RangeReplica.MergeAnswered m, long now) {
    AdminRequest.OfMerge step = m.step();
    askAgainAt.put(new Question(m.node(), step.getClass()), now + ASK_AGAIN_NANOS);
    Run mine = run != null && run.token == step.token() ? run : null;
    switch (step) {
      case AdminRequest.AwaitFrozen await -> {
        if (mine != null && m.outcome() instanceof RangeReplica.AdminOutcome.Reached) {
          mine.frozen.add(m.node());
        }
      }
      case AdminRequest.FreezeRange freeze -> {
        if (mine != null
            && m.outcome() instanceof RangeReplica.AdminOutcome.Failed failed
            && failed.code() == ErrorCode.PRECONDITION_FAILED) {
          mine.refusal = failed.message();
        }
        heardOfLeader(m.outcome());
      }
      case AdminRequest.ThawRange thaw -> {
        if (m.outcome() instanceof RangeReplica.AdminOutcome.Reached) {
          thawed = step.token();
        }
        heardOfLeader(m.outcome());
      }
    }
  }

  private void heardOfLeader(RangeReplica.AdminOutcome outcome) {
    switch (outcome) {
      case RangeReplica.AdminOutcome.Reached reached -> {}
      case RangeReplica.AdminOutcome.Elsewhere other -> {
        rightLeader = other.leader();
        turn++;
      }
      case RangeReplica.AdminOutcome.Failed failed -> {
        rightLeader = null;
        turn++;
      }
    }
  }
}
