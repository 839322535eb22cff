package dev.troupe.range;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.troupe.protocol.codec.ByteReader;
import dev.troupe.protocol.codec.ByteWriter;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.KeySpan;
import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.model.Timestamp;
import dev.troupe.protocol.model.TxnId;
import dev.troupe.protocol.spi.KvRequest;
import dev.troupe.protocol.spi.KvResponse;
import dev.troupe.protocol.spi.KvResponse.TxnState;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Steps, locks and records are stored for ever: their bytes are pinned down here. */
class TxnCodecTest {
  private static final TxnId TXN = new TxnId(1, 2);
  private static final TxnId REQUEST = new TxnId(3, 4);
  private static final String TXN_HEX = "0000000000000001" + "0000000000000002";
  private static final String REQUEST_HEX = "0000000000000003" + "0000000000000004";
  private static final Key K = Key.of("k");
  private static final NodeId NODE = new NodeId(300);
  private static final Timestamp T1 = new Timestamp(0x0102);
  private static final Timestamp T2 = new Timestamp(0x0304);
  private static final Timestamp NAMED = new Timestamp(0x0506);
  private static final String T1_HEX = "0000000000000102";
  private static final String T2_HEX = "0000000000000304";
  private static final String NAMED_HEX = "0000000000000506";
  private static final List<KeySpan> SPANS =
      List.of(new KeySpan(K, K.next()), new KeySpan(Key.of("a"), Key.of("b")));
  private static final List<KvRequest.Change> CHANGES =
      List.of(new KvRequest.Change(K, new byte[] {7}), new KvRequest.Change(Key.of("d"), null));

  private record Golden(KvRequest request, String hex) {
    @Override
    public String toString() {
      return request.getClass().getSimpleName();
    }
  }

  static List<Golden> steps() {
    return List.of(
        new Golden(
            new KvRequest.CommitOnePhase(TXN, REQUEST, NAMED, K, NODE, T1, T2, SPANS, CHANGES, 5),
            "16"
                + TXN_HEX
                + "016b"
                + REQUEST_HEX
                + NAMED_HEX
                + "ac02"
                + T1_HEX
                + T2_HEX
                + "0201016b0001610162"
                + "02016b01010701640005"),
        new Golden(
            new KvRequest.CommitOnePhase(
                TXN, REQUEST, NAMED, K, NODE, T1, T2, SPANS, CHANGES, 5, T2),
            "1a"
                + TXN_HEX
                + "016b"
                + REQUEST_HEX
                + NAMED_HEX
                + "ac02"
                + T1_HEX
                + T2_HEX
                + "0201016b0001610162"
                + "02016b01010701640005"
                + T2_HEX),
        new Golden(
            new KvRequest.Prepare(TXN, NAMED, K, NODE, T1, T2, SPANS, CHANGES, true),
            "17"
                + TXN_HEX
                + "016b"
                + NAMED_HEX
                + "ac02"
                + T1_HEX
                + T2_HEX
                + "0201016b0001610162"
                + "02016b01010701640001"),
        new Golden(
            new KvRequest.Decide(TXN, REQUEST, NAMED, K, T1, 5),
            "18" + TXN_HEX + "016b" + REQUEST_HEX + NAMED_HEX + T1_HEX + "05"),
        new Golden(new KvRequest.Abort(TXN, NAMED, K), "19" + TXN_HEX + "016b" + NAMED_HEX),
        new Golden(
            new KvRequest.Resolve(TXN, T1, List.of(K, Key.of("d"))),
            "14" + TXN_HEX + "01" + T1_HEX + "02016b0164"),
        new Golden(new KvRequest.Resolve(TXN, null, List.of(K)), "14" + TXN_HEX + "00" + "01016b"),
        new Golden(new KvRequest.Finish(TXN, K), "15" + TXN_HEX + "016b"));
  }

  static List<Golden> questions() {
    return List.of(
        new Golden(new KvRequest.Validate(TXN, SPANS, T1, T2), ""),
        new Golden(new KvRequest.AskOutcome(TXN, NAMED, K), ""),
        new Golden(new KvRequest.HoldKey(K, TXN, NODE, T1, KvRequest.Patience.WAIT), ""),
        new Golden(new KvRequest.HoldKey(K, TXN, NODE, T1, KvRequest.Patience.NONE, 7), ""),
        new Golden(new KvRequest.LetGo(TXN, List.of(K, Key.of("d"))), ""));
  }

  private static byte[] bytes(KvRequest request) {
    ByteWriter out = new ByteWriter(16);
    KvCodec.write(out, request);
    return out.toBytes();
  }

  private static KvRequest read(byte[] bytes) {
    ByteReader in = new ByteReader(bytes);
    KvRequest request = KvCodec.readRequest(in);
    in.requireEnd();
    return request;
  }

  @ParameterizedTest
  @MethodSource("steps")
  void shouldKeepTheBytesOfSteps(Golden step) {
    assertThat(HexFormat.of().formatHex(bytes(step.request()))).isEqualTo(step.hex());
  }

  @ParameterizedTest
  @MethodSource({"steps", "questions"})
  void shouldReadBackWhatWasWritten(Golden golden) {
    KvRequest back = read(bytes(golden.request()));

    assertThat(back)
        .usingRecursiveComparison()
        .withStrictTypeChecking()
        .isEqualTo(golden.request());
    assertThat(back.routingKey()).isEqualTo(golden.request().routingKey());
    assertThat(KvCodec.sizeHint(back)).isGreaterThanOrEqualTo(bytes(back).length);
  }

  @ParameterizedTest
  @MethodSource({"steps", "questions"})
  void shouldRefuseBytesThatWereCutOff(Golden golden) {
    byte[] whole = bytes(golden.request());
    for (int length = 0; length < whole.length; length++) {
      byte[] cut = Arrays.copyOf(whole, length);
      assertThatThrownBy(() -> read(cut)).isInstanceOf(ByteReader.MalformedBytes.class);
    }
  }

  @Test
  void shouldMakeARecordWithoutLockingAnything() {
    var recordOnly = new KvRequest.Prepare(TXN, NAMED, K, NODE, T1, T2, List.of(), List.of(), true);
    assertThat(read(bytes(recordOnly))).isEqualTo(recordOnly);
  }

  @Test
  void shouldRefuseWhatNoStepCanBe() {
    for (String hex :
        List.of(
            "10" + TXN_HEX + "016b",
            "1a" + TXN_HEX + "016b",
            "24" + TXN_HEX + "016b",
            // Nothing to lock and no record.
            "17" + TXN_HEX + "016b" + NAMED_HEX + "01" + T1_HEX + T2_HEX + "00" + "00" + "00",
            // No keys, no spans.
            "14" + TXN_HEX + "00" + "00",
            "20" + TXN_HEX + T1_HEX + T2_HEX + "00",
            "23" + TXN_HEX + "00",
            // A reversed span.
            "20" + TXN_HEX + T1_HEX + T2_HEX + "01" + "0001620161",
            // A count beyond the bytes.
            "14" + TXN_HEX + "00" + "ffffff7f016b")) {
      byte[] bytes = HexFormat.of().parseHex(hex);
      assertThatThrownBy(() -> read(bytes)).as(hex).isInstanceOf(ByteReader.MalformedBytes.class);
    }
  }

  @Test
  void shouldNeverStoreAQuestion() {
    byte[] question = bytes(new KvRequest.AskOutcome(TXN, NAMED, K));
    ByteWriter out = new ByteWriter(64).putByte(1).putLong(0).putVarInt(1);
    for (byte b : question) {
      out.putByte(b);
    }
    assertThatThrownBy(() -> CommandCodec.decode(out.toBytes()))
        .isInstanceOf(ByteReader.MalformedBytes.class);
  }

  @Test
  void shouldTellSingleKeysFromSpans() {
    assertThat(new KeySpan(K, K.next()).isOneKey()).isTrue();
    assertThat(new KeySpan(K, K.next().next()).isOneKey()).isFalse();
    assertThat(new KeySpan(Key.of("ka"), Key.of("kb\0")).isOneKey()).isFalse();
    assertThat(new KeySpan(K, Key.of("k\u0001")).isOneKey()).isFalse();
    assertThat(new KeySpan(Key.MIN, Key.of("\0")).isOneKey()).isTrue();
  }

  // --- answers ---------------------------------------------------------------------------------

  @Test
  void shouldReadBackAnswers() {
    for (KvResponse response :
        List.of(
            new KvResponse.Prepared(T1),
            new KvResponse.Status(TxnState.COMMITTED, T1, 200),
            new KvResponse.Status(TxnState.UNKNOWN, Timestamp.MIN, 0),
            new KvResponse.Valid(),
            new KvResponse.Changed(K),
            new KvResponse.Blocked(K))) {
      ByteWriter out = new ByteWriter(16);
      KvCodec.write(out, response);
      ByteReader in = new ByteReader(out.toBytes());
      assertThat(KvCodec.readResponse(in)).isEqualTo(response);
      in.requireEnd();
    }
  }

  // --- side records ----------------------------------------------------------------------------

  @Test
  void shouldKeepTheBytesOfLocks() {
    Lock lock = new Lock(K, TXN, Key.of("d"), NODE, T1, new byte[] {7});
    Lock deletion = new Lock(K, TXN, Key.of("d"), NODE, T1, null);

    assertThat(HexFormat.of().formatHex(lock.encode()))
        .isEqualTo("01" + TXN_HEX + "0164" + "ac02" + T1_HEX + "010107");
    assertThat(HexFormat.of().formatHex(deletion.encode()))
        .isEqualTo("01" + TXN_HEX + "0164" + "ac02" + T1_HEX + "00");
    assertThat(Lock.decode(K, lock.encode())).usingRecursiveComparison().isEqualTo(lock);
    assertThat(Lock.decode(K, deletion.encode())).isEqualTo(deletion);
    refusesDamage(lock.encode(), bytes -> Lock.decode(K, bytes));
  }

  @ParameterizedTest
  @EnumSource(TxnState.class)
  void shouldReadBackRecords(TxnState state) {
    TxnRecord record = new TxnRecord(state, T1, T2, state == TxnState.COMMITTED, 200);
    assertThat(TxnRecord.decode(record.encode())).isEqualTo(record);
    refusesDamage(record.encode(), TxnRecord::decode);
  }

  @Test
  void shouldKeepTheBytesOfRecords() {
    assertThat(HexFormat.of().formatHex(TxnRecord.pending(T2).encode()))
        .isEqualTo("01" + "01" + "0000000000000000" + T2_HEX + "00" + "00");
    assertThat(HexFormat.of().formatHex(TxnRecord.committed(T1, T2, false, 200).encode()))
        .isEqualTo("01" + "02" + T1_HEX + T2_HEX + "00" + "c801");
    assertThat(HexFormat.of().formatHex(TxnRecord.aborted(T2).encode()))
        .isEqualTo("01" + "03" + "0000000000000000" + T2_HEX + "01" + "00");
  }

  private interface Decoder {
    void decode(byte[] bytes);
  }

  private static void refusesDamage(byte[] whole, Decoder decoder) {
    byte[] longer = Arrays.copyOf(whole, whole.length + 1);
    byte[] later = whole.clone();
    later[0]++;
    assertThatThrownBy(() -> decoder.decode(longer)).isInstanceOf(ByteReader.MalformedBytes.class);
    assertThatThrownBy(() -> decoder.decode(later)).isInstanceOf(ByteReader.MalformedBytes.class);
    for (int length = 0; length < whole.length; length++) {
      byte[] cut = Arrays.copyOf(whole, length);
      assertThatThrownBy(() -> decoder.decode(cut)).isInstanceOf(ByteReader.MalformedBytes.class);
    }
  }
}
