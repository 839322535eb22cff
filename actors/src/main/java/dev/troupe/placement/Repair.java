package dev.troupe.placement;

import dev.troupe.placement.Move.Reason;
import dev.troupe.protocol.model.Member;
import dev.troupe.protocol.model.NodeId;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is wrong with a range, and the next move that mends it. Nothing is planned for a range
 * without a majority or a leader, and nothing that would leave it without a majority.
 */
final class Repair {
  private final PlacementView view;
  private final Tally tally;
  private final Places places;

  Repair(PlacementView view, Tally tally, Places places) {
    this.view = view;
    this.tally = tally;
    this.places = places;
  }

  /** What is wrong first of all; null when all is well or nothing can be done about it. */
  @Nullable Reason wrong(PlacementRange range) {
    if (range.leader() == null || !view.hasQuorum(range)) {
      return null;
    }
    int voters = range.voters().size();
    int wanted = range.zone().replicas();
    if (range.descriptor().members().members().size() > voters) {
      return Reason.INTERRUPTED;
    }
    if (voters > wanted) {
      return Reason.OVER_REPLICATED;
    }
    Member worst = worst(range);
    Reason reason = worst == null ? null : reasonToLeave(range, worst);
    return voters < wanted && reason != Reason.DEAD_NODE ? Reason.UNDER_REPLICATED : reason;
  }

  /** The next move that mends it, or null when there is no place for it now. */
  @Nullable Move mend(PlacementRange range, Reason wrong) {
    return switch (wrong) {
      case INTERRUPTED -> endInterrupted(range);
      case OVER_REPLICATED -> removeOne(range);
      case UNDER_REPLICATED -> addOne(range, wrong);
      case DEAD_NODE, DECOMMISSIONING, CONSTRAINT -> replace(range, wrong);
      default -> throw new IllegalArgumentException(wrong + " needs no repair");
    };
  }

  private @Nullable Move addOne(PlacementRange range, Reason why) {
    PlacementNode to = places.best(range, null);
    return to == null ? null : new Move.Add(range.id(), generation(range), to.id(), why);
  }

  private @Nullable Move replace(PlacementRange range, Reason why) {
    Member worst = worst(range);
    if (worst == null) {
      return null;
    }
    if (range.voters().size() < range.zone().replicas()) {
      return addOne(range, why);
    }
    PlacementNode to = places.best(range, worst.node());
    // The new voter counts: it is live.
    int voters = range.voters().size();
    int live = view.liveVoters(range) + 1 - (view.isLive(worst.node()) ? 1 : 0);
    return to == null || live < voters / 2 + 1
        ? null
        : new Move.Replace(range.id(), generation(range), worst.node(), to.id(), why);
  }

  /** A learner that nobody brings up any more: it is made a voter if one is missing. */
  private @Nullable Move endInterrupted(PlacementRange range) {
    for (Member member : range.descriptor().members().members()) {
      PlacementNode node = view.node(member.node());
      if (member.isVoter()) {
        continue;
      }
      boolean useful =
          range.voters().size() < range.zone().replicas()
              && node != null
              && node.mayReceive()
              && range.zone().allows(node.locality());
      return useful
          ? new Move.Add(range.id(), generation(range), member.node(), Reason.INTERRUPTED)
          : new Move.Remove(range.id(), generation(range), member.node(), Reason.INTERRUPTED);
    }
    return null;
  }

  private @Nullable Move removeOne(PlacementRange range) {
    return range.voters().stream()
        .map(Member::node)
        .filter(node -> view.hasQuorumWithout(range, node))
        .min(
            Comparator.<NodeId>comparingInt(node -> urgency(range, node))
                .thenComparingDouble(node -> -places.spread(range, node, null))
                .thenComparing(node -> node.equals(range.leader()))
                .thenComparingDouble(node -> -tally.of(node, Load.REPLICAS))
                .thenComparing(Comparator.reverseOrder()))
        .map(node -> new Move.Remove(range.id(), generation(range), node, Reason.OVER_REPLICATED))
        .orElse(null);
  }

  private int urgency(PlacementRange range, NodeId node) {
    return range
        .descriptor()
        .members()
        .onNode(node)
        .map(member -> reasonToLeave(range, member))
        .map(Reason::ordinal)
        .orElse(Reason.values().length);
  }

  /** The voter that should go first of those that should. */
  private @Nullable Member worst(PlacementRange range) {
    Member worst = null;
    Reason why = null;
    for (Member voter : range.voters()) {
      Reason reason = reasonToLeave(range, voter);
      if (reason != null && (why == null || reason.compareTo(why) < 0)) {
        worst = voter;
        why = reason;
      }
    }
    return worst;
  }

  private @Nullable Reason reasonToLeave(PlacementRange range, Member member) {
    PlacementNode node = view.node(member.node());
    if (node == null) {
      return null;
    }
    if (node.liveness() == PlacementNode.Liveness.DEAD) {
      return Reason.DEAD_NODE;
    }
    if (node.mustLeave()) {
      return Reason.DECOMMISSIONING;
    }
    return range.zone().allows(node.locality()) ? null : Reason.CONSTRAINT;
  }

  /** Voters that can lead and are preferred to the leader, those that lead least first. */
  List<NodeId> preferredLeaders(PlacementRange range, NodeId leader) {
    int rank = leaderRank(range, leader);
    return range.voters().stream()
        .map(Member::node)
        .filter(node -> mayLead(node) && leaderRank(range, node) < rank)
        .sorted(
            Comparator.<NodeId>comparingInt(node -> leaderRank(range, node))
                .thenComparingDouble(node -> tally.of(node, Load.LEADERS)))
        .toList();
  }

  boolean mayLead(NodeId node) {
    PlacementNode known = view.node(node);
    return known != null && known.mayLead();
  }

  int leaderRank(PlacementRange range, NodeId node) {
    PlacementNode known = view.node(node);
    return known == null ? Integer.MAX_VALUE : range.zone().leaderRank(known.locality());
  }

  private static long generation(PlacementRange range) {
    return range.descriptor().generation();
  }
}
