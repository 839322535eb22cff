package dev.troupe.cluster;

import dev.troupe.protocol.model.Member;
import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.model.RangeDescriptor;
import dev.troupe.protocol.model.RangeId;
import dev.troupe.protocol.spi.ClusterAdmin.RangeStatus;
import dev.troupe.protocol.spi.ClusterAdmin.ReplicaStatus;
import dev.troupe.range.ReplicaDescription;
import dev.troupe.range.Subsumed;
import dev.troupe.store.PeerMessage;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Puts together what replicas of many nodes say of their ranges. Remembers counts for rates. */
final class RangeOverview {
  private record Told(NodeId node, ReplicaDescription replica) {}

  private record Sample(long nanos, long writes, long reads) {}

  private final Map<RangeId, Sample> samples = new HashMap<>();

  synchronized List<RangeStatus> merge(
      Map<NodeId, PeerMessage.StoreDescription> stores, long nowNanos) {
    var byRange = new TreeMap<RangeId, List<Told>>();
    stores.forEach(
        (node, store) ->
            store
                .replicas()
                .forEach(
                    replica ->
                        byRange
                            .computeIfAbsent(replica.range(), id -> new ArrayList<>())
                            .add(new Told(node, replica))));
    var ranges = new ArrayList<RangeStatus>();
    byRange.forEach(
        (range, told) -> {
          RangeDescriptor newest = newest(told);
          if (newest != null) {
            ranges.add(status(newest, told, nowNanos));
          }
        });
    samples.keySet().retainAll(byRange.keySet());
    return withoutParts(ranges);
  }

  /** A replica that has not heard of a merge yet describes what is no range any more. */
  private static List<RangeStatus> withoutParts(List<RangeStatus> all) {
    List<RangeDescriptor> inOrder =
        all.stream()
            .map(RangeStatus::descriptor)
            .sorted(
                Comparator.comparing((RangeDescriptor range) -> range.span().start())
                    .thenComparing(
                        Comparator.comparingLong(RangeDescriptor::generation).reversed()))
            .toList();
    var parts = new HashSet<RangeId>();
    // Those that reach to where we are: one, or a few where some are not true any more.
    var open = new ArrayList<RangeDescriptor>();
    for (RangeDescriptor range : inOrder) {
      open.removeIf(before -> before.span().end().compareTo(range.span().start()) <= 0);
      if (open.stream().anyMatch(owner -> Subsumed.isPartOf(owner, range))) {
        parts.add(range.id());
      }
      open.add(range);
    }
    return all.stream().filter(range -> !parts.contains(range.descriptor().id())).toList();
  }

  private static @Nullable RangeDescriptor newest(List<Told> told) {
    RangeDescriptor newest = null;
    for (Told one : told) {
      RangeDescriptor descriptor = one.replica().descriptor();
      if (descriptor != null && (newest == null || descriptor.generation() > newest.generation())) {
        newest = descriptor;
      }
    }
    return newest;
  }

  private RangeStatus status(RangeDescriptor descriptor, List<Told> told, long nowNanos) {
    Told leader =
        told.stream()
            .filter(one -> one.replica().role().equals("leader"))
            .max(Comparator.comparingLong(one -> one.replica().term()))
            .orElse(null);
    Told best =
        leader != null
            ? leader
            : told.stream()
                .max(Comparator.comparingLong(one -> one.replica().applied()))
                .orElseThrow();
    double[] rates = rates(descriptor.id(), told, nowNanos);
    ReplicaDescription replica = best.replica();
    return new RangeStatus(
        descriptor,
        leader == null ? null : leader.node(),
        replica.term(),
        replica.commit(),
        replica.applied(),
        replica.logEntries(),
        replica.approximateBytes(),
        rates[0],
        rates[1],
        replicas(descriptor, told));
  }

  private static List<ReplicaStatus> replicas(RangeDescriptor descriptor, List<Told> told) {
    var replicas = new ArrayList<ReplicaStatus>();
    for (Member member : descriptor.members().members()) {
      ReplicaDescription said =
          told.stream()
              .map(Told::replica)
              .filter(replica -> replica.replica().equals(member.replica()))
              .findFirst()
              .orElse(null);
      replicas.add(
          said == null
              ? new ReplicaStatus(member.replica(), member.node(), "unknown", 0, 0, false)
              : new ReplicaStatus(
                  member.replica(),
                  member.node(),
                  said.role(),
                  said.last().index(),
                  said.applied(),
                  true));
    }
    return replicas;
  }

  private double[] rates(RangeId range, List<Told> told, long nowNanos) {
    long writes = told.stream().mapToLong(one -> one.replica().writes()).sum();
    long reads = told.stream().mapToLong(one -> one.replica().reads()).sum();
    Sample before = samples.put(range, new Sample(nowNanos, writes, reads));
    if (before == null || nowNanos <= before.nanos()) {
      return new double[] {0, 0};
    }
    double seconds = (nowNanos - before.nanos()) / 1e9;
    // A restarted replica counts from zero again.
    return new double[] {
      Math.max(0, writes - before.writes()) / seconds, Math.max(0, reads - before.reads()) / seconds
    };
  }
}
