package dev.troupe.rocksdb.persistence.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.rocksdb.persistence.payload.StoredPayload;
import dev.troupe.rocksdb.persistence.store.Family;
import dev.troupe.rocksdb.persistence.store.Frame;
import dev.troupe.rocksdb.persistence.store.StoredText;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Stored bytes of the journal: a change here makes existing directories unreadable. */
final class JournalFormatTest {
  private static final EventPosition POSITION = new EventPosition("p-1", 7);

  @Test
  void shouldKeepTheStoredFormOfAnEvent() {
    StoredEvent event =
        new StoredEvent(
            0,
            1000,
            new StoredPayload(20, "m", new byte[] {1, 2, 3}),
            "adapter",
            "uuid",
            new StoredPayload(21, "", new byte[] {9}),
            List.of("blue", "red"));
    byte[] key = EventKeys.event(POSITION);
    byte[] frame = StoredEvent.seal(key, event.encode(), 99);

    assertThat(hex(key)).isEqualTo("702d3100010000000000000007");
    assertThat(hex(frame))
        .isEqualTo(
            "01807656df000000000000006300000000000003e800000014016d030102030761646170746572047575696401000000150001090204626c756503726564");
    StoredEvent read = EventLog.decode(POSITION, key, frame);
    assertThat(read.offset()).isEqualTo(99);
    assertThat(read.timestampMillis()).isEqualTo(1000);
    assertThat(read.payload().bytes()).containsExactly(1, 2, 3);
    assertThat(read.payload().manifest()).isEqualTo("m");
    assertThat(read.payload().serializerId()).isEqualTo(20);
    assertThat(read.manifest()).isEqualTo("adapter");
    assertThat(read.writerUuid()).isEqualTo("uuid");
    assertThat(read.metadata().bytes()).containsExactly(9);
    assertThat(read.tags()).containsExactly("blue", "red");
  }

  @Test
  void shouldKeepTheStoredFormOfIndexEntries() {
    byte[] tag = EventKeys.tag("red", 99);
    assertThat(hex(tag)).isEqualTo("72656400010000000000000063");
    assertThat(hex(EventKeys.pointer(tag, POSITION)))
        .isEqualTo("0161bf6dd8000000000000000703702d31");
    assertThat(EventKeys.decodePointer(tag, EventKeys.pointer(tag, POSITION), "it"))
        .isEqualTo(POSITION);

    byte[] record = EventKeys.idRecord("p-1");
    assertThat(hex(record)).isEqualTo("72702d310001");
    IdRecord content = new IdRecord(300, 5, 4);
    assertThat(hex(content.encode(record))).isEqualTo("019b485215ac020504");
    assertThat(IdRecord.decode(record, content.encode(record), "p-1")).isEqualTo(content);

    byte[] appearance = EventKeys.appearance(98);
    assertThat(hex(appearance)).isEqualTo("6f0000000000000062");
    assertThat(hex(StoredText.encode(appearance, "p-1"))).isEqualTo("01b22f6af003702d31");
  }

  @Test
  void shouldKeepTheNamesOfTheFamilies() {
    assertThat(Arrays.stream(Family.values()).map(Family::name))
        .containsExactly(
            "META",
            "EVENTS",
            "IDS",
            "TAGS",
            "SNAPSHOTS",
            "SNAPSHOT_CHUNKS",
            "STATES",
            "STATE_CHANGES");
    assertThat(Frame.HEADER_BYTES).isEqualTo(5);
  }

  @Test
  void shouldNeverLowerAnIdRecord() {
    IdRecord record = new IdRecord(10, 5, 4);
    assertThat(record.withHighest(3)).isEqualTo(record);
    assertThat(record.withDeletedTo(3)).isEqualTo(record);
    assertThat(record.withDeletedTo(Long.MAX_VALUE)).isEqualTo(new IdRecord(10, 10, 4));
    assertThat(record.withPurgedTo(2)).isEqualTo(record);
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }
}
