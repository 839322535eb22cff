package dev.troupe.node.sql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.node.InMemoryKv;
import dev.troupe.node.InMemoryTransactions;
import dev.troupe.protocol.codec.Keyspace;
import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.KeySpan;
import dev.troupe.protocol.model.TxnId;
import dev.troupe.protocol.spi.FollowerReads;
import dev.troupe.protocol.spi.KvRequest;
import dev.troupe.protocol.spi.KvResponse;
import dev.troupe.protocol.spi.TimestampSource;
import dev.troupe.sql.kv.ClusterTransactions;
import dev.troupe.sql.kv.KvTransaction;
import dev.troupe.sql.schema.Garbage;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a sweep clears, what it leaves, and what it does when it cannot. */
final class GarbageSweepTest {
  private static final int ROWS = 5_000;
  private static final long DAYS_2 = Duration.ofDays(2).toMillis();

  private final InMemoryKv kv = new InMemoryKv();
  private final AtomicLong ids = new AtomicLong();
  private final AtomicLong wall = new AtomicLong(DAYS_2);
  private final AtomicBoolean fails = new AtomicBoolean();
  private final ClusterTransactions transactions =
      new ClusterTransactions(
          new InMemoryTransactions(kv),
          unused(FollowerReads.class),
          kv,
          unused(TimestampSource.class),
          () -> new TxnId(1, ids.incrementAndGet()),
          () -> 0);
  private final AtomicLong monotonic = new AtomicLong();
  private final List<Long> rests = new ArrayList<>();
  private final List<KvRequest> sent = new ArrayList<>();
  private final List<KeySpan> lifted = new ArrayList<>();
  private final GarbageSweep sweep =
      new GarbageSweep(transactions, this::send, this::lift, wall::get, monotonic::get, rests::add);
  private final KeySpan dropped = span(7);
  private final KeySpan kept = span(8);

  private CompletionStage<Integer> lift(KeySpan span) {
    lifted.add(span);
    return CompletableFuture.completedStage(1);
  }

  private static <T> T unused(Class<T> port) {
    return port.cast(
        Proxy.newProxyInstance(
            port.getClassLoader(),
            new Class<?>[] {port},
            (proxy, method, arguments) -> {
              throw new UnsupportedOperationException(method.getName());
            }));
  }

  private static KeySpan span(int table) {
    Key start = Keyspace.TABLES.start().append(new byte[] {0, 0, (byte) table});
    return new KeySpan(start, start.prefixEnd());
  }

  /** Takes a microsecond; deletes fail while they are to. */
  private void send(KvRequest request, long deadline, Consumer<KvResponse> reply) {
    sent.add(request);
    monotonic.addAndGet(1_000);
    if (fails.get() && request instanceof KvRequest.Batch) {
      reply.accept(new KvResponse.Failed(ErrorCode.RANGE_UNAVAILABLE, "not now"));
    } else {
      kv.send(request, deadline, reply);
    }
  }

  private void fill(KeySpan span) {
    for (int i = 0; i < ROWS; i++) {
      Key key = span.start().append(new byte[] {(byte) (i >> 8), (byte) i});
      kv.send(new KvRequest.Put(key, new byte[] {1}), 0, answer -> {});
    }
  }

  private int rows(KeySpan span) {
    var found = new AtomicLong();
    kv.send(
        new KvRequest.Scan(span, 1 << 20, 1 << 30, false, true, null),
        0,
        answer -> found.set(((KvResponse.Page) answer).rows().size()));
    return found.intValue();
  }

  /** Leaves word of a span that is written aside; the transaction is still open. */
  private KvTransaction expect(KeySpan span) {
    KvTransaction until = transactions.begin(Duration.ofSeconds(5));
    Garbage.expect(transactions, until, span, wall::get);
    return until;
  }

  private List<Garbage.Span> listed() {
    KvTransaction read = transactions.begin(Duration.ofSeconds(5));
    return Garbage.due(read, Long.MAX_VALUE, 100);
  }

  @AfterEach
  void stop() {
    sweep.close();
  }

  @Test
  void shouldClearInStepsWhatIsDueAndNothingBesides() {
    fill(dropped);
    fill(kept);
    expect(dropped).rollback();
    wall.addAndGet(DAYS_2);
    sweep.sweep();

    assertThat(rows(dropped)).isZero();
    assertThat(rows(kept)).isEqualTo(ROWS);
    assertThat(listed()).isEmpty();
    assertThat(lifted).containsExactly(dropped);
    // Ten steps of a scan and a deletion; nothing is left to look for behind the last one.
    assertThat(sent).hasSize(20).noneMatch(KvRequest.DeleteRange.class::isInstance);
    assertThat(rests).hasSize(9).containsOnly(GarbageSweep.REST_FACTOR * 2_000L);
  }

  @Test
  void shouldLeaveWhatAnotherNodeClears() {
    fill(dropped);
    expect(dropped).rollback();
    wall.addAndGet(DAYS_2);
    Garbage.Span span = listed().getFirst();
    long until = wall.get() + GarbageSweep.CLAIM.toMillis();
    assertThat(Garbage.claim(transactions, span, wall.get(), until)).isTrue();
    assertThat(Garbage.claim(transactions, span, wall.get(), until)).isFalse();
    sweep.sweep();
    assertThat(rows(dropped)).isEqualTo(ROWS);
    // The other one has died.
    wall.set(until);
    sweep.sweep();
    assertThat(rows(dropped)).isZero();
    assertThat(listed()).isEmpty();
    assertThat(Garbage.claim(transactions, span, wall.get(), until)).isFalse();
  }

  @Test
  void shouldLeaveWhatATransactionMayStillCommit() {
    fill(dropped);
    expect(dropped).rollback();
    sweep.sweep();
    assertThat(rows(dropped)).isEqualTo(ROWS);
    assertThat(listed()).hasSize(1);
  }

  @Test
  void shouldLeaveWhatWasCommitted() {
    fill(dropped);
    expect(dropped).commit();
    wall.addAndGet(DAYS_2);
    sweep.sweep();
    assertThat(rows(dropped)).isEqualTo(ROWS);
    assertThat(lifted).isEmpty();
  }

  @Test
  void shouldTryAgainWhatItCouldNotClear() {
    fill(dropped);
    expect(dropped).rollback();
    wall.addAndGet(DAYS_2);
    fails.set(true);
    sweep.sweep();
    assertThat(listed()).hasSize(1);
    fails.set(false);
    sweep.sweep();
    assertThat(rows(dropped)).isZero();
    assertThat(listed()).isEmpty();
  }
}
