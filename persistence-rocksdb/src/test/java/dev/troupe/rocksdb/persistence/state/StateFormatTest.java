package dev.troupe.rocksdb.persistence.state;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** Stored bytes of durable states: a change here makes existing directories unreadable. */
final class StateFormatTest {
  @Test
  void shouldKeepItsStoredForm() {
    byte[] key = StateKeys.head("p-1");
    StateHead head = new StateHead(300, 99, 1000, "red", true);
    assertThat(hex(key)).isEqualTo("68702d310001");
    assertThat(hex(head.encode(key)))
        .isEqualTo("01e1233f14ac02000000000000006300000000000003e80372656401");
    assertThat(StateHead.decode(key, head.encode(key), "it")).isEqualTo(head);
    assertThat(hex(StateKeys.value("p-1"))).isEqualTo("76702d310001");
    assertThat(hex(StateKeys.change(StateKeys.OF_TAG, "red", 99)))
        .isEqualTo("747265640001" + "0000000000000063");
    assertThat(hex(StateKeys.change(StateKeys.OF_TYPE, "Cart", 99)))
        .isEqualTo("65436172740001" + "0000000000000063");
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }
}
