package dev.troupe.rocksdb.persistence.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.troupe.protocol.codec.ByteReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class KeyCodecTest {
  private static final HexFormat HEX = HexFormat.of();

  @Test
  void shouldKeepItsStoredForm() {
    assertThat(HEX.formatHex(KeyCodec.text("ab"))).isEqualTo("61620001");
    assertThat(HEX.formatHex(KeyCodec.text("a\0b"))).isEqualTo("6100ff620001");
    assertThat(HEX.formatHex(KeyCodec.text('r', ""))).isEqualTo("720001");
    assertThat(HEX.formatHex(KeyCodec.textAndNumber("ä", 258)))
        .isEqualTo("c3a400010000000000000102");
    assertThat(HEX.formatHex(KeyCodec.textAndNumber('t', "x", 1)))
        .isEqualTo("747800010000000000000001");
    assertThat(HEX.formatHex(KeyCodec.number('o', Long.MAX_VALUE))).isEqualTo("6f7fffffffffffffff");
  }

  @Test
  void shouldSortAsTextAndNumberDo() {
    Random random = new Random(7);
    List<String> texts = new ArrayList<>(List.of("", "a", "a\0", "a\0\0", "a\u0001", "ab", "b"));
    for (int i = 0; i < 200; i++) {
      StringBuilder text = new StringBuilder();
      for (int j = random.nextInt(5); j > 0; j--) {
        text.append("\0\u0001\u00ffab".charAt(random.nextInt(5)));
      }
      texts.add(text.toString());
    }
    Comparator<String> byBytes =
        Comparator.comparing(
            text -> text.getBytes(StandardCharsets.UTF_8), Arrays::compareUnsigned);
    for (String left : texts) {
      for (String right : texts) {
        int expected = byBytes.compare(left, right);
        int actual =
            Arrays.compareUnsigned(
                KeyCodec.textAndNumber(left, 9), KeyCodec.textAndNumber(right, 2));
        assertThat(Integer.signum(actual)).isEqualTo(expected == 0 ? 1 : Integer.signum(expected));
      }
    }
  }

  @Test
  void shouldReadBackWhatItWrote() {
    for (String text : List.of("", "a", "\0", "a\0b\0", "äöü\uD83D\uDE00")) {
      byte[] key = KeyCodec.textAndNumber('k', text, 1234567890123L);
      assertThat(KeyCodec.textAt(key, 1)).isEqualTo(text);
      assertThat(KeyCodec.lastNumber(key)).isEqualTo(1234567890123L);
    }
  }

  @Test
  void shouldRefuseAKeyWithoutATerminator() {
    assertThatThrownBy(() -> KeyCodec.textAt(new byte[] {'a', 'b'}, 0))
        .isInstanceOf(ByteReader.MalformedBytes.class);
    assertThatThrownBy(() -> KeyCodec.textAt(new byte[] {'a', 0, 7}, 0))
        .isInstanceOf(ByteReader.MalformedBytes.class);
  }

  @Test
  void shouldEndAPrefixBehindAllItsKeys() {
    assertThat(KeyCodec.after(new byte[] {1, 2})).containsExactly(1, 3);
    assertThat(KeyCodec.after(new byte[] {1, -1, -1})).containsExactly(2);
    assertThatThrownBy(() -> KeyCodec.after(new byte[] {-1}))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
