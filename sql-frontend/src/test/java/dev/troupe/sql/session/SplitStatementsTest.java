package dev.troupe.sql.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.protocol.model.Key;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class SplitStatementsTest {
  private static List<Key> keys(String... names) {
    return Stream.of(names).map(Key::of).toList();
  }

  @Test
  void shouldSplitInTheMiddleFirstAndThenOnBothSidesOfIt() {
    assertThat(SplitStatements.middlesFirst(keys("g", "b", "a", "d", "c", "f", "e")))
        .isEqualTo(keys("d", "b", "f", "a", "c", "e", "g"));
  }

  @Test
  void shouldSplitOnceWhereABorderIsAskedForTwice() {
    assertThat(SplitStatements.middlesFirst(keys("b", "a", "b"))).isEqualTo(keys("b", "a"));
    assertThat(SplitStatements.middlesFirst(List.of())).isEmpty();
  }
}
