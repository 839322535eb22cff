package dev.troupe.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.KeySpan;
import dev.troupe.protocol.model.Membership;
import dev.troupe.protocol.model.RangeDescriptor;
import dev.troupe.protocol.model.RangeId;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class DescriptorCacheTest {
  private static final RangeDescriptor WHOLE = range(7, "a", "n", 3);
  private static final RangeDescriptor LEFT = range(7, "a", "h", 4);
  private static final RangeDescriptor RIGHT = range(100, "h", "n", 4);

  private final DescriptorCache cache = new DescriptorCache();

  private static RangeDescriptor range(long id, String start, String end, long generation) {
    return new RangeDescriptor(
        new RangeId(id), new KeySpan(Key.of(start), Key.of(end)), generation, Membership.EMPTY, 1);
  }

  @Test
  void shouldReplaceTheWholeByEitherPart() {
    cache.learn(WHOLE);
    cache.learn(RIGHT);
    assertThat(cache.holding(Key.of("b"))).isNull();
    assertThat(cache.holding(Key.of("h"))).isEqualTo(RIGHT);

    cache.learn(LEFT);
    assertThat(cache.holding(Key.of("b"))).isEqualTo(LEFT);
    assertThat(cache.holdingBelow(Key.of("h"))).isEqualTo(LEFT);
    assertThat(cache.holding(Key.of("h"))).isEqualTo(RIGHT);
  }

  @Test
  void shouldTellBordersWithinASpan() {
    cache.learn(LEFT);
    cache.learn(RIGHT);
    cache.learn(range(101, "n", "z", 4));
    assertThat(cache.borders(KeySpan.ALL, 9))
        .containsExactly(Key.of("a"), Key.of("h"), Key.of("n"));
    assertThat(cache.borders(KeySpan.ALL, 2)).containsExactly(Key.of("a"), Key.of("h"));
    var within = new KeySpan(Key.of("h"), Key.of("n"));
    assertThat(cache.borders(within, 9)).isEmpty();
  }

  @Test
  void shouldNotBelieveALateWordOfTheWhole() {
    cache.learn(RIGHT);
    cache.learn(WHOLE);
    assertThat(cache.holding(Key.of("h"))).isEqualTo(RIGHT);

    cache.learn(LEFT);
    cache.learn(WHOLE);
    assertThat(cache.holding(Key.of("b"))).isEqualTo(LEFT);
  }

  /** Who finds nothing looks it up, and waits for ever where the system range is out of reach. */
  @Test
  void shouldKnowARangeWhileItIsToldOfItAgain() {
    cache.learn(WHOLE);
    var learning =
        CompletableFuture.runAsync(
            () -> {
              for (int generation = 4; generation < 100_000; generation++) {
                cache.learn(range(7, "a", "n", generation));
              }
            });
    long unknown = 0;
    while (!learning.isDone()) {
      unknown += cache.holding(Key.of("b")) == null ? 1 : 0;
    }
    learning.join();
    assertThat(unknown).isZero();
  }
}
