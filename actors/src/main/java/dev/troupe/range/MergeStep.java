package dev.troupe.range;

import dev.troupe.protocol.error.Invariant;
import dev.troupe.protocol.model.KeySpan;
import dev.troupe.protocol.model.LogPosition;
import dev.troupe.protocol.model.Member;
import dev.troupe.protocol.model.Membership;
import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.model.RangeDescriptor;
import java.util.Comparator;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a step of a merge makes of a range. Deterministic: it looks at nothing but the replicated
 * state.
 */
final class MergeStep {
  private MergeStep() {}

  /** A range as some entry leaves it. */
  record Shape(RangeDescriptor descriptor, AppliedState applied) {
    private Shape with(@Nullable Merging now) {
      return new Shape(descriptor, applied.with(now));
    }

    private Shape newer(@Nullable Merging now) {
      RangeDescriptor d = descriptor;
      return new Shape(
          new RangeDescriptor(d.id(), d.span(), d.generation() + 1, d.members(), d.nextReplicaId()),
          applied.with(now));
    }
  }

  /** The range after a step; the same object when the step does nothing. */
  static Shape apply(Shape before, MergeCommand step, LogPosition at) {
    Merging merging = before.applied().merging();
    long generation = before.descriptor().generation();
    return switch (step) {
      case MergeCommand.Begin c ->
          merging == null && generation == c.generation()
              ? before.newer(
                  new Merging.Taking(c.right(), c.rightGeneration(), generation + 1, false))
              : before;
      case MergeCommand.Freeze c ->
          merging == null && generation == c.generation()
              ? before.newer(new Merging.Frozen(c.left(), c.token(), at))
              : before;
      case MergeCommand.TakeOver c -> takesOver(before, c) ? merged(before, c) : before;
      case MergeCommand.Cancel c ->
          merging instanceof Merging.Taking t && t.token() == c.token() && !t.cancelled()
              ? before.with(t.cancel())
              : before;
      case MergeCommand.Thaw c -> {
        boolean frozen = merging instanceof Merging.Frozen f && f.isBy(c.left(), c.token());
        // A freeze may be on its way: it must not find the generation that it knows.
        boolean neverFrozen = merging == null && generation == c.generation();
        yield frozen || neverFrozen ? before.newer(null) : before;
      }
      case MergeCommand.End c ->
          merging instanceof Merging.Taking t && t.token() == c.token() && t.cancelled()
              ? before.with(null)
              : before;
    };
  }

  /** Whether a TAKE_OVER does what it says, or nothing. */
  static boolean takesOver(Shape before, MergeCommand.TakeOver step) {
    AppliedState applied = before.applied();
    return applied.merging() instanceof Merging.Taking taking
        && taking.token() == step.token()
        && !taking.cancelled()
        && areAlike(before.descriptor().members(), step.right().members())
        && applied.basis().compareTo(step.seen()) <= 0
        && step.basis().compareTo(step.seen()) <= 0
        && applied.horizon().max(step.horizon()).compareTo(step.keep()) <= 0;
  }

  private static Shape merged(Shape before, MergeCommand.TakeOver step) {
    RangeDescriptor left = before.descriptor();
    RangeDescriptor right = step.right();
    Invariant.check(
        left.span().end().equals(right.span().start()), "%s takes over %s", left, right);
    AppliedState applied = before.applied();
    return new Shape(
        new RangeDescriptor(
            left.id(),
            new KeySpan(left.span().start(), right.span().end()),
            Math.max(left.generation(), right.generation()) + 1,
            left.members(),
            left.nextReplicaId()),
        new AppliedState(
            applied.position(),
            applied.clock().max(step.clock()),
            applied.horizon().max(step.horizon()),
            applied.basis().max(step.basis()),
            null));
  }

  /** Whether two ranges have voters on the same nodes, and nothing else anywhere. */
  static boolean areAlike(Membership one, Membership other) {
    return one.members().stream().allMatch(Member::isVoter)
        && other.members().stream().allMatch(Member::isVoter)
        && nodes(one).equals(nodes(other));
  }

  static Set<NodeId> nodes(Membership members) {
    return members.members().stream()
        .map(Member::node)
        .collect(
            Collectors.toCollection(() -> new TreeSet<>(Comparator.comparingInt(NodeId::value))));
  }
}
