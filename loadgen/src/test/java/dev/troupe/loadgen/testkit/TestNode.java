package dev.troupe.loadgen.testkit;

import com.google.protobuf.ByteString;
import dev.troupe.protocol.codec.Keyspace;
import dev.troupe.v1.AdminGrpc;
import dev.troupe.v1.ListNodesRequest;
import dev.troupe.v1.ListNodesResponse;
import dev.troupe.v1.ListRangesRequest;
import dev.troupe.v1.ListRangesResponse;
import dev.troupe.v1.Node;
import dev.troupe.v1.Range;
import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A gRPC server on a free port of the loopback address with an {@link InMemoryKv} behind it. */
public final class TestNode implements AutoCloseable {
  private static final int INBOUND_BYTES_MAX = 64 << 20;

  private final InMemoryKv kv;
  private final InMemoryTxn txn;
  private final Directory directory = new Directory();
  private final Server server;
  private final int port;

  public TestNode(InMemoryKv.Store store, TxnStore transactions) throws IOException {
    this.kv = new InMemoryKv(store);
    this.txn = new InMemoryTxn(transactions);
    this.server =
        NettyServerBuilder.forAddress(new InetSocketAddress("127.0.0.1", 0))
            .addService(kv)
            .addService(txn)
            .addService(directory)
            .maxInboundMessageSize(INBOUND_BYTES_MAX)
            .build()
            .start();
    this.port = server.getPort();
  }

  public TestNode(InMemoryKv.Store store) throws IOException {
    this(store, new TxnStore());
  }

  public TestNode(TxnStore transactions) throws IOException {
    this(new InMemoryKv.Store(), transactions);
  }

  public TestNode() throws IOException {
    this(new InMemoryKv.Store());
  }

  public InMemoryTxn txn() {
    return txn;
  }

  public InMemoryKv kv() {
    return kv;
  }

  public int port() {
    return port;
  }

  public String address() {
    return "127.0.0.1:" + port();
  }

  /** What this node answers when asked who is there and who leads. */
  public void directory(List<TestNode> nodes, TestNode leader) {
    directory.nodes = nodes;
    directory.leader = nodes.indexOf(leader) + 1;
  }

  /** Ends without a farewell to anybody. */
  public void kill() {
    server.shutdownNow();
  }

  @Override
  public void close() throws InterruptedException {
    server.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
  }

  /** The questions of the Admin service that clients ask. */
  private static final class Directory extends AdminGrpc.AdminImplBase {
    private volatile List<TestNode> nodes = List.of();
    private volatile int leader;

    @Override
    public void listNodes(ListNodesRequest request, StreamObserver<ListNodesResponse> out) {
      ListNodesResponse.Builder response = ListNodesResponse.newBuilder();
      for (int i = 0; i < nodes.size(); i++) {
        response.addNodes(
            Node.newBuilder().setId(i + 1).setState("live").setGrpcAddress(nodes.get(i).address()));
      }
      out.onNext(response.build());
      out.onCompleted();
    }

    @Override
    public void listRanges(ListRangesRequest request, StreamObserver<ListRangesResponse> out) {
      ByteString start = ByteString.copyFrom(Keyspace.KV.start().bytes());
      ByteString end = ByteString.copyFrom(Keyspace.KV.end().bytes());
      out.onNext(
          ListRangesResponse.newBuilder()
              .addRanges(Range.newBuilder().setId(1).setEnd(start).setLeader(leader % 3 + 1))
              .addRanges(Range.newBuilder().setId(2).setStart(start).setEnd(end).setLeader(leader))
              .build());
      out.onCompleted();
    }
  }
}
