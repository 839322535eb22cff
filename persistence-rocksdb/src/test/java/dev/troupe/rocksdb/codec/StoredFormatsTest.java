package dev.troupe.rocksdb.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.troupe.protocol.codec.ByteReader.MalformedBytes;
import dev.troupe.protocol.model.HardState;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.LogEntry;
import dev.troupe.protocol.model.LogPosition;
import dev.troupe.protocol.model.RangeId;
import dev.troupe.protocol.model.ReplicaId;
import dev.troupe.protocol.model.ReplicaKey;
import dev.troupe.protocol.spi.RaftLogStore;
import dev.troupe.protocol.spi.StateStore;
import dev.troupe.protocol.spi.StateStore.LocalRecord;
import dev.troupe.protocol.spi.StateStore.SideKind;
import dev.troupe.rocksdb.codec.LogRecordCodec.Kind;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

/** Bytes on disk. A change here breaks every existing store: add a format instead. */
class StoredFormatsTest {
  private static final ReplicaKey REPLICA = RaftLogStore.key(258, 3);
  private static final byte[] ENTRY_KEY = LogRecordCodec.key(REPLICA, Kind.ENTRY, 1027);

  @Test
  void shouldKeepTheKeysOfTheLog() {
    assertHex(ENTRY_KEY, "0000000000000102" + "0000000000000003" + "03" + "0000000000000403");
    assertHex(
        LogRecordCodec.key(REPLICA, Kind.START, 0),
        "0000000000000102" + "0000000000000003" + "01" + "0000000000000000");
    assertHex(
        LogRecordCodec.key(REPLICA, Kind.HARD_STATE, 0),
        "0000000000000102" + "0000000000000003" + "02" + "0000000000000000");
    assertHex(
        LogRecordCodec.tombstoneKey(new RangeId(258)),
        "0000000000000102" + "0000000000000000" + "04" + "0000000000000000");
    assertHex(
        LogRecordCodec.installKey(REPLICA),
        "0000000000000000" + "0000000000000102" + "05" + "0000000000000003");
    assertHex(
        LogRecordCodec.storeKey(),
        "0000000000000000" + "0000000000000000" + "06" + "0000000000000000");
  }

  @Test
  void shouldKeepTheValuesOfTheLog() {
    assertHex(entryValue(), "01" + "01" + "0000000000000007" + "6869" + "12153191");
    byte[] hardKey = LogRecordCodec.key(REPLICA, Kind.HARD_STATE, 0);
    assertHex(
        LogRecordCodec.hardState(hardKey, new HardState(7, new ReplicaId(2), 5)),
        "01" + "0000000000000007" + "0000000000000002" + "0000000000000005" + "2df443c5");
    byte[] startKey = LogRecordCodec.key(REPLICA, Kind.START, 0);
    assertHex(
        LogRecordCodec.start(startKey, new LogPosition(9, 7)),
        "01" + "0000000000000009" + "0000000000000007" + "145cf7be");
    byte[] tombstoneKey = LogRecordCodec.tombstoneKey(new RangeId(258));
    assertHex(LogRecordCodec.tombstone(tombstoneKey, 4), "01" + "0000000000000004" + "c9525e38");
  }

  @Test
  void shouldKeepTheRecordsOfTheState() {
    assertHex(StateRecordCodec.value(new byte[] {'h', 'i'}), "016869");
    assertHex(StateRecordCodec.value(new byte[0]), "01");
    assertHex(StateRecordCodec.deletion(), "00");
    byte[] note = {'n', 'o', 't'};
    assertHex(StateRecordCodec.noted(new byte[] {'h', 'i'}, note), "03" + "036e6f74" + "6869");
    assertHex(StateRecordCodec.noted(new byte[0], note), "03" + "036e6f74");
    assertHex(StateRecordCodec.noted(null, note), "02" + "036e6f74");
    assertHex(
        StateRecordCodec.localKey(new RangeId(258), LocalRecord.APPLIED), "000000000000010201");
    assertHex(
        StateRecordCodec.localKey(new RangeId(258), LocalRecord.DESCRIPTOR), "000000000000010202");
    assertHex(StateRecordCodec.storeKey(), "000000000000000000");
  }

  @Test
  void shouldKeepTheKeysOfSideRecords() {
    assertHex(
        SideKeyCodec.encode(Key.of("ab"), SideKind.LOCK, new byte[0]), "6162000000000000f9" + "01");
    assertHex(
        SideKeyCodec.encode(Key.of("abcdefgh"), SideKind.TRANSACTION, new byte[] {0, -1}),
        "6162636465666768ff" + "0000000000000000f7" + "02" + "00ff");
  }

  @Test
  void shouldReadBackWhatItWrote() {
    LogEntry entry = LogRecordCodec.readEntry(ENTRY_KEY, entryValue());
    assertThat(entry).usingRecursiveComparison().isEqualTo(logEntry());
    byte[] key = LogRecordCodec.key(REPLICA, Kind.HARD_STATE, 0);
    for (HardState state :
        List.of(HardState.INITIAL, new HardState(9, new ReplicaId(4), 1L << 40))) {
      assertThat(LogRecordCodec.readHardState(key, LogRecordCodec.hardState(key, state)))
          .isEqualTo(state);
    }
    assertThat(LogRecordCodec.replica(ENTRY_KEY)).isEqualTo(REPLICA);
    assertThat(LogRecordCodec.index(ENTRY_KEY)).isEqualTo(1027);
    assertThat(StateRecordCodec.data(StateRecordCodec.value(new byte[0]), 1)).isEmpty();
    assertThat(StateRecordCodec.data(StateRecordCodec.deletion(), 1)).isNull();
    assertThat(StateRecordCodec.note(StateRecordCodec.deletion(), 1)).isNull();
    assertThat(StateRecordCodec.note(StateRecordCodec.value(new byte[] {9}), 2)).isNull();
  }

  @Test
  void shouldReadBackNotes() {
    for (int length : new int[] {1, 17, 127, 128, StateStore.NOTE_BYTES_MAX}) {
      byte[] note = new byte[length];
      Arrays.fill(note, (byte) 7);
      byte[] value = StateRecordCodec.noted(new byte[] {1, 2}, note);
      byte[] empty = StateRecordCodec.noted(new byte[0], note);
      byte[] deletion = StateRecordCodec.noted(null, note);
      for (byte[] stored : List.of(value, empty, deletion)) {
        assertThat(StateRecordCodec.note(stored, stored.length)).isEqualTo(note);
        assertThatThrownBy(() -> StateRecordCodec.data(stored, length))
            .isInstanceOf(MalformedBytes.class);
      }
      assertThat(StateRecordCodec.data(value, value.length)).containsExactly(1, 2);
      assertThat(StateRecordCodec.data(empty, empty.length)).isEmpty();
      assertThat(StateRecordCodec.data(deletion, deletion.length)).isNull();
      assertThat(StateRecordCodec.isDeletion(value, value.length)).isFalse();
      assertThat(StateRecordCodec.isDeletion(deletion, deletion.length)).isTrue();
    }
    for (byte[] wrong : new byte[][] {{}, new byte[StateStore.NOTE_BYTES_MAX + 1]}) {
      assertThatThrownBy(() -> StateRecordCodec.noted(null, wrong))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void shouldFindEveryFlippedBitAndEveryCut() {
    byte[] value = entryValue();
    for (int bit = 0; bit < value.length * 8; bit++) {
      byte[] damaged = value.clone();
      damaged[bit / 8] ^= (byte) (1 << bit % 8);
      assertThatThrownBy(() -> LogRecordCodec.readEntry(ENTRY_KEY, damaged))
          .isInstanceOf(MalformedBytes.class);
    }
    for (int length = 0; length < value.length; length++) {
      byte[] cut = Arrays.copyOf(value, length);
      assertThatThrownBy(() -> LogRecordCodec.readEntry(ENTRY_KEY, cut))
          .isInstanceOf(MalformedBytes.class);
    }
  }

  @Test
  void shouldRefuseAValueUnderAnotherKey() {
    byte[] otherKey = LogRecordCodec.key(REPLICA, Kind.ENTRY, 1028);
    assertThatThrownBy(() -> LogRecordCodec.readEntry(otherKey, entryValue()))
        .isInstanceOf(MalformedBytes.class);
  }

  @Test
  void shouldRefuseAStateValueThatIsNeitherValueNorDeletion() {
    for (byte[] bytes : new byte[][] {{}, {4}, {0, 1}, {2}, {3}, {2, 1}, {3, 1}, {2, 1, 9, 9}}) {
      assertThatThrownBy(() -> StateRecordCodec.data(bytes, bytes.length))
          .isInstanceOf(MalformedBytes.class);
    }
  }

  private static LogEntry logEntry() {
    return new LogEntry(7, 1027, LogEntry.Kind.COMMAND, new byte[] {'h', 'i'});
  }

  private static byte[] entryValue() {
    ByteBuffer key = ByteBuffer.allocateDirect(LogRecordCodec.KEY_BYTES);
    LogRecordCodec.putEntryKey(key, REPLICA, 1027);
    ByteBuffer value = ByteBuffer.allocateDirect(64);
    LogRecordCodec.putEntryValue(value, key.flip(), logEntry(), new CRC32C());
    byte[] keyBytes = new byte[key.remaining()];
    key.get(keyBytes);
    assertThat(keyBytes).isEqualTo(ENTRY_KEY);
    byte[] bytes = new byte[value.remaining()];
    value.get(bytes);
    return bytes;
  }

  private static void assertHex(byte[] bytes, String hex) {
    assertThat(HexFormat.of().formatHex(bytes)).isEqualTo(hex);
  }
}
