package dev.troupe.rocksdb.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.troupe.protocol.codec.ByteReader.MalformedBytes;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.spi.StateStore.SideKind;
import dev.troupe.protocol.spi.StateStore.SideRecord;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class SideKeyCodecTest {
  private static final Comparator<SideRecord> ORDER =
      Comparator.comparing(SideRecord::key)
          .thenComparing(record -> record.kind().number())
          .thenComparing(SideRecord::id, Arrays::compareUnsigned);

  /** Few different bytes, so that keys and ids are often equal or prefixes of each other. */
  @Provide
  Arbitrary<SideRecord> records() {
    Arbitrary<Byte> some = Arbitraries.of((byte) 0, (byte) 1, (byte) 2, (byte) 0xF7, (byte) 0xFF);
    return Combinators.combine(
            some.array(byte[].class).ofMaxSize(17).map(Key::wrap),
            Arbitraries.of(SideKind.class),
            some.array(byte[].class).ofMaxSize(10))
        .as((key, kind, id) -> new SideRecord(key, kind, id, new byte[] {7}));
  }

  @Property(tries = 20_000)
  void shouldOrderByKeyThenKindThenId(
      @ForAll("records") SideRecord a, @ForAll("records") SideRecord b) {
    int found = Arrays.compareUnsigned(encode(a), encode(b));
    assertThat(Integer.signum(found)).isEqualTo(Integer.signum(ORDER.compare(a, b)));
  }

  @Property(tries = 5_000)
  void shouldReadBackWhatItWrote(@ForAll("records") SideRecord record) {
    assertThat(SideKeyCodec.decode(encode(record), record.value()))
        .usingRecursiveComparison()
        .isEqualTo(record);
  }

  @Property(tries = 5_000)
  void shouldBoundSpansByStems(
      @ForAll("records") SideRecord bound, @ForAll("records") SideRecord record) {
    boolean inside = Arrays.compareUnsigned(encode(record), MvccKeyCodec.stem(bound.key())) >= 0;
    assertThat(inside).isEqualTo(record.key().compareTo(bound.key()) >= 0);
  }

  @Test
  void shouldRefuseBytesThatAreNoStoredKey() {
    String stem = HexFormat.of().formatHex(MvccKeyCodec.stem(Key.of("k")));
    for (String hex : List.of("", "01", stem, stem + "00", stem + "ff", "6162636465666768ff01")) {
      byte[] bytes = HexFormat.of().parseHex(hex);
      assertThatThrownBy(() -> SideKeyCodec.decode(bytes, new byte[0]))
          .as(hex)
          .isInstanceOf(MalformedBytes.class);
    }
  }

  private static byte[] encode(SideRecord record) {
    return SideKeyCodec.encode(record.key(), record.kind(), record.id());
  }
}
