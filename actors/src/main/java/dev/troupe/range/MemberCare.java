package dev.troupe.range;

import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.protocol.model.Member;
import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.model.RangeDescriptor;
import dev.troupe.protocol.model.ReplicaId;
import dev.troupe.protocol.model.ReplicaKey;
import dev.troupe.raft.RaftCore;
import dev.troupe.raft.Role;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A leader's care for its group: replicas that are missing, leadership on a node that drains or far
 * from those who ask, and what operators want. Owned by the replica.
 */
final class MemberCare {
  private static final Logger log = LoggerFactory.getLogger(MemberCare.class);

  /** How often a leader looks at its members. */
  private static final long PERIOD_NANOS = 500_000_000L;

  /** How long an automatic change may take before it is looked at anew. */
  private static final long CHANGE_NANOS = 120_000_000_000L;

  /** Neighbours that can wait for a freeze: there is one, and it may ask repeatedly. */
  private static final int AWAITING_MAX = 64;

  private static final long NEVER = -1;

  /** How long a leader tries to go where its requests come from. */
  private static final long FOLLOW_NANOS = 5_000_000_000L;

  private final ReplicaKey key;
  private final RaftCore core;
  private final Placement placement;
  private final ReplicaSettings settings;
  private final MergeDriver merges;
  private final MembershipDriver driver;
  private List<RangeReplica.Administer> awaitingFreeze = new ArrayList<>();
  private final LocalReplica local;
  private final LoadWatch load;
  private final FollowerLag lag = new FollowerLag();
  private final Absentees absentees;
  private long lookedAt;
  // The term and the generation in which a whole look as leader found nothing to change.
  private long contentTerm = NEVER;
  private long contentGeneration = NEVER;

  MemberCare(
      LocalReplica local,
      RaftCore core,
      Placement placement,
      ReplicaSettings settings,
      MergeDriver merges,
      long now) {
    this.key = local.key();
    this.local = local;
    this.core = core;
    this.placement = placement;
    this.settings = settings;
    this.merges = merges;
    this.driver = new MembershipDriver(merges);
    this.absentees = new Absentees(key);
    this.load = new LoadWatch(settings.followLoadAfter().toNanos());
    this.lookedAt = now;
  }

  static MemberCare of(LocalReplica local, RaftCore core, ReplicaServices services, long now) {
    ActorRef<RangeReplica.Command> self = local.actor();
    var merges =
        new MergeDriver(
            services.directory(),
            (node, step, patience) ->
                services
                    .outbox()
                    .administer(
                        node,
                        step,
                        patience,
                        outcome -> self.tell(new RangeReplica.MergeAnswered(step, node, outcome))));
    return new MemberCare(local, core, services.placement(), services.settings(), merges, now);
  }

  void tick(MergeStep.@Nullable Shape applied, long now) {
    if (now - lookedAt >= PERIOD_NANOS) {
      lookedAt = now;
      contentTerm = NEVER;
      if (core.role() == Role.LEADER && applied != null) {
        look(applied.descriptor(), now);
      } else {
        absentees.forget();
      }
    }
    drive(applied, now);
    boolean busy =
        !driver.isIdle()
            || (applied != null && applied.applied().merging() != null)
            || isLeaving(applied);
    if (core.quiesced() && core.role() == Role.LEADER && busy) {
      // Asleep, it would never hear that a learner is level, or that anybody is up to lead instead.
      core.wake(now);
    }
  }

  /**
   * Whether time changes nothing here, unless other nodes come or this one is to be drained. Of a
   * leader that has to be known: until it has looked at its range as it is now, undisturbed by a
   * change under way, it may still find that a replica is missing.
   */
  boolean isAtRest(MergeStep.@Nullable Shape applied) {
    return driver.isIdle()
        && awaitingFreeze.isEmpty()
        && absentees.isAtRest()
        && (core.role() != Role.LEADER || isContentWith(applied));
  }

  private boolean isContentWith(MergeStep.@Nullable Shape applied) {
    return applied != null
        && contentTerm == core.term()
        && contentGeneration == applied.descriptor().generation();
  }

  /** Whether this node is to lead nothing, and somebody else could lead. */
  private boolean isLeaving(MergeStep.@Nullable Shape applied) {
    return placement.draining()
        && applied != null
        && applied.descriptor().members().voters().size() > 1;
  }

  /** Goes on with what was asked. To be called whenever something has changed, too. */
  void drive(MergeStep.@Nullable Shape applied, long now) {
    driver.drive(core, applied, now);
    if (core.role() == Role.LEADER && applied != null) {
      merges.drive(core, applied, now);
    }
    if (!awaitingFreeze.isEmpty()) {
      var all = awaitingFreeze;
      awaitingFreeze = new ArrayList<>();
      all.forEach(wish -> await(wish, now));
    }
  }

  /** A step of a merge that this leader has asked for. */
  void answered(RangeReplica.MergeAnswered m, MergeStep.@Nullable Shape applied, long now) {
    merges.answered(m, now);
    drive(applied, now);
  }

  /** Any replica can tell whether it is frozen, and has to, to be part of the merge. */
  private void await(RangeReplica.Administer wish, long now) {
    MergeStep.Shape frozen = local.frozen();
    if (frozen != null
        && wish.request() instanceof AdminRequest.AwaitFrozen await
        && frozen.applied().merging() instanceof Merging.Frozen f
        && f.isBy(await.left(), await.token())
        && frozen.descriptor().members().find(key.replica()).isPresent()) {
      wish.replyTo().accept(new RangeReplica.AdminOutcome.Reached());
    } else if (now - wish.deadlineNanos() > 0 || awaitingFreeze.size() >= AWAITING_MAX) {
      wish.replyTo()
          .accept(
              new RangeReplica.AdminOutcome.Failed(
                  ErrorCode.DEADLINE_EXCEEDED, key + " was not frozen in time"));
    } else {
      awaitingFreeze.add(wish);
    }
  }

  /** This replica ends. */
  void abandon() {
    driver.abandon();
    awaitingFreeze.forEach(
        wish -> wish.replyTo().accept(new RangeReplica.AdminOutcome.Elsewhere(null)));
    awaitingFreeze = new ArrayList<>();
  }

  /**
   * Whether a split is on its way here. From its proposal on, reads must not be answered under the
   * lease: another node may apply it first, and elect a leader of the right-hand range that takes
   * writes, while this one still believes that it owns the keys.
   */
  boolean splitting(long appliedIndex) {
    return driver.splitPending(core.term(), appliedIndex);
  }

  void ask(RangeReplica.Administer wish, MergeStep.@Nullable Shape applied, long now) {
    if (wish.request() instanceof AdminRequest.AwaitFrozen) {
      await(wish, now);
      return;
    }
    if (core.role() != Role.LEADER) {
      // Asleep, it would not notice that there is no leader any more who could be asked instead.
      core.wake(now);
    }
    driver.add(
        wish.request(),
        wish.deadlineNanos(),
        outcome ->
            wish.replyTo()
                .accept(
                    switch (outcome) {
                      case MembershipDriver.Outcome.Reached reached ->
                          new RangeReplica.AdminOutcome.Reached();
                      case MembershipDriver.Outcome.Elsewhere elsewhere ->
                          new RangeReplica.AdminOutcome.Elsewhere(leader());
                      case MembershipDriver.Outcome.Failed failed ->
                          new RangeReplica.AdminOutcome.Failed(failed.code(), failed.message());
                    }));
    drive(applied, now);
  }

  /** Where the leader lives, as far as this replica knows. */
  private @Nullable NodeId leader() {
    ReplicaId leader = core.leader();
    return leader == null ? null : core.membership().find(leader).map(Member::node).orElse(null);
  }

  private void look(RangeDescriptor applied, long now) {
    local.followersBehindSince(lag.look(core.status(), now));
    absentees.look(core, placement, now);
    if (placement.draining()) {
      MembershipDriver.mostLevel(core.status(), core.membership())
          .ifPresent(target -> core.transferLeadership(target, now));
    } else if (driver.isIdle()) {
      List<NodeId> candidates = placement.candidates();
      NodeId nearer = nearer(now);
      if (nearer != null && candidates.contains(nearer) && hasVoter(applied, nearer)) {
        follow(nearer, now);
      } else {
        Optional<NodeId> missing = missingReplica(applied, candidates);
        missing.ifPresent(node -> replicate(node, now));
        if (missing.isEmpty()) {
          contentTerm = core.term();
          contentGeneration = applied.generation();
        }
      }
    }
  }

  /** Where most requests come from, when that is clear and another node. */
  private @Nullable NodeId nearer(long now) {
    if (!load.isDue(core.term(), now)) {
      return null;
    }
    long requests = local.reads().sum() + local.writes().sum();
    return load.look(core.term(), requests, local.origins().counts(), now);
  }

  private static boolean hasVoter(RangeDescriptor applied, NodeId node) {
    return applied.members().onNode(node).filter(Member::isVoter).isPresent();
  }

  private void follow(NodeId node, long now) {
    log.info("{} will be led by {}, where most of its requests come from", key.range(), node);
    driver.add(
        new AdminRequest.TransferLeadership(key.range(), node),
        now + FOLLOW_NANOS,
        outcome -> {
          if (outcome instanceof MembershipDriver.Outcome.Failed failed) {
            log.info("{} is still led here: {}", key.range(), failed.message());
          }
        });
  }

  private void replicate(NodeId node, long now) {
    driver.add(
        new AdminRequest.AddReplica(key.range(), node),
        now + CHANGE_NANOS,
        outcome -> {
          if (outcome instanceof MembershipDriver.Outcome.Failed failed) {
            log.warn("{} was not replicated to {}: {}", key, node, failed.message());
          }
        });
  }

  /** A node that should get a replica, or whose learner should become a voter. */
  private Optional<NodeId> missingReplica(RangeDescriptor applied, List<NodeId> candidates) {
    if (applied.members().voters().size() >= settings.replicationFactor()) {
      return Optional.empty();
    }
    for (Member member : applied.members().members()) {
      if (!member.isVoter() && candidates.contains(member.node())) {
        return Optional.of(member.node());
      }
    }
    return candidates.stream().filter(n -> applied.members().onNode(n).isEmpty()).findFirst();
  }
}
