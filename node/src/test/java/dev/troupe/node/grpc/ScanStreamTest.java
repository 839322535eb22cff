package dev.troupe.node.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.node.InMemoryKv;
import dev.troupe.protocol.codec.Keyspace;
import dev.troupe.protocol.spi.KvRequest;
import dev.troupe.v1.ScanRequest;
import dev.troupe.v1.ScanResponse;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ScanStreamTest {
  private static final int ROWS = 60;

  private final InMemoryKv kv = new InMemoryKv();
  private GrpcFixture grpc;
  private final SlowReader reader = new SlowReader();

  /** Takes a message only when it is told to. */
  private static final class SlowReader
      implements ClientResponseObserver<ScanRequest, ScanResponse> {
    private @Nullable ClientCallStreamObserver<ScanRequest> call;
    private final AtomicInteger rows = new AtomicInteger();
    private volatile boolean ended;

    @Override
    public void beforeStart(ClientCallStreamObserver<ScanRequest> started) {
      call = started;
      started.disableAutoRequestWithInitial(1);
    }

    @Override
    public void onNext(ScanResponse page) {
      rows.addAndGet(page.getRowsCount());
    }

    @Override
    public void onError(Throwable cause) {
      ended = true;
    }

    @Override
    public void onCompleted() {
      ended = true;
    }
  }

  @BeforeEach
  void loadSixtyMebibytes() throws IOException {
    byte[] value = new byte[1 << 20];
    for (int i = 0; i < ROWS; i++) {
      byte[] key = "k%03d".formatted(i).getBytes(StandardCharsets.UTF_8);
      kv.send(new KvRequest.Put(Keyspace.kv("default", key), value), 0, answer -> {});
    }
    grpc = new GrpcFixture(kv);
    grpc.kvAsync().scan(ScanRequest.getDefaultInstance(), reader);
    Awaitility.await().until(() -> reader.rows.get() == 1);
  }

  @AfterEach
  void close() {
    grpc.close();
  }

  private int pagesFetched() {
    return kv.requests() - ROWS;
  }

  @Test
  void shouldFetchNoFurtherThanASlowReaderTakes() {
    Awaitility.await()
        .during(Duration.ofMillis(300))
        .atMost(Duration.ofSeconds(5))
        .until(() -> pagesFetched() < 8);

    reader.call.request(ROWS * 2);

    Awaitility.await().until(() -> reader.ended);
    assertThat(reader.rows.get()).isEqualTo(ROWS);
  }

  @Test
  void shouldStopFetchingWhenTheReaderLeaves() {
    reader.call.cancel("enough", null);
    Awaitility.await().until(() -> reader.ended);

    Awaitility.await()
        .during(Duration.ofMillis(300))
        .atMost(Duration.ofSeconds(5))
        .until(() -> pagesFetched() < 8);
    assertThat(grpc.admission.requests()).isZero();
  }
}
