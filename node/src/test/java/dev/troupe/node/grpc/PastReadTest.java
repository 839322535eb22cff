package dev.troupe.node.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.ByteString;
import dev.troupe.node.InMemoryKv;
import dev.troupe.protocol.codec.Keyspace;
import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.model.Timestamp;
import dev.troupe.protocol.spi.FollowerReads;
import dev.troupe.protocol.spi.KvRequest;
import dev.troupe.protocol.spi.KvResponse;
import dev.troupe.v1.GetRequest;
import dev.troupe.v1.GetResponse;
import dev.troupe.v1.PutRequest;
import dev.troupe.v1.ScanRequest;
import dev.troupe.v1.ScanResponse;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How clients say as of when they read, and learn as of when they did. */
class PastReadTest {
  private static final Timestamp CHOSEN = Timestamp.of(1_000, 7);

  /** Answers from a map, and remembers what it was asked. */
  private static final class Recorded implements FollowerReads {
    final InMemoryKv kv;
    final List<String> asked = new CopyOnWriteArrayList<>();

    Recorded(InMemoryKv kv) {
      this.kv = kv;
    }

    @Override
    public Counts counts() {
      return Counts.NONE;
    }

    @Override
    public void read(KvRequest.Read read, long deadlineNanos, Consumer<Answer> reply) {
      Timestamp at = read instanceof KvRequest.Get get ? get.at() : ((KvRequest.Scan) read).at();
      asked.add("at " + at);
      answer(read, at, reply);
    }

    @Override
    public void readStale(
        KvRequest.Read read, Duration maxStaleness, long deadlineNanos, Consumer<Answer> reply) {
      asked.add("within " + maxStaleness);
      answer(read, CHOSEN, reply);
    }

    private void answer(KvRequest.Read read, Timestamp at, Consumer<Answer> reply) {
      kv.send(
          read,
          0,
          response ->
              reply.accept(
                  new Answer(
                      response instanceof KvResponse.Page page
                          ? new KvResponse.Page(page.rows(), page.resume(), at)
                          : response,
                      at,
                      new NodeId(3))));
    }
  }

  private final InMemoryKv kv =
      new InMemoryKv(Keyspace.kv("default", "b".getBytes(StandardCharsets.UTF_8)));
  private final Recorded past = new Recorded(kv);
  private GrpcFixture grpc;

  @BeforeEach
  void open() throws IOException {
    grpc = new GrpcFixture(kv, past);
    for (String key : List.of("a", "b")) {
      grpc.kv()
          .put(
              PutRequest.newBuilder()
                  .setKey(ByteString.copyFromUtf8(key))
                  .setValue(ByteString.copyFromUtf8("v"))
                  .build());
    }
  }

  @AfterEach
  void close() {
    grpc.close();
  }

  private static GetRequest.Builder get() {
    return GetRequest.newBuilder().setKey(ByteString.copyFromUtf8("a"));
  }

  @Test
  void shouldReadTheNewestStateUnlessToldOtherwise() {
    GetResponse answer = grpc.kv().get(get().build());
    assertThat(answer.getFound()).isTrue();
    assertThat(answer.hasReadVersion()).isFalse();
    assertThat(answer.hasNode()).isFalse();
    assertThat(past.asked).isEmpty();
  }

  @Test
  void shouldReadAtAVersionAndSayWhereAndWhen() {
    GetResponse answer = grpc.kv().get(get().setAtVersion(99).build());
    assertThat(answer.getFound()).isTrue();
    assertThat(answer.getReadVersion()).isEqualTo(99);
    assertThat(answer.getNode()).isEqualTo(3);
    assertThat(past.asked).containsExactly("at " + new Timestamp(99));
  }

  @Test
  void shouldReadAllPagesOfAStaleScanAtOneMoment() {
    var pages = new ArrayList<ScanResponse>();
    grpc.kv()
        .scan(ScanRequest.newBuilder().setMaxStalenessMillis(1_500).build())
        .forEachRemaining(pages::add);
    assertThat(pages).hasSize(2);
    assertThat(pages).allMatch(page -> page.getReadVersion() == CHOSEN.value());
    assertThat(past.asked).containsExactly("within PT1.5S", "at " + CHOSEN);
  }

  @Test
  void shouldRefuseContradictions() {
    assertRefused(get().setAtVersion(99).setMaxStalenessMillis(5).build(), "exclude each other");
    assertRefused(get().setAtVersion(0).build(), "before everything");
    assertThat(past.asked).isEmpty();
  }

  private void assertRefused(GetRequest request, String hint) {
    var refused = catchThrowableOfType(StatusRuntimeException.class, () -> grpc.kv().get(request));
    assertThat(refused.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    assertThat(refused.getMessage()).contains(hint);
  }
}
