package dev.troupe.rocksdb.persistence.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.rocksdb.persistence.payload.StoredPayload;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** Stored bytes of snapshots: a change here makes existing directories unreadable. */
final class SnapshotFormatTest {
  private static final byte[] KEY = SnapshotKeys.snapshot("p-1", 7);

  @Test
  void shouldKeepTheStoredFormOfASmallSnapshot() {
    SnapshotHead head =
        new SnapshotHead(
            1000,
            new StoredPayload(21, "", new byte[] {9}),
            20,
            "m",
            new SnapshotHead.Inline(new byte[] {1, 2, 3}));
    byte[] frame = head.encode(KEY);
    assertThat(hex(KEY)).isEqualTo("702d3100010000000000000007");
    assertThat(hex(frame))
        .isEqualTo("0174c908d400000000000003e8010000001500010900000014016d0003010203");
    SnapshotHead read = SnapshotHead.decode(KEY, frame, "it");
    assertThat(read.timestampMillis()).isEqualTo(1000);
    assertThat(read.metadata().bytes()).containsExactly(9);
    assertThat(((SnapshotHead.Inline) read.body()).bytes()).containsExactly(1, 2, 3);
  }

  @Test
  void shouldKeepTheStoredFormOfALargeSnapshot() {
    SnapshotHead head =
        new SnapshotHead(1000, null, 20, "m", new SnapshotHead.Chunked(8, 3, 1_200_000));
    byte[] frame = head.encode(KEY);
    assertThat(hex(frame))
        .isEqualTo("01aa73deea00000000000003e80000000014016d0100000000000000080000000300124f80");
    assertThat(SnapshotHead.decode(KEY, frame, "it")).isEqualTo(head);
    assertThat(hex(SnapshotKeys.chunk(8, 2))).isEqualTo("000000000000000800000002");
    assertThat(hex(SnapshotKeys.upload(8))).isEqualTo("750000000000000008");
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }
}
