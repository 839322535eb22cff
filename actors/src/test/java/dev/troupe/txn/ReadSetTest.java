package dev.troupe.txn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.KeySpan;
import java.util.BitSet;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReadSetTest {
  private final ReadSet reads = new ReadSet();

  private static Key key(int number) {
    return Key.of(String.format("%02d", number));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void shouldHoldWhatWasAddedAndNothingElse(long seed) {
    for (int round = 0; round < 100; round++) {
      new ReadSetTest().fill(new Random(seed * 1_000 + round));
    }
  }

  private void fill(Random random) {
    BitSet model = new BitSet();
    for (int i = 0; i < 30; i++) {
      int from = random.nextInt(60);
      if (random.nextBoolean()) {
        reads.add(key(from));
        model.set(from);
      } else {
        int to = from + 1 + random.nextInt(8);
        reads.add(new KeySpan(key(from), key(to)));
        model.set(from, to);
      }
      for (int k = 0; k < 70; k++) {
        assertThat(reads.contains(key(k))).as("%d", k).isEqualTo(model.get(k));
      }
      Key last = Key.MIN;
      for (KeySpan span : reads.all()) {
        assertThat(span.start()).isGreaterThanOrEqualTo(last);
        last = span.end();
      }
      assertThat(reads.all()).hasSize(reads.size());
    }
  }

  @Test
  void shouldLeaveOutSingleKeysThatAreLockedButNoSpans() {
    reads.add(key(1));
    reads.add(key(3));
    reads.add(new KeySpan(key(5), key(7)));

    assertThat(reads.except(k -> !k.equals(key(3))))
        .containsExactly(new KeySpan(key(3), key(3).next()), new KeySpan(key(5), key(7)));
  }

  @Test
  void shouldJoinSpansThatTouch() {
    reads.add(new KeySpan(key(1), key(2)));
    reads.add(new KeySpan(key(3), key(4)));
    reads.add(new KeySpan(key(2), key(3)));

    assertThat(reads.all()).containsExactly(new KeySpan(key(1), key(4)));
  }
}
