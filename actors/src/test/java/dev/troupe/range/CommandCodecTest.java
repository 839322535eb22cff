package dev.troupe.range;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.troupe.protocol.codec.ByteReader;
import dev.troupe.protocol.codec.ByteWriter;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.KeySpan;
import dev.troupe.protocol.model.LogEntry;
import dev.troupe.protocol.model.LogPosition;
import dev.troupe.protocol.model.RangeId;
import dev.troupe.protocol.model.Timestamp;
import dev.troupe.protocol.spi.KvRequest;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is written into Raft logs must be readable for ever: the bytes are pinned down here. */
class CommandCodecTest {
  private static final List<KvRequest.Write> ALL_WRITES =
      List.of(
          new KvRequest.Put(Key.of("k"), new byte[] {1, 2}),
          new KvRequest.Delete(Key.of("d")),
          new KvRequest.DeleteRange(new KeySpan(Key.of("a"), Key.of("b")), 300),
          new KvRequest.CompareAndSet(Key.of("c"), null, new byte[] {9}),
          new KvRequest.CompareAndSet(Key.of("c"), new byte[0], null),
          new KvRequest.Batch(
              List.of(
                  new KvRequest.Put(Key.of("x"), new byte[0]), new KvRequest.Delete(Key.of("y")))),
          new KvRequest.RaiseHorizon(
              Key.of("h"), new byte[] {7}, Timestamp.of(1, 2), Timestamp.of(3, 4), 200));

  @Test
  void shouldKeepTheBytesOfLogEntries() {
    byte[] payload = CommandCodec.encode(Timestamp.of(5, 7), ALL_WRITES);

    assertThat(HexFormat.of().formatHex(payload))
        .isEqualTo(
            "01"
                + "0000000000050007"
                + "07"
                + "03016b020102"
                + "040164"
                + "0501610162ac02"
                + "06016300010109"
                + "060163010000"
                + "070203017800040179"
                + "0901680107"
                + "0000000000010002"
                + "0000000000030004"
                + "c801");
  }

  @Test
  void shouldKeepTheBytesOfSplits() {
    SplitCommand split = new SplitCommand(300, Key.of("m"), new RangeId(100));

    assertThat(HexFormat.of().formatHex(split.encode())).isEqualTo("01" + "ac02" + "016d" + "64");
    assertThat(SplitCommand.decode(split.encode())).isEqualTo(split);
    assertThat(LogEntry.Kind.SPLIT.number()).isEqualTo(3);
    assertThat(LogEntry.Kind.ofNumber(3)).isEqualTo(LogEntry.Kind.SPLIT);
    assertThatThrownBy(() -> SplitCommand.decode(new byte[] {2}))
        .isInstanceOf(ByteReader.MalformedBytes.class);
  }

  @Test
  void shouldKeepTheBytesOfRaisesForSomeKeysOnly() {
    var raise =
        new KvRequest.RaiseHorizon(
            Key.of("h"), new byte[] {7}, Timestamp.of(1, 2), Timestamp.of(3, 4), 200, Key.of("n"));
    ByteWriter out = new ByteWriter(32);
    KvCodec.write(out, raise);

    assertThat(HexFormat.of().formatHex(out.toBytes()))
        .isEqualTo("0b01680107" + "0000000000010002" + "0000000000030004" + "c801" + "016e");
    KvRequest.Write read = KvCodec.readWrite(new ByteReader(out.toBytes()));
    assertThat(((KvRequest.RaiseHorizon) read).upTo()).isEqualTo(Key.of("n"));
  }

  @Test
  void shouldReadBackWhatWasWritten() {
    byte[] payload = CommandCodec.encode(Timestamp.of(5, 7), ALL_WRITES);

    CommandCodec.Command command = CommandCodec.decode(payload);

    assertThat(command.clock()).isEqualTo(Timestamp.of(5, 7));
    assertThat(CommandCodec.encode(command.clock(), command.writes())).isEqualTo(payload);
  }

  @Test
  void shouldRefuseTruncatedPayloadsAtEveryByte() {
    byte[] payload = CommandCodec.encode(Timestamp.of(5, 7), ALL_WRITES);

    for (int length = 0; length < payload.length; length++) {
      byte[] cut = java.util.Arrays.copyOf(payload, length);
      assertThatThrownBy(() -> CommandCodec.decode(cut))
          .isInstanceOf(ByteReader.MalformedBytes.class);
    }
  }

  @Test
  void shouldRefuseABatchThatHoldsARangeDeletion() {
    ByteWriter out = new ByteWriter(32).putByte(1).putLong(0).putVarInt(1);
    out.putByte(7).putVarInt(1).putByte(5).putBytes(new byte[] {1}).putBytes(new byte[] {2});
    byte[] payload = out.putVarInt(1).toBytes();

    assertThatThrownBy(() -> CommandCodec.decode(payload))
        .isInstanceOf(ByteReader.MalformedBytes.class);
  }

  @Test
  void shouldKeepTheBytesOfTheAppliedState() {
    AppliedState state =
        new AppliedState(
            new LogPosition(258, 3), Timestamp.of(1, 2), Timestamp.of(0, 7), Timestamp.of(0, 8));

    String position = "0000000000000102" + "0000000000000003";
    assertThat(HexFormat.of().formatHex(state.encode()))
        .isEqualTo("03" + position + "0000000000010002" + "0000000000000007" + "0000000000000008");
    assertThat(AppliedState.decode(state.encode())).isEqualTo(state);
  }

  @Test
  void shouldReadAnAppliedStateFromBeforeThereWasAHorizon() {
    byte[] old =
        HexFormat.of()
            .parseHex("01" + "0000000000000102" + "0000000000000003" + "0000000000010002");

    assertThat(AppliedState.decode(old))
        .isEqualTo(new AppliedState(new LogPosition(258, 3), Timestamp.of(1, 2)));
  }

  @Test
  void shouldReadAnAppliedStateFromBeforeAnythingCouldBeProtected() {
    byte[] old =
        HexFormat.of()
            .parseHex(
                "02"
                    + "0000000000000102"
                    + "0000000000000003"
                    + "0000000000010002"
                    + "0000000000000007");

    assertThat(AppliedState.decode(old))
        .isEqualTo(
            new AppliedState(
                new LogPosition(258, 3), Timestamp.of(1, 2), Timestamp.of(0, 7), Timestamp.MIN));
  }

  @Test
  void shouldRefuseABatchThatRaisesTheHorizon() {
    ByteWriter out = new ByteWriter(64).putByte(1).putLong(0).putVarInt(1);
    out.putByte(7).putVarInt(1).putByte(9).putBytes(new byte[] {1}).putBytes(new byte[0]);
    byte[] payload = out.putLong(1).putLong(1).putVarInt(1).toBytes();

    assertThatThrownBy(() -> CommandCodec.decode(payload))
        .isInstanceOf(ByteReader.MalformedBytes.class);
  }
}
