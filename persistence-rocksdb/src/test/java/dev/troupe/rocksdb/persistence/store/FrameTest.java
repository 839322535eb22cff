package dev.troupe.rocksdb.persistence.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.troupe.protocol.codec.ByteReader;
import dev.troupe.protocol.error.TroupeException;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

final class FrameTest {
  private static final byte[] KEY = {'k', 'e', 'y'};

  @Test
  void shouldKeepItsStoredForm() {
    byte[] frame = Frame.seal(KEY, Frame.begin(8).putLong(42).toBytes());
    assertThat(HexFormat.of().formatHex(frame)).isEqualTo("01f0612aad000000000000002a");
    assertThat(Frame.open(KEY, frame, "it", ByteReader::readLong)).isEqualTo(42);
  }

  @Test
  void shouldFindEveryFlippedBit() {
    byte[] frame = Frame.seal(KEY, Frame.begin(8).putLong(42).toBytes());
    for (int bit = 0; bit < frame.length * 8; bit++) {
      byte[] damaged = frame.clone();
      damaged[bit / 8] ^= (byte) (1 << bit % 8);
      assertThatThrownBy(() -> Frame.open(KEY, damaged, "it", ByteReader::readLong))
          .isInstanceOf(TroupeException.class)
          .hasMessageContaining("it is damaged");
    }
  }

  @Test
  void shouldFindAValueUnderAnotherKey() {
    byte[] frame = Frame.seal(KEY, Frame.begin(8).putLong(42).toBytes());
    assertThatThrownBy(() -> Frame.open(new byte[] {1}, frame, "it", ByteReader::readLong))
        .hasMessageContaining("checksum");
  }

  @Test
  void shouldRefuseTruncatedAndOverlongContent() {
    byte[] frame = Frame.seal(KEY, Frame.begin(8).putLong(42).toBytes());
    assertThatThrownBy(() -> Frame.open(KEY, new byte[3], "it", ByteReader::readLong))
        .hasMessageContaining("too few");
    assertThatThrownBy(() -> Frame.open(KEY, frame, "it", ByteReader::readInt))
        .hasMessageContaining("left over");
    assertThatThrownBy(() -> Frame.open(KEY, frame, "it", reader -> reader.readRaw(9)))
        .isInstanceOf(TroupeException.class);
  }
}
