package dev.troupe.node.grpc;

import com.google.protobuf.ByteString;
import dev.troupe.node.ClusterDoor;
import dev.troupe.protocol.codec.Keyspace;
import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.protocol.error.TroupeException;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.model.RangeId;
import dev.troupe.protocol.spi.ClusterAdmin;
import dev.troupe.v1.AddReplicaRequest;
import dev.troupe.v1.AddReplicaResponse;
import dev.troupe.v1.AdminGrpc;
import dev.troupe.v1.DecommissionNodeRequest;
import dev.troupe.v1.Departure;
import dev.troupe.v1.DrainNodeRequest;
import dev.troupe.v1.DrainNodeResponse;
import dev.troupe.v1.GetDepartureRequest;
import dev.troupe.v1.InitRequest;
import dev.troupe.v1.InitResponse;
import dev.troupe.v1.JoinRequest;
import dev.troupe.v1.JoinResponse;
import dev.troupe.v1.ListEventsRequest;
import dev.troupe.v1.ListEventsResponse;
import dev.troupe.v1.ListNodesRequest;
import dev.troupe.v1.ListNodesResponse;
import dev.troupe.v1.ListRangesRequest;
import dev.troupe.v1.ListRangesResponse;
import dev.troupe.v1.MergeRangeRequest;
import dev.troupe.v1.MergeRangeResponse;
import dev.troupe.v1.MoveReplicaRequest;
import dev.troupe.v1.MoveReplicaResponse;
import dev.troupe.v1.RecommissionNodeRequest;
import dev.troupe.v1.RemoveReplicaRequest;
import dev.troupe.v1.RemoveReplicaResponse;
import dev.troupe.v1.SplitRangeRequest;
import dev.troupe.v1.SplitRangeResponse;
import dev.troupe.v1.StandingRequest;
import dev.troupe.v1.StandingResponse;
import dev.troupe.v1.TransferLeaderRequest;
import dev.troupe.v1.TransferLeaderResponse;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;

/** The administration service. Answers when the stage behind it completes; never blocks. */
public final class AdminGrpcService extends AdminGrpc.AdminImplBase {
  private static final Runnable NOTHING = () -> {};
  private static final int EVENTS_SHOWN = 100;
  private static final int EVENTS_MAX = 10_000;

  private final ClusterDoor door;

  public AdminGrpcService(ClusterDoor door) {
    this.door = door;
  }

  @Override
  public void init(InitRequest request, StreamObserver<InitResponse> out) {
    answer(
        out,
        () -> door.initialize(request.getRequireAll()),
        identity ->
            InitResponse.newBuilder()
                .setClusterId(identity.clusterId())
                .setNodeId(identity.nodeId().value())
                .build());
  }

  @Override
  public void join(JoinRequest request, StreamObserver<JoinResponse> out) {
    answer(
        out,
        () -> {
          if (request.getStoreId().isEmpty()) {
            throw invalid("a joining node must name its store (store_id)");
          }
          return door.invite(
              request.getClusterAddress(),
              request.getStoreId(),
              request.getClusterId(),
              request.getNodeId());
        },
        invitation ->
            JoinResponse.newBuilder()
                .setClusterId(invitation.clusterId())
                .setNodeId(invitation.nodeId())
                .addAllSeeds(invitation.seeds())
                .build());
  }

  @Override
  public void standing(StandingRequest request, StreamObserver<StandingResponse> out) {
    answer(
        out,
        () -> CompletableFuture.completedStage(door.standing()),
        standing ->
            StandingResponse.newBuilder()
                .setClusterId(standing.clusterId())
                .setStoreId(standing.storeId())
                .setFounding(standing.founding())
                .build());
  }

  @Override
  public void listNodes(ListNodesRequest request, StreamObserver<ListNodesResponse> out) {
    answer(out, () -> admin().nodes(), AdminMessages::nodes);
  }

  @Override
  public void listRanges(ListRangesRequest request, StreamObserver<ListRangesResponse> out) {
    answer(out, () -> admin().ranges(), AdminMessages::ranges);
  }

  @Override
  public void transferLeader(
      TransferLeaderRequest request, StreamObserver<TransferLeaderResponse> out) {
    answer(
        out,
        () -> admin().transferLeadership(range(request.getRange()), node(request.getNode())),
        done -> TransferLeaderResponse.getDefaultInstance());
  }

  @Override
  public void addReplica(AddReplicaRequest request, StreamObserver<AddReplicaResponse> out) {
    answer(
        out,
        () -> admin().addReplica(range(request.getRange()), node(request.getNode())),
        done -> AddReplicaResponse.getDefaultInstance());
  }

  @Override
  public void removeReplica(
      RemoveReplicaRequest request, StreamObserver<RemoveReplicaResponse> out) {
    answer(
        out,
        () -> admin().removeReplica(range(request.getRange()), node(request.getNode())),
        done -> RemoveReplicaResponse.getDefaultInstance());
  }

  @Override
  public void moveReplica(MoveReplicaRequest request, StreamObserver<MoveReplicaResponse> out) {
    answer(
        out,
        () ->
            admin()
                .moveReplica(
                    range(request.getRange()),
                    node(request.getFromNode()),
                    node(request.getToNode())),
        done -> MoveReplicaResponse.getDefaultInstance());
  }

  @Override
  public void splitRange(SplitRangeRequest request, StreamObserver<SplitRangeResponse> out) {
    answer(
        out,
        () -> admin().splitRange(key(request.getKey(), request.getNamespace())),
        AdminMessages::split);
  }

  @Override
  public void mergeRange(MergeRangeRequest request, StreamObserver<MergeRangeResponse> out) {
    answer(
        out,
        () ->
            request.getBorderCase() == MergeRangeRequest.BorderCase.RANGE
                ? start(range(request.getRange())).thenCompose(admin()::mergeRange)
                : admin().mergeRange(key(request.getKey(), request.getNamespace())),
        AdminMessages::merge);
  }

  private CompletionStage<Key> start(RangeId range) {
    return admin()
        .ranges()
        .thenApply(
            ranges ->
                ranges.stream()
                    .map(ClusterAdmin.RangeStatus::descriptor)
                    .filter(descriptor -> descriptor.id().equals(range))
                    .findFirst()
                    .orElseThrow(
                        () ->
                            new TroupeException(
                                ErrorCode.UNKNOWN_RANGE,
                                "there is no range "
                                    + range
                                    + " (any more): see 'troupe range ls'"))
                    .span()
                    .start());
  }

  @Override
  public void listEvents(ListEventsRequest request, StreamObserver<ListEventsResponse> out) {
    answer(out, () -> admin().events().newest(limit(request)), AdminMessages::events);
  }

  private static int limit(ListEventsRequest request) {
    int limit = request.getLimit() == 0 ? EVENTS_SHOWN : request.getLimit();
    if (limit < 0 || limit > EVENTS_MAX) {
      throw invalid("limit is a number from 1 to " + EVENTS_MAX + "; 0 is for " + EVENTS_SHOWN);
    }
    return limit;
  }

  @Override
  public void drainNode(DrainNodeRequest request, StreamObserver<DrainNodeResponse> out) {
    answer(
        out,
        () ->
            admin()
                .drain(
                    request.getNode() == 0 ? door.self() : node(request.getNode()),
                    CallTime.leftNanos().orElse(Long.MAX_VALUE)),
        done -> DrainNodeResponse.getDefaultInstance());
  }

  @Override
  public void getDeparture(GetDepartureRequest request, StreamObserver<Departure> out) {
    answer(
        out,
        () -> admin().departure(node(request.getNode()), request.getReplicasBelow()),
        AdminMessages::departure);
  }

  @Override
  public void decommissionNode(DecommissionNodeRequest request, StreamObserver<Departure> out) {
    answer(
        out,
        () -> admin().decommission(node(request.getNode()), request.getForce()),
        AdminMessages::departure);
  }

  @Override
  public void recommissionNode(RecommissionNodeRequest request, StreamObserver<Departure> out) {
    answer(out, () -> admin().recommission(node(request.getNode())), AdminMessages::departure);
  }

  private ClusterAdmin admin() {
    return door.admin();
  }

  private static RangeId range(long id) {
    if (id < 1) {
      throw invalid("a range id is a number from 1 up (troupe range ls shows them)");
    }
    return new RangeId(id);
  }

  private static Key key(ByteString bytes, String namespace) {
    if (bytes.isEmpty()) {
      throw invalid("ranges are split and merged at a key, and none is given");
    }
    byte[] key = bytes.toByteArray();
    try {
      return namespace.isEmpty() ? Key.wrap(key) : Keyspace.kv(namespace, key);
    } catch (IllegalArgumentException refusal) {
      throw invalid("there is no such key: " + refusal.getMessage());
    }
  }

  private static NodeId node(int id) {
    if (id < 1) {
      throw invalid("a node id is a number from 1 up (troupe node ls shows them)");
    }
    return new NodeId(id);
  }

  private static TroupeException invalid(String message) {
    return new TroupeException(ErrorCode.INVALID_ARGUMENT, message);
  }

  private static <T, A> void answer(
      StreamObserver<A> out, Supplier<CompletionStage<T>> work, Function<T, A> encode) {
    ((ServerCallStreamObserver<A>) out).setOnCancelHandler(NOTHING);
    CompletionStage<T> stage;
    try {
      stage = work.get();
    } catch (TroupeException refusal) {
      out.onError(StatusMapping.toStatus(refusal));
      return;
    }
    stage
        .thenApply(encode)
        .whenComplete(
            (message, failure) -> {
              if (failure != null) {
                out.onError(StatusMapping.toStatus(failure));
              } else {
                out.onNext(message);
                out.onCompleted();
              }
            });
  }
}
