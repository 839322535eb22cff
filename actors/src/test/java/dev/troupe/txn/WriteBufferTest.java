package dev.troupe.txn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.protocol.model.Key;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WriteBufferTest {
  private final WriteBuffer buffer = new WriteBuffer();

  private void write(String key, String value) {
    buffer.write(Key.of(key), value == null ? null : Key.of(value).bytes());
  }

  private String text() {
    var text = new StringBuilder();
    buffer
        .changes()
        .forEach(
            change ->
                text.append(change.key())
                    .append('=')
                    .append(change.value() == null ? "-" : Key.wrap(change.value()))
                    .append(' '));
    return text.toString().trim();
  }

  @Test
  void shouldUndoUpToTheSavepointAndKeepIt() {
    write("a", "1");
    buffer.savepoint("s");
    write("a", "2");
    write("b", null);
    assertThat(buffer.rollbackTo("s")).isTrue();
    assertThat(text()).isEqualTo("a=1");

    write("c", "3");
    assertThat(buffer.rollbackTo("s")).isTrue();
    assertThat(text()).isEqualTo("a=1");
  }

  @Test
  void shouldHideASavepointOfTheSameNameUntilTheNewOneEnds() {
    buffer.savepoint("s");
    write("a", "1");
    buffer.savepoint("s");
    write("a", "2");
    assertThat(buffer.rollbackTo("s")).isTrue();
    assertThat(text()).isEqualTo("a=1");

    assertThat(buffer.release("s")).isTrue();
    assertThat(buffer.rollbackTo("s")).isTrue();
    assertThat(text()).isEmpty();
    assertThat(buffer.release("s")).isTrue();
    assertThat(buffer.rollbackTo("s")).isFalse();
    assertThat(buffer.release("s")).isFalse();
  }

  @Test
  void shouldForgetInnerSavepointsWithTheOuterOne() {
    buffer.savepoint("outer");
    buffer.savepoint("inner");
    write("a", "1");
    assertThat(buffer.release("outer")).isTrue();
    assertThat(buffer.rollbackTo("inner")).isFalse();
    assertThat(text()).isEqualTo("a=1");

    buffer.savepoint("outer");
    buffer.savepoint("inner");
    assertThat(buffer.rollbackTo("outer")).isTrue();
    assertThat(buffer.rollbackTo("inner")).isFalse();
    assertThat(buffer.savepoints()).isEqualTo(1);
  }

  @Test
  void shouldBeAnchoredAtTheFirstKeyThatIsStillWritten() {
    buffer.savepoint("s");
    write("x", "1");
    assertThat(buffer.anchor()).isEqualTo(Key.of("x"));
    buffer.rollbackTo("s");
    write("m", "1");
    write("a", "1");
    assertThat(buffer.anchor()).isEqualTo(Key.of("m"));
    buffer.savepoint("t");
    write("b", "1");
    buffer.rollbackTo("t");
    assertThat(buffer.anchor()).isEqualTo(Key.of("m"));
  }

  @Test
  void shouldNotGrowByWhatIsGivenUpAgainAndAgain() {
    write("a", "1");
    long small = buffer.bytes();
    for (int i = 0; i < 100; i++) {
      buffer.savepoint("s");
      write("a", "2");
      write("b", "3");
      buffer.rollbackTo("s");
      buffer.release("s");
    }
    assertThat(buffer.bytes()).isEqualTo(small);
    for (int i = 0; i < 100; i++) {
      buffer.savepoint("s");
      write("a", "2");
      buffer.release("s");
    }
    assertThat(buffer.bytes()).isEqualTo(small);
  }

  private record Saved(String name, TreeMap<String, String> content) {}

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void shouldDoAsCopiesOfTheWholeWould(long seed) {
    Random random = new Random(seed);
    var content = new TreeMap<String, String>();
    List<Saved> saved = new ArrayList<>();
    long grown = 0;
    for (int i = 0; i < 2_000; i++) {
      String name = "s" + random.nextInt(4);
      int found = saved.size() - 1;
      while (found >= 0 && !saved.get(found).name().equals(name)) {
        found--;
      }
      long before = buffer.bytes();
      switch (random.nextInt(8)) {
        case 0 -> {
          buffer.savepoint(name);
          saved.add(new Saved(name, new TreeMap<>(content)));
        }
        case 1 -> {
          assertThat(buffer.rollbackTo(name)).isEqualTo(found >= 0);
          if (found >= 0) {
            content = new TreeMap<>(saved.get(found).content());
            saved.subList(found + 1, saved.size()).clear();
          }
        }
        case 2 -> {
          assertThat(buffer.release(name)).isEqualTo(found >= 0);
          if (found >= 0) {
            saved.subList(found, saved.size()).clear();
          }
        }
        default -> {
          String key = "k" + random.nextInt(6);
          String value = random.nextInt(4) == 0 ? null : "v".repeat(random.nextInt(9));
          grown = buffer.write(Key.of(key), value == null ? null : Key.of(value).bytes());
          assertThat(buffer.bytes() - before).isEqualTo(grown);
          content.put(key, value == null ? "-" : value);
        }
      }
      var expected = new StringBuilder();
      content.forEach((key, value) -> expected.append(key + "=" + value + " "));
      assertThat(text()).isEqualTo(expected.toString().trim());
      if (saved.isEmpty()) {
        long bytes =
            content.entrySet().stream()
                .mapToLong(e -> 130 + (e.getValue().equals("-") ? 0 : e.getValue().length()))
                .sum();
        assertThat(buffer.bytes()).isEqualTo(bytes);
      }
    }
  }
}
