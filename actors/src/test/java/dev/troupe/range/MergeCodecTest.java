package dev.troupe.range;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.troupe.protocol.codec.ByteReader;
import dev.troupe.protocol.codec.DescriptorCodec;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.KeySpan;
import dev.troupe.protocol.model.LogEntry;
import dev.troupe.protocol.model.LogPosition;
import dev.troupe.protocol.model.Member;
import dev.troupe.protocol.model.Membership;
import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.model.RangeDescriptor;
import dev.troupe.protocol.model.RangeId;
import dev.troupe.protocol.model.ReplicaId;
import dev.troupe.protocol.model.Timestamp;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** The bytes of merges in logs and in the state: they are stored, so they stay as they are. */
class MergeCodecTest {
  private static final RangeId OTHER = new RangeId(100);
  private static final LogPosition AT = new LogPosition(300, 3);

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }

  private static void assertBytes(MergeCommand command, String expected) {
    assertThat(hex(command.encode())).isEqualTo(expected);
    assertThat(MergeCommand.decode(command.encode())).isEqualTo(command);
  }

  @Test
  void shouldKeepTheBytesOfSteps() {
    assertBytes(new MergeCommand.Begin(300, OTHER, 7), "0101" + "ac02" + "64" + "07");
    assertBytes(new MergeCommand.Freeze(7, OTHER, 301), "0102" + "07" + "64" + "ad02");
    assertBytes(new MergeCommand.Cancel(301), "0104" + "ad02");
    assertBytes(new MergeCommand.Thaw(7, OTHER, 301), "0105" + "07" + "64" + "ad02");
    assertBytes(new MergeCommand.End(301), "0106" + "ad02");
    assertThat(LogEntry.Kind.MERGE.number()).isEqualTo(4);
    assertThat(LogEntry.Kind.ofNumber(4)).isEqualTo(LogEntry.Kind.MERGE);
  }

  @Test
  void shouldKeepTheBytesOfTakingOver() {
    RangeDescriptor right =
        new RangeDescriptor(
            OTHER,
            new KeySpan(Key.of("h"), Key.of("n")),
            8,
            Membership.of(new Member(new ReplicaId(2), new NodeId(3), Member.Role.VOTER)),
            4);
    assertBytes(
        new MergeCommand.TakeOver(
            301,
            right,
            AT,
            new Timestamp(1),
            new Timestamp(2),
            new Timestamp(3),
            new Timestamp(4),
            new Timestamp(5)),
        "0103"
            + "ad02"
            + hex(DescriptorCodec.encode(right))
            + "ac02"
            + "03"
            + "0000000000000001"
            + "0000000000000002"
            + "0000000000000003"
            + "0000000000000004"
            + "0000000000000005");
  }

  @Test
  void shouldRefuseWhatIsNotKnownOrCut() {
    byte[] begin = new MergeCommand.Begin(300, OTHER, 7).encode();
    for (int length = 0; length < begin.length; length++) {
      byte[] cut = Arrays.copyOf(begin, length);
      assertThatThrownBy(() -> MergeCommand.decode(cut))
          .isInstanceOf(ByteReader.MalformedBytes.class);
    }
    assertThatThrownBy(() -> MergeCommand.decode(new byte[] {2, 1}))
        .isInstanceOf(ByteReader.MalformedBytes.class);
    assertThatThrownBy(() -> MergeCommand.decode(new byte[] {1, 7}))
        .isInstanceOf(ByteReader.MalformedBytes.class);
  }

  @Test
  void shouldKeepTheBytesOfTheAppliedStateOfARangeThatIsMerged() {
    var state =
        new AppliedState(new LogPosition(258, 3), Timestamp.of(1, 2), Timestamp.MIN, Timestamp.MIN);
    String common =
        "04"
            + "0000000000000102"
            + "0000000000000003"
            + "0000000000010002"
            + "0000000000000000"
            + "0000000000000000";

    AppliedState taking = state.with(new Merging.Taking(OTHER, 7, 301, true));
    AppliedState frozen = state.with(new Merging.Frozen(OTHER, 301, AT));

    assertThat(hex(taking.encode())).isEqualTo(common + "01" + "64" + "07" + "ad02" + "01");
    assertThat(AppliedState.decode(taking.encode())).isEqualTo(taking);
    assertThat(hex(frozen.encode())).isEqualTo(common + "02" + "64" + "ad02" + "ac02" + "03");
    assertThat(AppliedState.decode(frozen.encode())).isEqualTo(frozen);
    // Nothing is different for ranges that are not merged.
    assertThat(frozen.with(null).encode()).isEqualTo(state.encode());
  }
}
