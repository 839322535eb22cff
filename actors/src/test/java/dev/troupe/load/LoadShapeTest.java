package dev.troupe.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.protocol.model.Key;
import dev.troupe.range.KeySample.Sampled;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;

/** What samples of known loads look like. */
class LoadShapeTest {
  private static final int SAMPLES = 512;

  private final Random random = new Random(7);

  private static Key key(long number) {
    return Key.of("k%08d".formatted(number));
  }

  private static LoadShape shape(IntFunction<Sampled> request) {
    List<Sampled> keys = new ArrayList<>();
    for (int i = 0; i < SAMPLES; i++) {
      keys.add(request.apply(i));
    }
    LoadShape shape = LoadShape.of(keys);
    assertThat(shape).isNotNull();
    return shape;
  }

  private Sampled any(Key key) {
    return new Sampled(key, random.nextBoolean());
  }

  @Test
  void shouldCutAUniformLoadInItsMiddle() {
    LoadShape shape = shape(i -> any(key(random.nextInt(1_000_000))));
    assertThat(shape.cut()).isBetween(key(430_000), key(570_000));
    assertThat(shape.balance()).isGreaterThan(0.49);
    assertThat(shape.hotShare()).isLessThan(0.02);
    assertThat(shape.risingShare()).isLessThan(0.2);
    assertThat(shape.writeShare()).isBetween(0.4, 0.6);
  }

  @Test
  void shouldCutAZipfLoadAtItsMedianAndNotInTheMiddleOfItsKeys() {
    LoadShape shape = shape(i -> any(key((long) Math.pow(1_000_000, random.nextDouble()))));
    assertThat(shape.cut()).isBetween(key(200), key(5_000));
    assertThat(shape.balance()).isGreaterThan(0.4);
    assertThat(shape.hotShare()).isLessThan(0.4);
    assertThat(shape.risingShare()).isLessThan(0.3);
  }

  @Test
  void shouldFindNoCutInASingleKey() {
    LoadShape shape = shape(i -> any(key(5)));
    assertThat(shape.cut()).isNull();
    assertThat(shape.balance()).isZero();
    assertThat(shape.hotKey()).isEqualTo(key(5));
    assertThat(shape.hotShare()).isEqualTo(1);
    assertThat(shape.risingShare()).isZero();
  }

  @Test
  void shouldNameTheHotKeyAmongOthers() {
    LoadShape shape =
        shape(i -> any(random.nextInt(10) < 7 ? key(500) : key(random.nextInt(1_000))));
    assertThat(shape.hotKey()).isEqualTo(key(500));
    assertThat(shape.hotShare()).isBetween(0.6, 0.8);
    assertThat(shape.balance()).isLessThan(0.2);
  }

  @Test
  void shouldCutBetweenTwoHotKeys() {
    LoadShape shape = shape(i -> any(key(random.nextBoolean() ? 100 : 900)));
    assertThat(shape.cut()).isEqualTo(key(900));
    assertThat(shape.balance()).isGreaterThan(0.4);
  }

  @Test
  void shouldRecogniseRowsThatAreAppended() {
    assertThat(shape(i -> new Sampled(key(i), true)).risingShare()).isEqualTo(1);
    // By four clients at once, each a little ahead or behind, beside reads of anything.
    LoadShape mixed =
        shape(
            i ->
                i % 4 == 0
                    ? new Sampled(key(random.nextInt(1_000_000)), false)
                    : new Sampled(key(1_000_000 + 10L * i + random.nextInt(30)), true));
    assertThat(mixed.risingShare()).isGreaterThan(0.8);
    assertThat(mixed.writeShare()).isBetween(0.7, 0.8);
  }

  @Test
  void shouldRecogniseRowsThatAreAppendedBelowOtherRows() {
    // A table's end in the middle of a range: keys above it are written, too.
    LoadShape shape =
        shape(
            i ->
                i % 4 == 0
                    ? new Sampled(key(5_000_000 + random.nextInt(1_000_000)), true)
                    : new Sampled(key(1_000 + i), true));
    assertThat(shape.risingShare()).isGreaterThan(0.65);
  }

  @Test
  void shouldSayNothingOfAFewRequests() {
    List<Sampled> few = new ArrayList<>();
    for (int i = 1; i < LoadShape.SAMPLES_MIN; i++) {
      few.add(any(key(i)));
    }
    assertThat(LoadShape.of(few)).isNull();
    few.add(any(key(1)));
    assertThat(LoadShape.of(few)).isNotNull();
  }
}
