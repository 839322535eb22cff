package dev.troupe.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.troupe.protocol.error.Invariant;
import dev.troupe.protocol.model.LogPosition;
import java.util.List;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class TermRunsTest {
  private static final LogPosition BASE = new LogPosition(10, 3);

  /** Numbers below 60 append (with a new term every seventh), others truncate or compact. */
  @Property
  void shouldKnowWhatAPlainMapKnows(
      @ForAll @Size(max = 60) List<@IntRange(min = 0, max = 79) Integer> steps) {
    TermRuns runs = new TermRuns(BASE);
    var model = new TreeMap<Long, Long>();
    model.put(BASE.index(), BASE.term());
    for (int step : steps) {
      long last = model.lastKey();
      if (step < 60) {
        long term = model.get(last) + (step % 7 == 0 ? 1 + step % 3 : 0);
        runs.append(last + 1, term);
        model.put(last + 1, term);
      } else if (step < 70 && last > model.firstKey()) {
        long from = Math.max(model.firstKey() + 1, last - (step - 60));
        runs.truncateFrom(from);
        model.tailMap(from, true).clear();
      } else {
        long to = Math.min(last, model.firstKey() + step % 4);
        runs.compactTo(to);
        model.headMap(to, false).clear();
      }
      assertSame(runs, model);
    }
  }

  private static void assertSame(TermRuns runs, TreeMap<Long, Long> model) {
    assertThat(runs.knownFrom()).isEqualTo(model.firstKey());
    assertThat(runs.termAt(model.firstKey() - 1)).isEqualTo(TermRuns.UNKNOWN);
    model.forEach((index, term) -> assertThat(runs.termAt(index)).isEqualTo(term));
    long last = model.lastKey();
    for (long term = BASE.term() - 1; term <= model.get(last) + 1; term++) {
      long wanted = term;
      long expected =
          model.descendingMap().entrySet().stream()
              .filter(e -> e.getValue() <= wanted)
              .mapToLong(java.util.Map.Entry::getKey)
              .findFirst()
              .orElse(TermRuns.UNKNOWN);
      assertThat(runs.lastWithTermAtMost(last, term)).isEqualTo(expected);
    }
  }

  @Test
  void shouldRefuseATermThatGoesBack() {
    TermRuns runs = new TermRuns(BASE);

    assertThatThrownBy(() -> runs.append(11, 2)).isInstanceOf(Invariant.Violation.class);
  }
}
