package dev.troupe.pgwire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.troupe.sql.error.SqlException;
import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Bodies that are cut, padded or made up are refused with an error, whatever they are. */
class FrontendDecoderTest {
  private static FrontendMessage decode(char type, byte[] body) {
    return FrontendDecoder.decode(type, new WireReader(body, 0, body.length));
  }

  private static byte[] bind() {
    return ByteBuffer.allocate(64)
        .put((byte) 'p')
        .put((byte) 0)
        .put((byte) 's')
        .put((byte) 0)
        .putShort((short) 1)
        .putShort((short) 1)
        .putShort((short) 2)
        .putInt(-1)
        .putInt(3)
        .put(new byte[] {1, 2, 3})
        .putShort((short) 0)
        .array();
  }

  @Test
  void shouldReadABind() {
    byte[] bytes = java.util.Arrays.copyOf(bind(), 23);
    var bind = (FrontendMessage.Bind) decode('B', bytes);
    assertThat(bind.portal()).isEqualTo("p");
    assertThat(bind.statement()).isEqualTo("s");
    assertThat(bind.parameterFormats()).containsExactly(1);
    assertThat(bind.values().get(0)).isNull();
    assertThat(bind.values().get(1)).containsExactly(1, 2, 3);
    assertThat(bind.resultFormats()).isEmpty();
  }

  @Test
  void shouldRefuseEveryShorterAndLongerBind() {
    for (int length = 0; length < 64; length++) {
      if (length != 23) {
        byte[] bytes = java.util.Arrays.copyOf(bind(), length);
        assertThatThrownBy(() -> decode('B', bytes))
            .as("%d bytes", length)
            .isInstanceOf(SqlException.class);
      }
    }
  }

  @Test
  void shouldNeverFailInAnotherWayThanByAnError() {
    var random = new Random(7);
    for (int i = 0; i < 200_000; i++) {
      char type = "QPBDECHSXdcfF".charAt(random.nextInt(13));
      byte[] body = new byte[random.nextInt(40)];
      random.nextBytes(body);
      if (random.nextBoolean()) {
        // Small numbers reach further than large ones.
        for (int j = 0; j < body.length; j++) {
          body[j] &= (byte) (random.nextInt(4) == 0 ? 3 : 0);
        }
      }
      try {
        decode(type, body);
      } catch (SqlException expected) {
        assertThat(expected.getMessage()).isNotEmpty();
      }
    }
  }
}
