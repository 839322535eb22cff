package dev.troupe.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.troupe.loadgen.testkit.InMemoryKv;
import dev.troupe.loadgen.testkit.TestNode;
import dev.troupe.protocol.error.ErrorCode.Retry;
import io.grpc.Status;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class KeyValueStoreTest {
  private static final byte[] KEY = "k".getBytes(UTF_8);
  private static final byte[] VALUE = "v".getBytes(UTF_8);

  private final InMemoryKv.Store store = new InMemoryKv.Store();
  private final AtomicInteger puts = new AtomicInteger();
  private TestNode node;
  private TestNode second;
  private TroupeClient client;

  @BeforeEach
  void start() throws IOException {
    node = new TestNode(store);
    second = new TestNode(store);
    client =
        TroupeClient.builder(node.address(), second.address())
            .answerTimeout(Duration.ofMillis(300))
            .build();
  }

  @AfterEach
  void stop() throws InterruptedException {
    client.close();
    node.close();
    second.close();
  }

  @Test
  void shouldPutAndGet() {
    KeyValueStore keys = client.keyValues();

    assertThat(keys.get(KEY)).isNull();
    assertThat(keys.put(KEY, VALUE)).isPositive();
    assertThat(keys.get(KEY)).isEqualTo(VALUE);
  }

  @Test
  void shouldSwapOnlyWhatIsExpected() {
    KeyValueStore keys = client.keyValues();

    assertThat(keys.compareAndSet(KEY, VALUE, VALUE)).isFalse();
    assertThat(keys.compareAndSet(KEY, null, VALUE)).isTrue();
    assertThat(keys.compareAndSet(KEY, VALUE, null)).isTrue();
    assertThat(keys.get(KEY)).isNull();
    keys.put(KEY, VALUE);
    keys.delete(KEY);
    assertThat(keys.get(KEY)).isNull();
  }

  @Test
  void shouldRepeatAWriteWhenNothingHasHappened() {
    failFirst("OVERLOADED", "SAFE", false);

    client.keyValues().put(KEY, VALUE);

    assertThat(puts.get()).isEqualTo(2);
  }

  @Test
  void shouldNotRepeatAWriteThatMayHaveHappened() {
    failFirst("AMBIGUOUS", "UNKNOWN_OUTCOME", true);

    assertThatThrownBy(() -> client.keyValues().put(KEY, VALUE))
        .isInstanceOfSatisfying(
            TroupeClientException.class,
            e -> assertThat(e.retry()).isEqualTo(Retry.UNKNOWN_OUTCOME));
    assertThat(puts.get()).isEqualTo(1);
    assertThat(client.keyValues().get(KEY)).isEqualTo(VALUE);
  }

  private void failFirst(String reason, String retry, boolean applied) {
    node.kv()
        .puts(
            (s, put) -> {
              boolean fails = puts.getAndIncrement() == 0;
              if (fails && applied) {
                InMemoryKv.Puts.HONEST.put(s, put);
              }
              if (fails) {
                throw InMemoryKv.refusal(Status.Code.UNKNOWN, reason, retry);
              }
              return InMemoryKv.Puts.HONEST.put(s, put);
            });
  }

  @Test
  void shouldGoToTheNextNodeWithAWriteThatNobodyHasGot() {
    node.kill();

    client.keyValues().put(KEY, VALUE);

    assertThat(client.keyValues().get(KEY)).isEqualTo(VALUE);
  }

  @Test
  void shouldNotRepeatAWriteThatIsNotAnswered() {
    client.keyValues().get(KEY);
    node.kv().mute(true);

    assertThatThrownBy(() -> client.keyValues().put(KEY, VALUE))
        .hasMessageContaining(TroupeClientException.CLIENT_TIMEOUT);
  }

  @Test
  void shouldRepeatAReadThatIsNotAnsweredAtTheNextNode() {
    store.put(
        com.google.protobuf.ByteString.copyFrom(KEY),
        com.google.protobuf.ByteString.copyFrom(VALUE));
    node.kv().mute(true);

    assertThat(client.keyValues().get(KEY)).isEqualTo(VALUE);
  }
}
