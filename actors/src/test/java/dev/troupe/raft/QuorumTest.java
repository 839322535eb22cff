package dev.troupe.raft;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class QuorumTest {
  @Test
  void shouldCountMajorities() {
    assertThat(new int[] {Quorum.size(1), Quorum.size(2), Quorum.size(3), Quorum.size(4)})
        .containsExactly(1, 2, 2, 3);
  }

  @Property
  void shouldReachTheHighestValueThatAMajorityHas(
      @ForAll @Size(min = 1, max = 7) List<@LongRange(min = 0, max = 9) Long> drawn) {
    long[] values = drawn.stream().mapToLong(Long::longValue).toArray();
    long reached = Quorum.reached(values.clone(), values.length);
    int quorum = Quorum.size(values.length);

    assertThat(count(values, reached)).isGreaterThanOrEqualTo(quorum);
    assertThat(count(values, reached + 1)).isLessThan(quorum);
  }

  @Property
  void shouldLookAtTheGivenVotersOnly(@ForAll @Size(min = 3, max = 3) long[] values) {
    long[] longer = Arrays.copyOf(values, 5);
    longer[3] = Long.MAX_VALUE;
    longer[4] = Long.MAX_VALUE;

    assertThat(Quorum.reached(longer, 3)).isEqualTo(Quorum.reached(values.clone(), 3));
  }

  private static long count(long[] values, long atLeast) {
    return Arrays.stream(values).filter(v -> v >= atLeast).count();
  }
}
