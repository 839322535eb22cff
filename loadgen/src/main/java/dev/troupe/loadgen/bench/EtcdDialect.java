package dev.troupe.loadgen.bench;

import com.google.common.util.concurrent.ListenableFuture;
import com.google.protobuf.ByteString;
import dev.troupe.loadgen.bench.etcd.ClusterGrpc;
import dev.troupe.loadgen.bench.etcd.KVGrpc;
import dev.troupe.loadgen.bench.etcd.KeyValue;
import dev.troupe.loadgen.bench.etcd.MaintenanceGrpc;
import dev.troupe.loadgen.bench.etcd.Member;
import dev.troupe.loadgen.bench.etcd.MemberListRequest;
import dev.troupe.loadgen.bench.etcd.MemberListResponse;
import dev.troupe.loadgen.bench.etcd.PutRequest;
import dev.troupe.loadgen.bench.etcd.PutResponse;
import dev.troupe.loadgen.bench.etcd.RangeRequest;
import dev.troupe.loadgen.bench.etcd.RangeResponse;
import dev.troupe.loadgen.bench.etcd.RequestOp;
import dev.troupe.loadgen.bench.etcd.StatusRequest;
import dev.troupe.loadgen.bench.etcd.StatusResponse;
import dev.troupe.loadgen.bench.etcd.TxnRequest;
import dev.troupe.loadgen.bench.etcd.TxnResponse;
import dev.troupe.loadgen.client.Dialect;
import dev.troupe.loadgen.client.Endpoint;
import dev.troupe.loadgen.client.Link;
import dev.troupe.loadgen.client.LinkContext;
import dev.troupe.loadgen.client.ListenableStage;
import dev.troupe.loadgen.client.Operation;
import dev.troupe.loadgen.client.Outcome;
import dev.troupe.loadgen.client.UnaryLink;
import io.grpc.ManagedChannel;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/**
 * etcd's v3 API, one call per operation. Reads are linearizable, which is etcd's default. A batch
 * is a transaction without conditions; etcd takes 128 operations in one by default.
 */
public enum EtcdDialect implements Dialect {
  INSTANCE;

  private static final int CLIENT_PORT = 2379;

  /** As the end of a span it stands for the end of the key space. */
  private static final ByteString END = ByteString.copyFrom(new byte[1]);

  @Override
  public Link open(ManagedChannel channel, LinkContext context, Link.BreakListener onBroken) {
    return new UnaryLink(channel, context, onBroken, EtcdDialect::start);
  }

  @Override
  public CompletionStage<ClusterMap> locate(ManagedChannel channel, LinkContext context) {
    long millis = context.timeout().toMillis();
    ListenableFuture<StatusResponse> status =
        MaintenanceGrpc.newFutureStub(channel)
            .withDeadlineAfter(millis, TimeUnit.MILLISECONDS)
            .status(StatusRequest.getDefaultInstance());
    CompletableFuture<MemberListResponse> members =
        ListenableStage.of(
            ClusterGrpc.newFutureStub(channel)
                .withDeadlineAfter(millis, TimeUnit.MILLISECONDS)
                .memberList(MemberListRequest.getDefaultInstance()));
    return ListenableStage.of(status)
        .thenCombine(members, (s, all) -> map(s.getLeader(), all.getMembersList()));
  }

  private static ClusterMap map(long leader, List<Member> members) {
    Endpoint leading =
        members.stream()
            .filter(member -> member.getId() == leader && member.getClientUrlsCount() > 0)
            .map(EtcdDialect::endpoint)
            .findFirst()
            .orElse(null);
    List<Endpoint> all =
        members.stream()
            .filter(member -> member.getClientUrlsCount() > 0)
            .map(EtcdDialect::endpoint)
            .toList();
    return new ClusterMap(all, leading);
  }

  private static Endpoint endpoint(Member member) {
    return Endpoint.parse(URI.create(member.getClientUrls(0)).getAuthority(), CLIENT_PORT);
  }

  private static void start(UnaryLink link, Operation operation, Outcome.Listener listener) {
    switch (operation) {
      case Operation.Get get ->
          link.call(KVGrpc.getRangeMethod(), range(get), EtcdDialect::found, listener);
      case Operation.Put put ->
          link.call(KVGrpc.getPutMethod(), put(put), EtcdDialect::written, listener);
      case Operation.Scan scan ->
          link.call(
              KVGrpc.getRangeMethod(),
              RangeRequest.newBuilder()
                  .setKey(scan.start())
                  .setRangeEnd(END)
                  .setLimit(scan.limit())
                  .build(),
              answer -> new Outcome.Scanned(answer.getKvsCount()),
              listener);
      case Operation.Batch batch ->
          link.call(KVGrpc.getTxnMethod(), txn(batch), EtcdDialect::committed, listener);
    }
  }

  private static RangeRequest range(Operation.Get get) {
    return RangeRequest.newBuilder().setKey(get.key()).build();
  }

  private static PutRequest put(Operation.Put put) {
    return PutRequest.newBuilder().setKey(put.key()).setValue(put.value()).build();
  }

  private static TxnRequest txn(Operation.Batch batch) {
    TxnRequest.Builder txn = TxnRequest.newBuilder();
    batch.puts().forEach(p -> txn.addSuccess(RequestOp.newBuilder().setRequestPut(put(p))));
    return txn.build();
  }

  private static Outcome found(RangeResponse response) {
    if (response.getKvsCount() == 0) {
      return new Outcome.Found(null, 0);
    }
    KeyValue row = response.getKvs(0);
    return new Outcome.Found(row.getValue(), row.getModRevision());
  }

  private static Outcome written(PutResponse response) {
    return new Outcome.Written(response.getHeader().getRevision());
  }

  private static Outcome committed(TxnResponse response) {
    return new Outcome.Written(response.getHeader().getRevision());
  }
}
