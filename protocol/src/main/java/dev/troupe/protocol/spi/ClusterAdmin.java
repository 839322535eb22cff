package dev.troupe.protocol.spi;

import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.KeySpan;
import dev.troupe.protocol.model.Locality;
import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.model.RangeDescriptor;
import dev.troupe.protocol.model.RangeId;
import dev.troupe.protocol.model.ReplicaId;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** What an operator can see and do. Stages fail with {@code TroupeException}. */
public interface ClusterAdmin {
  /** A node as the cluster knows it. */
  record NodeStatus(
      NodeId id,
      long pid,
      String address,
      String grpcAddress,
      String sqlAddress,
      String httpAddress,
      State state,
      long startedAtMillis,
      String version,
      Locality locality,
      int replicas,
      int leaders) {
    /** Whether a node serves. */
    public enum State {
      LIVE,
      DRAINING,
      UNREACHABLE,
      DEAD,
      DECOMMISSIONING,
      DECOMMISSIONED
    }
  }

  /** One replica as its own node or its leader sees it. */
  record ReplicaStatus(
      ReplicaId id,
      NodeId node,
      String role,
      long lastIndex,
      long appliedIndex,
      boolean reachable) {}

  /** A range; leader is null when no reachable replica knows one. */
  record RangeStatus(
      RangeDescriptor descriptor,
      @Nullable NodeId leader,
      long term,
      long commitIndex,
      long appliedIndex,
      long logEntries,
      long approximateBytes,
      double writesPerSecond,
      double readsPerSecond,
      List<ReplicaStatus> replicas) {}

  /**
   * What the leader of a range knows of its size and its load.
   *
   * @param middle a key with about half of the bytes on either side; null where the range is small
   * @param sample null where there is little load
   */
  record LoadStatus(RangeId range, long bytes, @Nullable Key middle, @Nullable LoadSample sample) {}

  /**
   * What a sample of requests says; shares are from 0 to 1.
   *
   * @param cut the key that divides the requests most evenly; null when all are for one key
   * @param cutShare of the requests that lie to the left of it
   * @param risingShare of the writes that append rows
   */
  record LoadSample(
      int samples,
      double writeShare,
      @Nullable Key cut,
      double cutShare,
      Key hotKey,
      double hotShare,
      double risingShare) {}

  CompletionStage<List<NodeStatus>> nodes();

  CompletionStage<List<RangeStatus>> ranges();

  /** Loads of all ranges whose leaders can be reached. */
  CompletionStage<List<LoadStatus>> loads();

  /** Completes when the target leads. */
  CompletionStage<Void> transferLeadership(RangeId range, NodeId target);

  /** Adds a replica as learner, brings it up to date, makes it a voter. Completes when it votes. */
  CompletionStage<Void> addReplica(RangeId range, NodeId target);

  CompletionStage<Void> removeReplica(RangeId range, NodeId node);

  /** Adds on one node, then removes from another. */
  CompletionStage<Void> moveReplica(RangeId range, NodeId from, NodeId to);

  /**
   * What a split has led to: two neighbours with the key between them.
   *
   * @param right begins with the key
   * @param done false when the key was a border already
   */
  record SplitResult(RangeDescriptor left, RangeDescriptor right, boolean done) {}

  /**
   * Makes a key the first one of its range, and keeps it a border until it is lifted. Completes
   * when both ranges are there.
   */
  CompletionStage<SplitResult> splitRange(Key key);

  /** What was said about numbers and places of replicas. */
  ClusterZones zones();

  /** What has happened in the cluster. */
  ClusterEvents events();

  /** A range whose replica cannot leave a node as things are, and why. */
  record Stuck(RangeId range, String why) {}

  /**
   * How far a node is on its way out of the cluster.
   *
   * @param standing active, decommissioning or decommissioned
   * @param replicas that are still to be moved
   * @param stuck those of them that cannot be
   */
  record Departure(NodeId node, String standing, int replicas, List<Stuck> stuck) {}

  /**
   * How far a node is on its way out, or what would stand in the way. While a node is being
   * decommissioned, the answer waits for some seconds for progress.
   *
   * @param replicasBelow fewer replicas than that are progress
   */
  CompletionStage<Departure> departure(NodeId node, int replicasBelow);

  /**
   * Has a node emptied for good. Completes when that has begun, or when ranges that could not go
   * elsewhere stand in the way: then nothing was changed, unless it is forced.
   */
  CompletionStage<Departure> decommission(NodeId node, boolean force);

  /** Keeps a node that is being decommissioned; refused when it is out already. */
  CompletionStage<Departure> recommission(NodeId node);

  /**
   * What a merge has led to.
   *
   * @param range has the key that was a border
   * @param done false when the key was no border
   */
  record MergeResult(RangeDescriptor range, boolean done) {}

  /**
   * Merges the range that begins with a key into its left-hand neighbour, which keeps its id. A
   * border that was made by hand is lifted by that.
   */
  CompletionStage<MergeResult> mergeRange(Key border);

  /**
   * Lifts borders that were made by hand: nothing is merged at once, but ranges beside them may be
   * from now on, when they are small and cold.
   *
   * @return how many there were in the span
   */
  CompletionStage<Integer> liftBorders(KeySpan span);

  /**
   * Marks a node draining, and waits until it leads nothing any more that others could lead.
   *
   * @param patienceNanos for the waiting; then the answer is DEADLINE_EXCEEDED and names the ranges
   *     that the node still leads
   */
  CompletionStage<Void> drain(NodeId node, long patienceNanos);
}
