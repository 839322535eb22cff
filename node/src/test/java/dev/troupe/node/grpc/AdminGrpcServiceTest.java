package dev.troupe.node.grpc;

import static dev.troupe.node.grpc.KvGrpcServiceTest.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.troupe.node.FakeCluster;
import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.protocol.error.TroupeException;
import dev.troupe.v1.AddReplicaRequest;
import dev.troupe.v1.DecommissionNodeRequest;
import dev.troupe.v1.Departure;
import dev.troupe.v1.DrainNodeRequest;
import dev.troupe.v1.GetDepartureRequest;
import dev.troupe.v1.InitRequest;
import dev.troupe.v1.JoinRequest;
import dev.troupe.v1.ListEventsRequest;
import dev.troupe.v1.ListNodesRequest;
import dev.troupe.v1.ListRangesRequest;
import dev.troupe.v1.MergeRangeRequest;
import dev.troupe.v1.MoveReplicaRequest;
import dev.troupe.v1.Range;
import dev.troupe.v1.RecommissionNodeRequest;
import dev.troupe.v1.RemoveReplicaRequest;
import dev.troupe.v1.SplitRangeRequest;
import dev.troupe.v1.StandingRequest;
import dev.troupe.v1.TransferLeaderRequest;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AdminGrpcServiceTest {
  private final FakeCluster cluster = new FakeCluster();
  private GrpcFixture grpc;

  @BeforeEach
  void open() throws IOException {
    grpc = new GrpcFixture(cluster);
  }

  @AfterEach
  void close() {
    grpc.close();
  }

  @Test
  void shouldListEvents() {
    var events = grpc.admin().listEvents(ListEventsRequest.getDefaultInstance()).getEventsList();
    assertThat(events).hasSize(1);
    assertThat(events.getFirst().getKind()).isEqualTo("range-split");
    assertThat(events.getFirst().getRange()).isEqualTo(7);
    assertThat(events.getFirst().getDetails()).isEqualTo("{\"key\":\"m\"}");
    assertRefused(
        ErrorCode.INVALID_ARGUMENT,
        () -> grpc.admin().listEvents(ListEventsRequest.newBuilder().setLimit(10_001).build()),
        "limit");
  }

  @Test
  void shouldInitializeOnce() {
    cluster.initialized = false;

    assertRefused(
        ErrorCode.NOT_INITIALIZED,
        () -> grpc.admin().listNodes(ListNodesRequest.getDefaultInstance()),
        "troupe init");
    assertThat(grpc.admin().init(InitRequest.getDefaultInstance()).getNodeId()).isEqualTo(1);
    assertRefused(
        ErrorCode.ALREADY_INITIALIZED,
        () -> grpc.admin().init(InitRequest.getDefaultInstance()),
        "already");
  }

  @Test
  void shouldInviteANodeThatNamesItsStore() {
    assertThat(grpc.admin().join(JoinRequest.newBuilder().setStoreId("s9").build()).getSeedsList())
        .containsExactly("127.0.0.1:7435");
    assertThat(cluster.orders).containsExactly("invite s9");
    assertRefused(
        ErrorCode.INVALID_ARGUMENT,
        () -> grpc.admin().join(JoinRequest.getDefaultInstance()),
        "store_id");
  }

  @Test
  void shouldListNodesAndRanges() {
    assertThat(grpc.admin().listNodes(ListNodesRequest.getDefaultInstance()).getNodes(0).getState())
        .isEqualTo("live");
    Range range = grpc.admin().listRanges(ListRangesRequest.getDefaultInstance()).getRanges(0);
    assertThat(range.getId()).isEqualTo(7);
    assertThat(range.getLeader()).isZero();
    assertThat(range.getReplicas(0).getRole()).isEqualTo("leader");
  }

  @Test
  void shouldPassOrdersOn() {
    grpc.admin().transferLeader(TransferLeaderRequest.newBuilder().setRange(7).setNode(2).build());
    grpc.admin().addReplica(AddReplicaRequest.newBuilder().setRange(7).setNode(2).build());
    grpc.admin().removeReplica(RemoveReplicaRequest.newBuilder().setRange(7).setNode(2).build());
    grpc.admin()
        .moveReplica(
            MoveReplicaRequest.newBuilder().setRange(7).setFromNode(1).setToNode(2).build());
    grpc.admin().drainNode(DrainNodeRequest.newBuilder().setNode(1).build());

    assertThat(cluster.orders)
        .containsExactly(
            "transfer r7 n2", "add r7 n2", "remove r7 n2", "move r7 n1 n2", "drain n1");
  }

  @Test
  void shouldSayWhyANodeCannotBeEmptied() {
    Departure refused =
        grpc.admin().decommissionNode(DecommissionNodeRequest.newBuilder().setNode(3).build());
    assertThat(refused.getStanding()).isEqualTo("active");
    assertThat(refused.getStuck(0).getRange()).isEqualTo(7);
    assertThat(refused.getStuck(0).getWhy()).isEqualTo("there is no node");

    Departure begun =
        grpc.admin()
            .decommissionNode(
                DecommissionNodeRequest.newBuilder().setNode(3).setForce(true).build());
    assertThat(begun.getStanding()).isEqualTo("decommissioning");
    assertThat(begun.getReplicas()).isEqualTo(3);
    grpc.admin().recommissionNode(RecommissionNodeRequest.newBuilder().setNode(3).build());

    assertThat(cluster.orders)
        .containsExactly("decommission n3", "decommission n3 force", "recommission n3");
    assertRefused(
        ErrorCode.INVALID_ARGUMENT,
        () -> grpc.admin().getDeparture(GetDepartureRequest.getDefaultInstance()),
        "node id");
  }

  @Test
  void shouldGiveUpDrainingBeforeItsClientDoesSoThatItLearnsWhichRangesAreLeft() {
    grpc.admin()
        .withDeadlineAfter(5, TimeUnit.SECONDS)
        .drainNode(DrainNodeRequest.getDefaultInstance());
    assertThat(cluster.drainPatienceNanos).isPositive().isLessThan(5_000_000_000L);
  }

  @Test
  void shouldDrainTheNodeThatIsAskedWhenNoneIsNamed() {
    grpc.admin().drainNode(DrainNodeRequest.getDefaultInstance());
    assertThat(cluster.orders).containsExactly("drain n1");

    cluster.initialized = false;
    assertRefused(
        ErrorCode.NOT_INITIALIZED,
        () -> grpc.admin().drainNode(DrainNodeRequest.getDefaultInstance()),
        "troupe init");
  }

  @Test
  void shouldSayWhatItIsToACluster() {
    StandingRequest request = StandingRequest.newBuilder().setStoreId("s9").build();
    assertThat(grpc.admin().standing(request).getClusterId()).isEqualTo("c1");

    cluster.initialized = false;

    assertThat(grpc.admin().standing(request).getClusterId()).isEmpty();
    assertThat(grpc.admin().standing(request).getStoreId()).isEqualTo("s1");
    assertThat(grpc.admin().standing(request).getFounding()).isFalse();
  }

  @Test
  void shouldSplitAtAKeyOfANamespaceOrOfTheWholeKeySpace() {
    ByteString key = ByteString.copyFromUtf8("k");
    var split =
        grpc.admin()
            .splitRange(SplitRangeRequest.newBuilder().setKey(key).setNamespace("ns").build());
    grpc.admin().splitRange(SplitRangeRequest.newBuilder().setKey(key).build());

    assertThat(cluster.orders).containsExactly("split \\x02\\x02nsk", "split k");
    assertThat(split.getSplit()).isTrue();
    assertThat(split.getRight().getStart()).isEqualTo(split.getLeft().getEnd());
    assertRefused(
        ErrorCode.INVALID_ARGUMENT,
        () -> grpc.admin().splitRange(SplitRangeRequest.getDefaultInstance()),
        "key");
  }

  @Test
  void shouldMergeAtAKeyOrByTheIdOfTheRangeThatIsToGo() {
    ByteString key = ByteString.copyFromUtf8("k");
    var merged =
        grpc.admin()
            .mergeRange(MergeRangeRequest.newBuilder().setKey(key).setNamespace("ns").build());
    grpc.admin().mergeRange(MergeRangeRequest.newBuilder().setRange(7).build());

    assertThat(cluster.orders).hasSize(2).first().isEqualTo("merge \\x02\\x02nsk");
    assertThat(merged.getMerged()).isTrue();
    assertThat(merged.getRange().getId()).isEqualTo(7);
    assertRefused(
        ErrorCode.INVALID_ARGUMENT,
        () -> grpc.admin().mergeRange(MergeRangeRequest.getDefaultInstance()),
        "key");
    assertRefused(
        ErrorCode.UNKNOWN_RANGE,
        () -> grpc.admin().mergeRange(MergeRangeRequest.newBuilder().setRange(8).build()),
        "r8");
  }

  @Test
  void shouldRefuseNumbersThatNameNothing() {
    assertRefused(
        ErrorCode.INVALID_ARGUMENT,
        () -> grpc.admin().transferLeader(TransferLeaderRequest.newBuilder().setRange(7).build()),
        "node id");
    assertRefused(
        ErrorCode.INVALID_ARGUMENT,
        () -> grpc.admin().addReplica(AddReplicaRequest.newBuilder().setNode(1).build()),
        "range id");
    cluster.failure = new TroupeException(ErrorCode.UNKNOWN_NODE, "there is no n9");
    assertRefused(
        ErrorCode.UNKNOWN_NODE,
        () -> grpc.admin().drainNode(DrainNodeRequest.newBuilder().setNode(9).build()),
        "no n9");
  }
}
