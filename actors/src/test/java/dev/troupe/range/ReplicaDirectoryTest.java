package dev.troupe.range;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.protocol.model.RangeId;
import dev.troupe.protocol.model.ReplicaId;
import dev.troupe.protocol.model.ReplicaKey;
import org.junit.jupiter.api.Test;

/** Who sleeps among thousands costs nothing; who wakes up is found and told of. */
class ReplicaDirectoryTest {
  private final ReplicaDirectory directory = new ReplicaDirectory();
  private final LocalReplica first = replica(1);
  private final LocalReplica second = replica(2);
  private int told;

  ReplicaDirectoryTest() {
    directory.onAwakened(() -> told++);
  }

  private static LocalReplica replica(long range) {
    return new LocalReplica(new ReplicaKey(new RangeId(range), new ReplicaId(1)), null);
  }

  @Test
  void shouldTellOfWhoStartsAndWhoWakesUpOnce() {
    directory.register(first);
    directory.register(second);
    assertThat(directory.awake()).containsExactlyInAnyOrder(first, second);
    assertThat(told).isEqualTo(2);

    directory.asleep(first, true);
    directory.asleep(second, true);
    assertThat(directory.awake()).isEmpty();
    assertThat(first.asleep()).isTrue();
    assertThat(directory.all()).hasSize(2);
    assertThat(told).isEqualTo(2);

    directory.asleep(second, false);
    directory.asleep(second, false);
    assertThat(directory.awake()).containsExactly(second);
    assertThat(second.asleep()).isFalse();
    assertThat(told).isEqualTo(3);
  }

  @Test
  void shouldForgetWhoHasEnded() {
    directory.register(first);
    directory.unregister(first);
    assertThat(directory.awake()).isEmpty();

    directory.asleep(first, true);
    directory.asleep(first, false);
    assertThat(directory.awake()).as("it has ended: its last words count for nothing").isEmpty();
    assertThat(told).isEqualTo(1);
  }

  @Test
  void shouldLeaveTheSuccessorOfWhoHasEndedAlone() {
    var successor = new LocalReplica(new ReplicaKey(new RangeId(1), new ReplicaId(2)), null);
    directory.register(first);
    directory.unregister(first);
    directory.register(successor);

    directory.asleep(first, true);
    assertThat(directory.awake()).containsExactly(successor);
    directory.unregister(first);
    assertThat(directory.awake()).containsExactly(successor);
  }
}
