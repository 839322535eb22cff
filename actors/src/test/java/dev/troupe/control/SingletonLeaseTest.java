package dev.troupe.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.control.SingletonLease.Tenure;
import dev.troupe.protocol.codec.Keyspace;
import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.spi.KvRequest;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** One holder at a time, and who was deposed can write nothing. */
class SingletonLeaseTest {
  private static final SingletonLease.Settings SETTINGS =
      new SingletonLease.Settings(Duration.ofSeconds(10), Duration.ofSeconds(30));

  private final SystemRange range = new SystemRange();
  private final AtomicLong nonces = new AtomicLong();
  private final Set<NodeId> members = new HashSet<>(List.of(new NodeId(1), new NodeId(2)));
  private long now;
  private final SystemRecords records = new SystemRecords(range, () -> now);

  private SingletonLease node(int id) {
    return new SingletonLease(
        "job",
        new NodeId(id),
        records,
        () -> now,
        bound -> nonces.incrementAndGet(),
        members::contains,
        SETTINGS);
  }

  private static <T> T join(CompletionStage<T> stage) {
    return stage.toCompletableFuture().join();
  }

  private Tenure take(SingletonLease lease) {
    return Objects.requireNonNull(join(lease.take()));
  }

  private void pass(Duration time) {
    now += time.toNanos();
  }

  private boolean writes(Tenure tenure) {
    var batch =
        List.of(SingletonLease.guard(tenure), new KvRequest.Put(Keyspace.lease("x"), new byte[1]));
    var applied = new boolean[1];
    range.send(
        new KvRequest.Batch(batch),
        TimeUnit.SECONDS.toNanos(1),
        answer -> applied[0] = ((dev.troupe.protocol.spi.KvResponse.BatchDone) answer).applied());
    return applied[0];
  }

  @Test
  void shouldBeHeldByOneAsLongAsItGivesSignsOfLife() {
    SingletonLease first = node(1);
    SingletonLease second = node(2);
    Tenure held = take(first);
    assertThat(held.epoch()).isEqualTo(1);
    for (int i = 0; i < 10; i++) {
      assertThat(join(second.take())).isNull();
      pass(Duration.ofSeconds(10));
      assertThat(join(first.renew(held))).isTrue();
    }
    assertThat(writes(held)).isTrue();
  }

  @Test
  void shouldGoToAnotherWhenItsHolderIsSilent() {
    SingletonLease first = node(1);
    SingletonLease second = node(2);
    Tenure held = take(first);
    assertThat(join(second.take())).isNull();
    pass(Duration.ofSeconds(29));
    assertThat(join(second.take())).isNull();
    pass(Duration.ofSeconds(1));
    Tenure next = take(second);

    assertThat(next.epoch()).isEqualTo(2);
    assertThat(writes(held)).isFalse();
    assertThat(writes(next)).isTrue();
    assertThat(join(first.renew(held))).isFalse();
    join(first.release(held));
    assertThat(join(second.renew(next))).isTrue();
  }

  @Test
  void shouldGoToAnotherAtOnceWhenItWasGivenBackOrItsHolderIsGone() {
    SingletonLease first = node(1);
    SingletonLease second = node(2);
    Tenure held = take(first);
    join(first.release(held));
    Tenure next = take(second);
    assertThat(next.epoch()).isEqualTo(2);
    assertThat(join(first.take())).isNull();
    members.remove(new NodeId(2));
    assertThat(take(first).epoch()).isEqualTo(3);
  }

  @Test
  void shouldGoToALaterLifeOfItsHolder() {
    Tenure held = take(node(1));
    Tenure next = take(node(1));
    assertThat(next.epoch()).isEqualTo(held.epoch() + 1);
    assertThat(writes(held)).isFalse();
  }

  @Test
  void shouldBeTakenByOneOfTwoLivesThatTryAtOnce() {
    // Both have seen the same record when they write.
    range.next(SystemRange.Fate.ANSWERED, SystemRange.Fate.ANSWERED);
    SingletonLease first = node(1);
    Tenure held = take(first);
    range.next(
        SystemRange.Fate.ANSWERED, SystemRange.Fate.ANSWERED, SystemRange.Fate.DONE_IN_SILENCE);
    Tenure next = take(node(1));
    assertThat(next.epoch()).isEqualTo(held.epoch() + 1);
    assertThat(writes(next)).isTrue();
  }
}
