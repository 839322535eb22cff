package dev.troupe.range;

import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.protocol.model.KeySpan;
import dev.troupe.protocol.model.LogPosition;
import dev.troupe.protocol.model.Member;
import dev.troupe.protocol.model.Membership;
import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.model.RangeDescriptor;
import dev.troupe.protocol.model.RangeId;
import dev.troupe.protocol.model.ReplicaId;
import dev.troupe.raft.ProposeResult;
import dev.troupe.raft.RaftCore;
import dev.troupe.raft.RaftStatus;
import dev.troupe.raft.Role;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Brings a group's membership, leader or borders to what was asked for, one step at a time:
 * learner, caught up, voter; or removed; or cut. It keeps nothing that matters: each step looks at
 * what is, so another leader that is asked again goes on where this one stopped. Owned by the
 * leader's replica.
 */
final class MembershipDriver {
  /** Requests waiting at one leader. */
  private static final int JOBS_MAX = 64;

  /** A learner may become a voter when it lacks no more than so many entries. */
  private static final long PROMOTION_LAG_MAX = 1_000;

  /** Others may be asleep, and need a moment to answer, before a removal is refused for them. */
  private static final long DOUBT_NANOS = 3_000_000_000L;

  /** What became of a request. */
  sealed interface Outcome {
    record Reached() implements Outcome {}

    record Elsewhere(@Nullable ReplicaId leader) implements Outcome {}

    record Failed(ErrorCode code, String message) implements Outcome {}
  }

  private record Job(AdminRequest request, long deadlineNanos, Consumer<Outcome> replyTo) {}

  private List<Job> jobs = new ArrayList<>();
  private LogPosition lastSplit = LogPosition.ZERO;
  private long doubtfulSince;
  private LogPosition lastFreeze = LogPosition.ZERO;
  private final MergeDriver merges;

  MembershipDriver(MergeDriver merges) {
    this.merges = merges;
  }

  boolean isIdle() {
    return jobs.isEmpty();
  }

  /** Whether a split that was proposed in a term is still to be applied. */
  boolean splitPending(long term, long appliedIndex) {
    return lastSplit.term() == term && appliedIndex < lastSplit.index();
  }

  void add(AdminRequest request, long deadlineNanos, Consumer<Outcome> replyTo) {
    if (jobs.size() >= JOBS_MAX) {
      replyTo.accept(
          new Outcome.Failed(
              ErrorCode.OVERLOADED, request.range() + " has " + JOBS_MAX + " changes waiting"));
      return;
    }
    overrule(request);
    jobs.add(new Job(request, deadlineNanos, replyTo));
  }

  /**
   * Ends earlier requests for a replica where a later one wants none. Side by side they would undo
   * each other's steps, as fast as messages travel, until one of their deadlines.
   */
  private void overrule(AdminRequest later) {
    NodeId unwanted =
        switch (later) {
          case AdminRequest.RemoveReplica remove -> remove.node();
          case AdminRequest.MoveReplica move -> move.from();
          default -> null;
        };
    if (unwanted == null) {
      return;
    }
    var ended = jobs.stream().filter(job -> unwanted.equals(wanted(job.request()))).toList();
    jobs.removeAll(ended);
    for (Job job : ended) {
      job.replyTo()
          .accept(
              new Outcome.Failed(
                  ErrorCode.PRECONDITION_FAILED,
                  later.range()
                      + " is to have no replica on "
                      + unwanted
                      + ", by a later request"));
    }
  }

  private static @Nullable NodeId wanted(AdminRequest request) {
    return switch (request) {
      case AdminRequest.AddReplica add -> add.node();
      case AdminRequest.MoveReplica move -> move.to();
      default -> null;
    };
  }

  /** This replica ends: whoever asked may find another one. */
  void abandon() {
    var all = jobs;
    jobs = new ArrayList<>();
    all.forEach(job -> job.replyTo().accept(new Outcome.Elsewhere(null)));
  }

  /** Goes on with all requests. To be called at each tick and each applied change. */
  void drive(RaftCore core, MergeStep.@Nullable Shape applied, long now) {
    if (jobs.isEmpty()) {
      return;
    }
    var current = jobs;
    jobs = new ArrayList<>();
    for (Job waiting : current) {
      Job job = waiting;
      boolean leads = core.role() == Role.LEADER && applied != null;
      Outcome outcome = leads ? null : new Outcome.Elsewhere(core.leader());
      if (applied != null
          && outcome == null
          && job.request() instanceof AdminRequest.IfUnchanged condition
          && Conditions.canBeJudged(core)) {
        outcome = Conditions.refuse(condition, earlier(), applied.descriptor());
        job = new Job(condition.wish(), job.deadlineNanos(), job.replyTo());
      }
      if (applied != null && outcome == null) {
        outcome = step(job.request(), core, applied, now);
      }
      if (outcome == null && now - job.deadlineNanos() > 0) {
        outcome =
            new Outcome.Failed(
                ErrorCode.DEADLINE_EXCEEDED,
                job.request()
                    + " was not reached in time; the range is now "
                    + (applied == null ? "unknown" : applied.descriptor()));
      }
      if (outcome == null) {
        jobs.add(job);
      } else {
        job.replyTo().accept(outcome);
      }
    }
  }

  /** What came before, and is still to be reached. */
  private List<AdminRequest> earlier() {
    return jobs.stream().map(Job::request).toList();
  }

  private @Nullable Outcome step(
      AdminRequest request, RaftCore core, MergeStep.Shape shape, long now) {
    RaftStatus status = core.status();
    // Before an entry of the own term is applied, an earlier one may still change everything.
    if (status.membershipPending()
        || splitPending(status.term(), status.applied())
        || (lastFreeze.term() == status.term() && status.applied() < lastFreeze.index())
        || core.leaseReadIndex() > status.applied()) {
      return null;
    }
    RangeDescriptor applied = shape.descriptor();
    boolean settled = shape.applied().merging() == null;
    return switch (request) {
      case AdminRequest.AddReplica add ->
          settled ? stepAdd(add.node(), core, status, applied, now) : null;
      case AdminRequest.RemoveReplica remove ->
          settled ? stepRemove(remove.node(), core, status, now) : null;
      case AdminRequest.MoveReplica move ->
          settled ? stepMove(move, core, status, applied, now) : null;
      // It waits to be judged.
      case AdminRequest.IfUnchanged condition -> null;
      case AdminRequest.TransferLeadership transfer ->
          stepTransfer(transfer.node(), core, status, now);
      case AdminRequest.SplitRange split -> settled ? stepSplit(split, core, applied, now) : null;
      case AdminRequest.MergeRange merge -> merges.step(merge, core, shape, now);
      case AdminRequest.FreezeRange freeze -> stepFreeze(freeze, core, shape, now);
      case AdminRequest.ThawRange thaw -> stepThaw(thaw, core, shape, now);
      case AdminRequest.AwaitFrozen await ->
          throw new IllegalArgumentException("not for leaders alone: " + await);
    };
  }

  private @Nullable Outcome stepFreeze(
      AdminRequest.FreezeRange freeze, RaftCore core, MergeStep.Shape shape, long now) {
    Merging merging = shape.applied().merging();
    if (merging instanceof Merging.Frozen f && f.isBy(freeze.left(), freeze.token())) {
      return new Outcome.Reached();
    }
    if (merging != null || shape.descriptor().generation() != freeze.generation()) {
      return new Outcome.Failed(
          ErrorCode.PRECONDITION_FAILED,
          shape.descriptor().id() + " has changed meanwhile, or is being merged; try again");
    }
    proposeFreezing(
        new MergeCommand.Freeze(freeze.generation(), freeze.left(), freeze.token()), core, now);
    return null;
  }

  private @Nullable Outcome stepThaw(
      AdminRequest.ThawRange thaw, RaftCore core, MergeStep.Shape shape, long now) {
    boolean frozen =
        shape.applied().merging() instanceof Merging.Frozen f && f.isBy(thaw.left(), thaw.token());
    if (!frozen && shape.descriptor().generation() > thaw.generation()) {
      return new Outcome.Reached();
    }
    proposeFreezing(new MergeCommand.Thaw(thaw.generation(), thaw.left(), thaw.token()), core, now);
    return null;
  }

  private void proposeFreezing(MergeCommand step, RaftCore core, long now) {
    if (core.proposeMerge(step.encode(), now) instanceof ProposeResult.Accepted accepted) {
      lastFreeze = accepted.position();
    }
  }

  private @Nullable Outcome stepAdd(
      NodeId node, RaftCore core, RaftStatus status, RangeDescriptor applied, long now) {
    Optional<Member> present = status.membership().onNode(node);
    if (present.isEmpty()) {
      ReplicaId fresh = new ReplicaId(applied.nextReplicaId());
      propose(core, status.membership().with(new Member(fresh, node, Member.Role.LEARNER)), now);
      return null;
    }
    if (present.get().isVoter()) {
      return new Outcome.Reached();
    }
    ReplicaId learner = present.get().replica();
    boolean level =
        status.progress().stream()
            .anyMatch(
                p ->
                    p.replica().equals(learner)
                        && p.recentlyActive()
                        && !p.inSnapshot()
                        && p.matched() + PROMOTION_LAG_MAX >= status.commit()
                        && p.matched() > 0);
    if (level) {
      propose(core, status.membership().with(new Member(learner, node, Member.Role.VOTER)), now);
    }
    return null;
  }

  private @Nullable Outcome stepMove(
      AdminRequest.MoveReplica move,
      RaftCore core,
      RaftStatus status,
      RangeDescriptor applied,
      long now) {
    Outcome added = stepAdd(move.to(), core, status, applied, now);
    return added instanceof Outcome.Reached ? stepRemove(move.from(), core, status, now) : added;
  }

  private @Nullable Outcome stepRemove(NodeId node, RaftCore core, RaftStatus status, long now) {
    Optional<Member> present = status.membership().onNode(node);
    if (present.isEmpty()) {
      return new Outcome.Reached();
    }
    Membership rest = status.membership().without(present.get().replica());
    if (rest.voters().isEmpty()) {
      return new Outcome.Failed(
          ErrorCode.PRECONDITION_FAILED,
          "the replica on " + node + " is the only voter; add another one first");
    }
    if (!isSafe(status, rest)) {
      if (doubtfulSince == 0) {
        doubtfulSince = now;
      }
      return now - doubtfulSince < DOUBT_NANOS
          ? null
          : new Outcome.Failed(
              ErrorCode.PRECONDITION_FAILED,
              "without the replica on "
                  + node
                  + " too few of the others are known to be up: "
                  + rest
                  + " would have no majority");
    }
    doubtfulSince = 0;
    if (present.get().replica().equals(status.leader())) {
      // Whoever leads next carries the removal out: a leader does not remove itself.
      mostLevel(status, rest).ifPresent(target -> core.transferLeadership(target, now));
      return null;
    }
    propose(core, rest, now);
    return null;
  }

  /** Whether a majority of those that remain has answered lately. */
  static boolean isSafe(RaftStatus status, Membership rest) {
    long active =
        rest.voters().stream()
            .map(Member::replica)
            .filter(voter -> voter.equals(status.leader()) || isActive(status, voter))
            .count();
    return active >= rest.quorum();
  }

  private static boolean isActive(RaftStatus status, ReplicaId voter) {
    return status.progress().stream()
        .anyMatch(p -> p.replica().equals(voter) && p.recentlyActive());
  }

  private @Nullable Outcome stepTransfer(NodeId node, RaftCore core, RaftStatus status, long now) {
    Optional<Member> target = status.membership().onNode(node);
    if (target.isEmpty() || !target.get().isVoter()) {
      return new Outcome.Failed(
          ErrorCode.PRECONDITION_FAILED, "there is no voting replica on " + node);
    }
    if (target.get().replica().equals(status.leader())) {
      return new Outcome.Reached();
    }
    core.transferLeadership(target.get().replica(), now);
    return null;
  }

  private @Nullable Outcome stepSplit(
      AdminRequest.SplitRange split, RaftCore core, RangeDescriptor applied, long now) {
    KeySpan span = applied.span();
    if (span.start().equals(split.key()) || span.end().equals(split.key())) {
      return new Outcome.Reached();
    }
    if (applied.id().equals(RangeId.SYSTEM)) {
      return new Outcome.Failed(
          ErrorCode.PRECONDITION_FAILED, "the system range stays in one piece: choose another key");
    }
    if (split.generation() != 0 && split.generation() != applied.generation()) {
      return new Outcome.Failed(
          ErrorCode.PRECONDITION_FAILED,
          "the range is not as it was looked at, in generation "
              + split.generation()
              + ", any more: it is now "
              + applied);
    }
    if (!span.contains(split.key())) {
      return new Outcome.Failed(
          ErrorCode.RANGE_MOVED, "the key is not in " + applied + " any more");
    }
    var command = new SplitCommand(applied.generation(), split.key(), split.right());
    if (core.proposeSplit(command.encode(), now) instanceof ProposeResult.Accepted accepted) {
      lastSplit = accepted.position();
    }
    return null;
  }

  /** The active voter that lacks least. */
  static Optional<ReplicaId> mostLevel(RaftStatus status, Membership among) {
    return status.progress().stream()
        .filter(p -> among.isVoter(p.replica()) && p.recentlyActive())
        .filter(p -> !p.replica().equals(status.leader()))
        .max((a, b) -> Long.compare(a.matched(), b.matched()))
        .map(RaftStatus.Progress::replica);
  }

  /** A refusal is not final: the state is looked at again with the next call. */
  private static void propose(RaftCore core, Membership next, long now) {
    ProposeResult result = core.proposeMembership(next, now);
    if (result instanceof ProposeResult.NotLeader) {
      throw new IllegalStateException("a leader refused a change because it does not lead");
    }
  }
}
