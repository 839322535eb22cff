package dev.troupe.node.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.troupe.node.InMemoryKv;
import dev.troupe.node.SwitchableFollowerReads;
import dev.troupe.node.config.NodeSettings;
import dev.troupe.node.trace.TraceBook;
import dev.troupe.node.trace.TraceId;
import dev.troupe.node.trace.Tracing;
import dev.troupe.protocol.spi.SystemClocks;
import dev.troupe.protocol.trace.SpanRecord;
import dev.troupe.transport.EventLoops;
import dev.troupe.v1.KvGrpc;
import dev.troupe.v1.PutRequest;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What clients say in the metadata of their calls, and what the node does about it. */
class TracedCallsTest {
  private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
  private static final String ASKED = "00-" + TRACE + "-b7ad6b7169203331-01";

  private final EventLoops loops = EventLoops.start();
  private Tracing tracing;
  private GrpcDoor door;
  private ManagedChannel channel;

  @BeforeEach
  void open() throws IOException {
    open(0);
  }

  private void open(double sample) throws IOException {
    tracing =
        Tracing.of(
            new NodeSettings.Tracing(true, sample, 10, 2, 100, null),
            SystemClocks.monotonic(),
            SystemClocks.wall(),
            SystemClocks.random());
    var dispatch =
        new KvDispatch(
            new InMemoryKv(),
            new SwitchableFollowerReads(),
            new Admission(GrpcFixture.LIMITS, SystemClocks.monotonic()),
            RequestObserver.none(),
            SystemClocks.monotonic(),
            Duration.ofSeconds(5).toNanos(),
            tracing);
    door =
        new GrpcDoor(
            loops,
            new InetSocketAddress("127.0.0.1", 0),
            threads -> List.of(TraceParents.readFor(new KvGrpcService(dispatch, 16, threads))));
    channel = NettyChannelBuilder.forAddress("127.0.0.1", door.port()).usePlaintext().build();
  }

  @AfterEach
  void close() {
    channel.shutdownNow();
    door.close();
    loops.close();
  }

  private void put(String traceparent) {
    Metadata headers = new Metadata();
    if (traceparent != null) {
      headers.put(Metadata.Key.of("traceparent", Metadata.ASCII_STRING_MARSHALLER), traceparent);
    }
    PutRequest request =
        PutRequest.newBuilder()
            .setNamespace("default")
            .setKey(ByteString.copyFromUtf8("a"))
            .setValue(ByteString.copyFromUtf8("b"))
            .build();
    assertThat(
            KvGrpc.newBlockingStub(channel)
                .withDeadlineAfter(20, TimeUnit.SECONDS)
                .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers))
                .put(request))
        .isNotNull();
  }

  @Test
  void shouldRecordUnderTheClientsSpanWhatItWantsRecorded() {
    put(ASKED);

    TraceBook.Seen seen = tracing.book().seen().getFirst();
    assertThat(seen.id()).isEqualTo(TraceId.parse(TRACE));
    SpanRecord span = seen.first();
    assertThat(span.name()).isEqualTo("kv.put");
    assertThat(span.parent()).isEqualTo(Long.parseUnsignedLong("b7ad6b7169203331", 16));
    assertThat(span.hasEnded()).isTrue();
    assertThat(span.attributes()).containsEntry(Tracing.DOOR, "grpc").containsKey("key");
  }

  @Test
  void shouldRecordNothingOfTheOthers() {
    put(null);
    put(ASKED.replace("-01", "-00"));
    put("nonsense");

    assertThat(tracing.book().size()).isZero();
  }

  @Test
  void shouldRecordThoseThatSayNothingByChance() throws IOException {
    channel.shutdownNow();
    door.close();
    open(1);
    put(null);
    put(ASKED.replace("-01", "-00"));

    assertThat(tracing.book().size()).isEqualTo(1);
    assertThat(tracing.book().seen().getFirst().first().isFirst()).isTrue();
  }
}
