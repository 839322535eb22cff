package dev.troupe.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.protocol.model.RangeId;
import dev.troupe.protocol.model.ReplicaId;
import dev.troupe.protocol.model.ReplicaKey;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class StartQueueTest {
  private static final int MANY = 2 * StartQueue.AT_ONCE_MAX + 10;

  private final StartQueue queue = new StartQueue();
  private final Set<ReplicaKey> settled = new HashSet<>();

  private static ReplicaKey replica(long range) {
    return new ReplicaKey(new RangeId(range), new ReplicaId(3));
  }

  private static List<ReplicaKey> replicas(long first, long last) {
    return LongStream.rangeClosed(first, last).mapToObj(StartQueueTest::replica).toList();
  }

  private void addMany() {
    replicas(1, MANY).reversed().forEach(queue::add);
  }

  private List<ReplicaKey> next() {
    return queue.next(settled::contains);
  }

  @Test
  void shouldBeginWithTheOldestAndGoOnWhenHalfOfThemRun() {
    addMany();
    int max = StartQueue.AT_ONCE_MAX;
    assertThat(next()).isEqualTo(replicas(1, max));
    assertThat(next()).isEmpty();

    settled.addAll(replicas(1, max / 2 - 1));
    assertThat(next()).isEmpty();
    settled.add(replica(max / 2));
    assertThat(next()).isEqualTo(replicas(max + 1, max + max / 2));

    settled.addAll(replicas(1, MANY));
    assertThat(next()).isEmpty();
    assertThat(queue.isEmpty()).isTrue();
  }

  @Test
  void shouldRepeatWhatIsNotSeen() {
    addMany();
    next();
    settled.addAll(replicas(2, 10));

    assertThat(queue.again(settled::contains))
        .startsWith(replica(1), replica(11))
        .hasSize(StartQueue.AT_ONCE_MAX - 9);

    queue.removeAll(replicas(1, MANY));
    assertThat(queue.isEmpty()).isTrue();
  }

  @Test
  void shouldNotBeginWhatRunsAlready() {
    replicas(1, 3).forEach(queue::add);
    queue.addBegun(replica(2));
    queue.add(replica(2));
    settled.add(replica(1));

    assertThat(next()).containsExactly(replica(3));
    assertThat(queue.again(settled::contains)).containsExactly(replica(2), replica(3));
  }

  @Test
  void shouldKnowForWhichRangesThereIsOne() {
    replicas(1, 2).forEach(queue::add);
    assertThat(queue.hasRange(new RangeId(1), settled::contains)).isTrue();
    assertThat(queue.hasRange(new RangeId(5), settled::contains)).isFalse();

    settled.add(replica(1));
    assertThat(queue.hasRange(new RangeId(1), settled::contains)).isFalse();
  }
}
