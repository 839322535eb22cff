package dev.troupe.loadgen.verify;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import org.junit.jupiter.api.Test;

class SealedValueTest {
  private static final SealedValue VALUE = new SealedValue(-5, 17, 3);

  @Test
  void shouldReadWhatItWrote() {
    ByteString bytes = VALUE.toBytes(128, new byte[128]);
    assertThat(bytes.size()).isEqualTo(128);
    assertThat(SealedValue.parse(bytes)).contains(VALUE);
    assertThat(SealedValue.parse(VALUE.toBytes(SealedValue.BYTES_MIN, new byte[0])))
        .contains(VALUE);
  }

  @Test
  void shouldNoticeEveryFlippedBit() {
    byte[] bytes = VALUE.toBytes(48, new byte[48]).toByteArray();
    for (int bit = 0; bit < bytes.length * Byte.SIZE; bit++) {
      byte[] damaged = bytes.clone();
      damaged[bit / Byte.SIZE] ^= (byte) (1 << (bit % Byte.SIZE));
      assertThat(SealedValue.parse(ByteString.copyFrom(damaged))).as("bit " + bit).isEmpty();
    }
  }

  @Test
  void shouldRefuseShortAndForeignBytes() {
    assertThat(SealedValue.parse(ByteString.EMPTY)).isEmpty();
    assertThat(SealedValue.parse(ByteString.copyFrom(new byte[64]))).isEmpty();
  }
}
