package dev.troupe.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.troupe.protocol.error.Invariant;
import dev.troupe.protocol.model.LogEntry;
import java.util.List;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class EntryBufferTest {
  private static LogEntry entry(long index, int bytes) {
    return new LogEntry(1, index, LogEntry.Kind.COMMAND, new byte[bytes]);
  }

  @Property
  void shouldHoldWhatAPlainMapHolds(
      @ForAll @Size(max = 120) List<@IntRange(min = 0, max = 99) Integer> steps) {
    EntryBuffer buffer = new EntryBuffer(6);
    var model = new TreeMap<Long, LogEntry>();
    long next = 7;
    for (int step : steps) {
      if (step < 80) {
        LogEntry entry = entry(next++, step);
        buffer.append(entry);
        model.put(entry.index(), entry);
      } else if (step < 90) {
        long from = Math.max(buffer.first(), next - (step - 79));
        buffer.truncateFrom(from);
        model.tailMap(from, true).clear();
        next = Math.min(next, from);
      } else {
        long through = buffer.first() + step - 91;
        buffer.evictThrough(through);
        model.headMap(through, true).clear();
      }
      assertThat(buffer.last()).isEqualTo(next - 1);
      assertThat(buffer.slice(buffer.first(), next)).containsExactlyElementsOf(model.values());
      assertThat(buffer.bytes())
          .isEqualTo(model.values().stream().mapToLong(LogEntry::sizeBytes).sum());
    }
  }

  @Test
  void shouldCutABatchAtTheBytesButNeverToNothing() {
    EntryBuffer buffer = new EntryBuffer(0);
    for (int i = 1; i <= 4; i++) {
      buffer.append(entry(i, 68));
    }

    assertThat(buffer.endWithin(1, 300)).isEqualTo(4);
    assertThat(buffer.endWithin(1, 299)).isEqualTo(3);
    assertThat(buffer.endWithin(1, 1)).isEqualTo(2);
    assertThat(buffer.endWithin(5, 1)).isEqualTo(5);
  }

  @Test
  void shouldRefuseAGap() {
    EntryBuffer buffer = new EntryBuffer(0);

    assertThatThrownBy(() -> buffer.append(entry(2, 1))).isInstanceOf(Invariant.Violation.class);
  }

  @Test
  void shouldRefuseToGiveWhatItDoesNotHold() {
    EntryBuffer buffer = new EntryBuffer(0);
    buffer.append(entry(1, 1));
    buffer.evictThrough(1);

    assertThatThrownBy(() -> buffer.get(1)).isInstanceOf(Invariant.Violation.class);
  }
}
