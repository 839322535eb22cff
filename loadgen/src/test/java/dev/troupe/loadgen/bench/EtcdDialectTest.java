package dev.troupe.loadgen.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

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
import dev.troupe.loadgen.bench.etcd.ResponseHeader;
import dev.troupe.loadgen.bench.etcd.StatusRequest;
import dev.troupe.loadgen.bench.etcd.StatusResponse;
import dev.troupe.loadgen.bench.etcd.TxnRequest;
import dev.troupe.loadgen.bench.etcd.TxnResponse;
import dev.troupe.loadgen.client.ClientOptions;
import dev.troupe.loadgen.client.Endpoint;
import dev.troupe.loadgen.client.LoadClient;
import dev.troupe.loadgen.client.Operation;
import dev.troupe.loadgen.client.Outcome;
import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class EtcdDialectTest {
  private static final ByteString KEY = ByteString.copyFromUtf8("key");
  private static final ByteString VALUE = ByteString.copyFromUtf8("value");
  private static final long FIRST_MEMBER = 0x8000_0000_0000_0001L;

  private final ConcurrentSkipListMap<ByteString, KeyValue> rows =
      new ConcurrentSkipListMap<>(ByteString.unsignedLexicographicalComparator());
  private final AtomicInteger revision = new AtomicInteger();
  private final List<Server> members = new ArrayList<>();
  private final int[] puts = new int[2];

  @BeforeEach
  void startTwoMembersOfWhomTheSecondLeads() throws Exception {
    for (int i = 0; i < puts.length; i++) {
      members.add(
          NettyServerBuilder.forAddress(new InetSocketAddress("127.0.0.1", 0))
              .addService(new Kv(i))
              .addService(new Cluster())
              .addService(new Maintenance())
              .build()
              .start());
    }
  }

  @AfterEach
  void stop() {
    members.forEach(Server::shutdownNow);
  }

  @Test
  void shouldSpeakEtcdsLanguageWithTheLeader() {
    Endpoint first = new Endpoint("127.0.0.1", members.get(0).getPort());
    ClientOptions options =
        new ClientOptions(List.of(first), 1, 1, "", Duration.ofSeconds(5), true);
    try (LoadClient client = new LoadClient(EtcdDialect.INSTANCE, options)) {
      await()
          .until(
              () ->
                  client.send(0, new Operation.Put(KEY, VALUE)).join() instanceof Outcome.Written
                      && puts[1] > 0);

      int revisionNow = revision.get();
      assertThat(client.send(0, new Operation.Get(KEY)).join())
          .isEqualTo(new Outcome.Found(VALUE, revisionNow));
      assertThat(client.send(0, new Operation.Get(VALUE)).join())
          .isEqualTo(new Outcome.Found(null, 0));
      List<Operation.Put> batch =
          IntStream.range(0, 7)
              .mapToObj(i -> new Operation.Put(KEY.concat(ByteString.copyFromUtf8("" + i)), VALUE))
              .toList();
      assertThat(client.send(0, new Operation.Batch(batch)).join())
          .isEqualTo(new Outcome.Written(revisionNow + 1L));
      assertThat(client.send(0, new Operation.Scan(KEY, 5)).join())
          .isEqualTo(new Outcome.Scanned(5));
      assertThat(rows).hasSize(8);
    }
  }

  private static <T> void answer(StreamObserver<T> out, T message) {
    out.onNext(message);
    out.onCompleted();
  }

  private void store(PutRequest put, int at) {
    rows.put(
        put.getKey(),
        KeyValue.newBuilder()
            .setKey(put.getKey())
            .setValue(put.getValue())
            .setModRevision(at)
            .build());
  }

  private final class Kv extends KVGrpc.KVImplBase {
    private final int member;

    Kv(int member) {
      this.member = member;
    }

    @Override
    public void put(PutRequest request, StreamObserver<PutResponse> out) {
      puts[member]++;
      int at = revision.incrementAndGet();
      store(request, at);
      answer(out, PutResponse.newBuilder().setHeader(header(at)).build());
    }

    @Override
    public void txn(TxnRequest request, StreamObserver<TxnResponse> out) {
      int at = revision.incrementAndGet();
      request.getSuccessList().forEach(operation -> store(operation.getRequestPut(), at));
      answer(out, TxnResponse.newBuilder().setHeader(header(at)).setSucceeded(true).build());
    }

    @Override
    public void range(RangeRequest request, StreamObserver<RangeResponse> out) {
      RangeResponse.Builder response = RangeResponse.newBuilder();
      if (request.getRangeEnd().isEmpty()) {
        KeyValue row = rows.get(request.getKey());
        if (row != null) {
          response.addKvs(row);
        }
      } else {
        rows.tailMap(request.getKey()).values().stream()
            .limit(request.getLimit())
            .forEach(response::addKvs);
      }
      answer(out, response.build());
    }

    private ResponseHeader header(int at) {
      return ResponseHeader.newBuilder().setRevision(at).build();
    }
  }

  private final class Cluster extends ClusterGrpc.ClusterImplBase {
    @Override
    public void memberList(MemberListRequest request, StreamObserver<MemberListResponse> out) {
      MemberListResponse.Builder response = MemberListResponse.newBuilder();
      for (int i = 0; i < members.size(); i++) {
        response.addMembers(
            Member.newBuilder()
                .setId(FIRST_MEMBER + i)
                .addClientUrls("http://127.0.0.1:" + members.get(i).getPort()));
      }
      answer(out, response.build());
    }
  }

  private static final class Maintenance extends MaintenanceGrpc.MaintenanceImplBase {
    @Override
    public void status(StatusRequest request, StreamObserver<StatusResponse> out) {
      answer(out, StatusResponse.newBuilder().setLeader(FIRST_MEMBER + 1).build());
    }
  }
}
