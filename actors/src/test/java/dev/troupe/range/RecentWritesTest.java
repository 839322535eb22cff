package dev.troupe.range;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.KeySpan;
import dev.troupe.protocol.model.Timestamp;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class RecentWritesTest {
  private final RecentWrites recent = new RecentWrites();

  private static Timestamp at(long millis) {
    return Timestamp.of(millis, 0);
  }

  private static KeySpan key(int number) {
    return KeySpan.of(Key.of("key-" + number));
  }

  private boolean isUnchanged(KeySpan span, long since) {
    return recent.isUnchanged(span, at(since), at(100));
  }

  @Test
  void shouldNotVouchForWhatWasWrittenBeforeItBegan() {
    recent.wrote(Key.of("key-1"), at(50));

    assertThat(isUnchanged(key(1), 40)).isFalse();
    assertThat(isUnchanged(key(2), 99)).isFalse();
    assertThat(isUnchanged(key(2), 100)).isTrue();
  }

  @Test
  void shouldTellWhatWasWrittenSince() {
    assertThat(isUnchanged(key(1), 100)).isTrue();
    recent.wrote(Key.of("key-1"), at(110));

    assertThat(isUnchanged(key(1), 109)).isFalse();
    assertThat(isUnchanged(key(1), 110)).isTrue();
  }

  @Test
  void shouldVouchForASpanOnlyWhenNothingAtAllWasWritten() {
    KeySpan span = new KeySpan(Key.of("a"), Key.of("b"));
    assertThat(isUnchanged(span, 100)).isTrue();
    recent.wrote(Key.of("key-1"), at(110));

    assertThat(isUnchanged(span, 109)).isFalse();
    assertThat(isUnchanged(span, 110)).isTrue();
  }

  @Test
  void shouldNeverVouchForAChangedKeyAndNearlyAlwaysForAnother() {
    var random = new SplittableRandom(1);
    Map<Integer, Long> newest = new HashMap<>();
    assertThat(isUnchanged(key(0), 100)).isTrue();
    int vouched = 0;
    int unchanged = 0;
    for (int now = 101; now < 20_000; now++) {
      int written = random.nextInt(5_000);
      recent.wrote(Key.of("key-" + written), at(now));
      newest.put(written, (long) now);
      int asked = random.nextInt(5_000);
      long since = now - random.nextInt(200);
      boolean changed = newest.getOrDefault(asked, 0L) > since;
      boolean certain = since >= 100 && isUnchanged(key(asked), since);
      assertThat(changed && certain).isFalse();
      unchanged += changed ? 0 : 1;
      vouched += certain ? 1 : 0;
    }
    assertThat(vouched).isGreaterThan(unchanged * 9 / 10);
  }
}
