package dev.troupe.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.troupe.protocol.codec.ByteReader;
import dev.troupe.protocol.codec.ByteReader.MalformedBytes;
import dev.troupe.protocol.codec.ByteWriter;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class EnvelopeHeaderTest {
  private static final EnvelopeHeader HEADER =
      new EnvelopeHeader(true, 0x0102030405060708L, 3, 2, 9, 0x11, 0x2233, 0x44, 0x5566);
  private static final String GOLDEN =
      "01010102030405060708"
          + "0000000300000002"
          + "0000000000000009"
          + "0000000000000011"
          + "0000000000002233"
          + "0000000000000044"
          + "0000000000005566";

  @Test
  void shouldKeepTheBytesOfTheHeader() {
    ByteWriter out = new ByteWriter(EnvelopeHeader.BYTES);
    HEADER.encode(out);

    assertThat(HexFormat.of().formatHex(out.toBytes())).isEqualTo(GOLDEN);
    assertThat(out.size()).isEqualTo(EnvelopeHeader.BYTES);
    assertThat(EnvelopeHeader.decode(new ByteReader(out.toBytes()))).isEqualTo(HEADER);
  }

  @Test
  void shouldRefuseUnknownVersionsFlagsAndNodes() {
    byte[] bytes = HexFormat.of().parseHex(GOLDEN);
    assertRefused(bytes, 0, 2, "version 2");
    assertRefused(bytes, 1, 2, "flags 2");
    assertRefused(bytes, 13, 0, "from node 0");
    assertThatThrownBy(() -> EnvelopeHeader.decode(new ByteReader(bytes, 0, 57)))
        .isInstanceOf(MalformedBytes.class);
  }

  private static void assertRefused(byte[] golden, int position, int value, String message) {
    byte[] bytes = golden.clone();
    bytes[position] = (byte) value;
    assertThatThrownBy(() -> EnvelopeHeader.decode(new ByteReader(bytes)))
        .isInstanceOf(MalformedBytes.class)
        .hasMessageContaining(message);
  }

  @Test
  void shouldFrameAnEnvelopeAsWritten() {
    ByteBuf out = Unpooled.buffer();
    PeerFrames.writeGreeting(out);
    PeerFrames.writeFrame(new PeerEnvelope(new byte[] {1, 2, 3, 4, 5}, 3), out);
    assertThat(ByteBufUtil.hexDump(out)).isEqualTo("54524f5550455031" + "00000003" + "010203");
  }
}
