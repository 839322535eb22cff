package dev.troupe.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.troupe.protocol.model.NodeId;
import java.io.NotSerializableException;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class PeerHelloTest {
  private static final PeerHello HELLO =
      new PeerHello(
          true,
          0x0102030405060708L,
          new NodeId(300),
          "h:1",
          5,
          PeerHello.Phase.MEMBER,
          false,
          3,
          new NodeId(1),
          -2,
          true);
  private static final String GOLDEN =
      "0101"
          + "0102030405060708"
          + "ac02"
          + "03683a31"
          + "0000000000000005"
          + "02000301"
          + "fffffffffffffffe"
          + "01";

  private final PeerHelloSerializer serializer = new PeerHelloSerializer();

  @Test
  void shouldKeepItsBytes() throws Exception {
    assertThat(HexFormat.of().formatHex(serializer.toBinary(HELLO))).isEqualTo(GOLDEN);
    assertThat(serializer.fromBinary(HexFormat.of().parseHex(GOLDEN), "H")).isEqualTo(HELLO);
  }

  @Test
  void shouldRefuseWhatItDoesNotKnow() {
    byte[] golden = HexFormat.of().parseHex(GOLDEN);
    assertRefused(golden, "G");
    assertRefused(Arrays.copyOf(golden, golden.length - 1), "H");
    assertRefused(Arrays.copyOf(golden, golden.length + 1), "H");
    golden[0] = 2;
    assertRefused(golden, "H");
  }

  private void assertRefused(byte[] bytes, String manifest) {
    assertThatThrownBy(() -> serializer.fromBinary(bytes, manifest))
        .isInstanceOf(NotSerializableException.class);
  }
}
