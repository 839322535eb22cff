package dev.troupe.cluster;

import dev.troupe.control.KeptBorders;
import dev.troupe.load.Survey;
import dev.troupe.placement.PlacementNode.Standing;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.model.RangeDescriptor;
import dev.troupe.protocol.model.Zones;
import dev.troupe.protocol.spi.ClusterAdmin.MergeResult;
import dev.troupe.protocol.spi.ClusterAdmin.SplitResult;
import dev.troupe.range.AdminRequest;
import dev.troupe.split.Ground;
import dev.troupe.split.SplitWork;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The cluster, as whoever has ranges split and merged sees it. Any thread; never blocks. */
final class CoordinatorWork implements SplitWork {
  /** For the replicas of small ranges. */
  private static final long MOVE_NANOS = TimeUnit.SECONDS.toNanos(60);

  private final NodeId self;
  private final LoadSurvey loads;
  private final OperatorService operator;
  private final KeptBorders borders;
  private final Standings standings;
  private final ClusterNodes nodes;

  CoordinatorWork(
      NodeId self,
      LoadSurvey loads,
      OperatorService operator,
      KeptBorders borders,
      Standings standings,
      ClusterNodes nodes) {
    this.self = self;
    this.loads = loads;
    this.operator = operator;
    this.borders = borders;
    this.standings = standings;
    this.nodes = nodes;
  }

  @Override
  public CompletionStage<Survey> survey() {
    return loads.all(true);
  }

  @Override
  public CompletionStage<Ground> ground() {
    return borders
        .all()
        .thenCombine(operator.zones().all(), CoordinatorWork::kept)
        .thenCombine(standings.all(), (kept, all) -> new Ground(kept, fit(all)));
  }

  /** Where other rules about replicas begin a border stays, also when it was lifted. */
  private static Set<Key> kept(Set<Key> byHand, Zones zones) {
    var kept = new HashSet<>(byHand);
    for (Zones.Zone zone : zones.all()) {
      kept.add(zone.span().start());
      kept.add(zone.span().end());
    }
    kept.removeAll(Set.of(Key.MIN, Key.MAX));
    return kept;
  }

  private Set<NodeId> fit(Map<NodeId, Standing> lasting) {
    return Stream.concat(Stream.of(self), nodes.others().stream())
        .filter(node -> lasting.getOrDefault(node, Standing.ACTIVE) == Standing.ACTIVE)
        .filter(node -> !nodes.isDraining(node))
        .collect(Collectors.toSet());
  }

  @Override
  public CompletionStage<SplitResult> split(RangeDescriptor range, Key key) {
    return operator.splitRange(range, key);
  }

  @Override
  public CompletionStage<Void> move(RangeDescriptor range, NodeId from, NodeId to) {
    return operator.change(
        new AdminRequest.IfUnchanged(
            range.generation(), new AdminRequest.MoveReplica(range.id(), from, to)),
        null,
        MOVE_NANOS);
  }

  @Override
  public CompletionStage<MergeResult> merge(RangeDescriptor left, RangeDescriptor right) {
    return operator.mergeRanges(left, right);
  }
}
