package dev.troupe.split;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.model.RangeId;
import dev.troupe.split.Decision.Finding;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Stored bytes, pinned. */
class RememberedCodecTest {
  private static final Remembered.Ordered ORDERED =
      new Remembered.Ordered(new RangeId(7), 3, Key.of("m"), "size");
  private static final Remembered.PeopleTold TOLD =
      new Remembered.PeopleTold(
          new SplitPlanner.Told(new RangeId(300), Finding.HOT_KEY, Key.of("k")));

  private static final Remembered.MergeOrdered MERGE =
      new Remembered.MergeOrdered(new RangeId(7), 3, new RangeId(9), 4, Key.of("m"), 5, 0.5);
  private static final Remembered.MoveOrdered MOVE =
      new Remembered.MoveOrdered(new RangeId(7), 3, new NodeId(4), new NodeId(1), new RangeId(9));

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }

  @Test
  void shouldKeepItsBytes() {
    assertThat(hex(RememberedCodec.encode(ORDERED)))
        .isEqualTo("0107" + "03" + "016d" + "0473697a65");
    assertThat(hex(RememberedCodec.encode(new Remembered.Ended(new RangeId(7), true))))
        .isEqualTo("020701");
    assertThat(hex(RememberedCodec.encode(MERGE)))
        .isEqualTo("0407" + "03" + "09" + "04" + "016d" + "05" + "3fe0000000000000");
    assertThat(hex(RememberedCodec.encode(MOVE))).isEqualTo("0507" + "03" + "04" + "01" + "09");
    assertThat(hex(RememberedCodec.encode(TOLD))).isEqualTo("03ac02" + "07686f742d6b6579" + "016b");
  }

  @Test
  void shouldReadTheStateOfSplitsAlone() {
    byte[] stored = HexFormat.of().parseHex("01" + "02" + "01" + "0703016d0473697a65" + "00");
    SplitState state = RememberedCodec.decodeState(stored);
    assertThat(state.splits()).isEqualTo(2);
    assertThat(state.merges()).isZero();
    assertThat(state.open().values()).containsExactly(ORDERED);
  }

  @Test
  void shouldReadWhatItWrote() {
    SplitState state = SplitState.EMPTY;
    for (Remembered event :
        List.of(
            ORDERED,
            TOLD,
            new Remembered.Ended(new RangeId(7), true),
            MERGE,
            new Remembered.Ended(new RangeId(7), true),
            MOVE,
            new Remembered.Ended(new RangeId(7), true),
            MERGE)) {
      assertThat(RememberedCodec.decode(RememberedCodec.encode(event))).isEqualTo(event);
      state = state.with(event);
    }
    assertThat(state.splits()).isEqualTo(1);
    assertThat(state.merges()).isEqualTo(1);
    assertThat(RememberedCodec.decodeState(RememberedCodec.encode(state))).isEqualTo(state);
  }

  @Test
  void shouldForgetWhatItToldFirst() {
    SplitState state = SplitState.EMPTY;
    for (int i = 1; i <= SplitState.TOLD_MAX + 1; i++) {
      state =
          state.with(
              new Remembered.PeopleTold(
                  new SplitPlanner.Told(new RangeId(i), Finding.APPEND, Key.MIN)));
    }
    assertThat(state.told()).hasSize(SplitState.TOLD_MAX);
    assertThat(state.told().iterator().next().range()).isEqualTo(new RangeId(2));
  }
}
