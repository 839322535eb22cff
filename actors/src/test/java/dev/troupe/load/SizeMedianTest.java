package dev.troupe.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.protocol.codec.Keyspace;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.KeySpan;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Half way between keys. What the engine's statistics make of it is a test of the engine. */
class SizeMedianTest {
  @Test
  void shouldGoHalfWayBetweenKeys() {
    assertThat(SizeMedian.between(Key.of("a"), Key.of("c"))).isEqualTo(Key.of("b"));
    assertThat(SizeMedian.between(Key.MIN, Key.MAX)).isNotNull();
    assertThat(SizeMedian.between(Key.of("a"), Key.of("a").next())).isNull();
  }

  @Test
  void shouldComeFromAnyTwoKeysToAnyKeyBetweenThem() {
    var random = new Random(3);
    for (int i = 0; i < 200; i++) {
      byte[] wanted = new byte[1 + random.nextInt(40)];
      random.nextBytes(wanted);
      wanted[0] = 'm';
      Key target = Key.wrap(wanted);
      Key low = Key.of("a");
      Key high = Key.of("z");
      // Eight halvings for each byte of the wanted key lead to it, or to its neighbours.
      for (int step = 0; step < 8 * wanted.length + 16; step++) {
        Key between = SizeMedian.between(low, high);
        if (between == null) {
          break;
        }
        assertThat(between).isStrictlyBetween(low, high);
        if (between.compareTo(target) <= 0) {
          low = between;
        } else {
          high = between;
        }
      }
      assertThat(low).isLessThanOrEqualTo(target);
      assertThat(high).isGreaterThan(target);
      BigInteger between = number(high, wanted.length).subtract(number(low, wanted.length));
      assertThat(between).isLessThanOrEqualTo(BigInteger.ONE);
    }
  }

  private static BigInteger number(Key key, int bytes) {
    return new BigInteger(1, Arrays.copyOf(key.bytes(), bytes));
  }

  @Test
  void shouldLeaveTheCatalogInOnePiece() {
    Key table = Keyspace.TABLES.start().append(new byte[] {1, 2, 3});
    assertThat(LoadReporter.dividable(new KeySpan(Keyspace.TABLES.start(), table)).start())
        .isEqualTo(Keyspace.CATALOG.end());
    var later = new KeySpan(table, Key.MAX);
    assertThat(LoadReporter.dividable(later)).isEqualTo(later);
    assertThat(LoadReporter.dividable(Keyspace.KV)).isEqualTo(Keyspace.KV);
  }
}
