package dev.troupe.range;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.load.LoadReporter;
import dev.troupe.load.RangeLoad;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.KeySpan;
import dev.troupe.protocol.model.Member;
import dev.troupe.protocol.model.Membership;
import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.model.RangeDescriptor;
import dev.troupe.protocol.model.RangeId;
import dev.troupe.protocol.model.ReplicaId;
import dev.troupe.protocol.model.ReplicaKey;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** How large ranges are is asked of the store when it can have changed, and seldom otherwise. */
class LoadReporterTest {
  private static final KeySpan SPAN = new KeySpan(Key.of("a"), Key.of("m"));

  private final ReplicaDirectory directory = new ReplicaDirectory();
  private final LocalReplica replica =
      new LocalReplica(new ReplicaKey(new RangeId(7), new ReplicaId(1)), null);
  private long stored = 100;
  private int asked;
  private long nanos = 1;
  private final LoadReporter reporter =
      new LoadReporter(
          directory,
          new MemoryStateStore() {
            @Override
            public long approximateBytes(KeySpan span) {
              asked++;
              return stored;
            }
          },
          () -> nanos,
          Runnable::run,
          new LoadReporter.Limits(Long.MAX_VALUE, Double.MAX_VALUE));

  LoadReporterTest() {
    describe(SPAN, 1);
    replica.leads(true);
    directory.register(replica);
  }

  private void describe(KeySpan span, long generation) {
    var member = new Member(new ReplicaId(1), new NodeId(1), Member.Role.VOTER);
    replica
        .view()
        .describe(
            new RangeDescriptor(replica.key().range(), span, generation, Membership.of(member), 2));
  }

  private long reported() {
    var told = new AtomicReference<List<RangeLoad>>();
    reporter.report(true, told::set);
    assertThat(told.get()).hasSize(1);
    return told.get().getFirst().bytes();
  }

  @Test
  void shouldAskNothingOfARangeThatNobodyUses() {
    assertThat(reported()).isEqualTo(100);
    nanos += Duration.ofSeconds(10).toNanos();
    assertThat(reported()).isEqualTo(100);
    assertThat(asked).isEqualTo(1);
  }

  @Test
  void shouldAskAfterEachWrite() {
    reported();
    stored = 300;
    replica.appliedIndex(5);

    assertThat(reported()).isEqualTo(300);
    assertThat(asked).isEqualTo(2);
  }

  @Test
  void shouldSeeWhatACompactionHasGained() {
    reported();
    stored = 50;
    nanos += Duration.ofSeconds(60).toNanos();

    assertThat(reported()).isEqualTo(50);
  }

  @Test
  void shouldAskOnceTheBordersHaveChanged() {
    reported();
    stored = 40;
    describe(new KeySpan(Key.of("a"), Key.of("f")), 2);

    assertThat(reported()).isEqualTo(40);
  }
}
