package dev.troupe.sql.kv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.troupe.protocol.codec.Keyspace;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.KeySpan;
import dev.troupe.protocol.spi.TxnRequest.Lock;
import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.schema.Garbage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What is written aside is read back, is out before the commit, and is garbage without one. */
class PrivateSpansTest {
  private static final Key OWN = Keyspace.TABLES.start().append(new byte[] {9});
  private static final KeySpan SPAN = new KeySpan(OWN, OWN.prefixEnd());
  private static final Key SHARED = Keyspace.TABLES.start().append(new byte[] {5});
  private static final Duration DEADLINE = Duration.ofSeconds(10);

  private final MemoryStore store = new MemoryStore();
  private final KvTransactions transactions = store.transactions();
  private final KvTransaction main = transactions.begin(DEADLINE);
  private final PrivateSpans spans = new PrivateSpans(main, () -> transactions.begin(DEADLINE));

  private static Key own(int number) {
    return OWN.append(new byte[] {(byte) (number >> 8), (byte) number});
  }

  private static byte[] value(int number) {
    return new byte[] {(byte) number};
  }

  private List<Key> scanned() {
    var keys = new ArrayList<Key>();
    try (KvCursor cursor = spans.scan(SPAN, false, false, 0, Lock.NONE)) {
      for (var page = cursor.next(); page != null; page = cursor.next()) {
        page.forEach(row -> keys.add(row.key()));
      }
    }
    return keys;
  }

  @Test
  void shouldReadBackWhatItHasWrittenOnEitherSide() {
    spans.add(SPAN);
    spans.put(own(1), value(1));
    spans.put(SHARED, value(2));
    List<byte @Nullable []> found = spans.getAll(List.of(SHARED, own(1), own(2)), Lock.NONE);
    assertThat(found.get(0)).containsExactly(2);
    assertThat(found.get(1)).containsExactly(1);
    assertThat(found.get(2)).isNull();
    assertThat(scanned()).containsExactly(own(1));
    spans.delete(own(1));
    assertThat(spans.get(own(1), Lock.NONE)).isNull();
    assertThat(scanned()).isEmpty();
  }

  @Test
  void shouldWriteItsOwnKeysBeforeTheCommitAndOthersWithIt() {
    spans.add(SPAN);
    byte[] large = new byte[200 << 10];
    for (int i = 0; i < 10; i++) {
      spans.put(own(i), large);
    }
    spans.put(SHARED, value(1));
    assertThat(store.content()).hasSizeBetween(6, 10).doesNotContainKey(SHARED);
    spans.commit();
    assertThat(store.content()).hasSize(11).containsKey(SHARED);
  }

  @Test
  void shouldLeaveWordOfGarbageUnlessItCommits() {
    Garbage.expect(transactions, main, SPAN, () -> 0);
    spans.add(SPAN);
    spans.put(own(1), value(1));
    scanned();
    spans.rollback();
    KvTransaction look = transactions.begin(DEADLINE);
    assertThat(Garbage.due(look, Duration.ofHours(1).toMillis(), 10)).isEmpty();
    assertThat(Garbage.due(look, Duration.ofHours(26).toMillis(), 10))
        .singleElement()
        .satisfies(found -> assertThat(found.keys()).isEqualTo(SPAN));
  }

  @Test
  void shouldTakeTheWordBackWithTheCommit() {
    Garbage.expect(transactions, main, SPAN, () -> 0);
    spans.add(SPAN);
    spans.put(own(1), value(1));
    spans.commit();
    KvTransaction look = transactions.begin(DEADLINE);
    assertThat(Garbage.due(look, Duration.ofDays(9).toMillis(), 10)).isEmpty();
    assertThat(store.content().keySet()).containsExactly(own(1));
  }

  @Test
  void shouldRefuseWhatASavepointCouldNotUndo() {
    spans.add(SPAN);
    spans.put(own(1), value(1));
    spans.savepoint("s");
    spans.put(SHARED, value(1));
    assertThatThrownBy(() -> spans.put(own(2), value(2)))
        .isInstanceOfSatisfying(
            SqlException.class,
            e -> assertThat(e.state()).isEqualTo(SqlState.FEATURE_NOT_SUPPORTED));
    spans.release("s");
    spans.put(own(2), value(2));
    assertThat(scanned()).isEqualTo(Arrays.asList(own(1), own(2)));
  }
}
