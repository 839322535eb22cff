package dev.troupe.rocksdb.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.troupe.protocol.codec.ByteReader.MalformedBytes;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.Timestamp;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class MvccKeyCodecTest {
  /** Few different bytes, so that one key is often a prefix of another or ends in zeros. */
  @Provide
  Arbitrary<Key> keys() {
    return Arbitraries.of(
            (byte) 0, (byte) 1, (byte) 2, (byte) 0x7F, (byte) 0x80, (byte) 0xFE, (byte) 0xFF)
        .array(byte[].class)
        .ofMaxSize(18)
        .map(Key::wrap);
  }

  @Provide
  Arbitrary<Timestamp> timestamps() {
    return Arbitraries.oneOf(
            Arbitraries.of(0L, 1L, -1L, -2L, Long.MAX_VALUE, Long.MIN_VALUE), Arbitraries.longs())
        .map(Timestamp::new);
  }

  @Property(tries = 20_000)
  void shouldOrderByKeyThenNewestFirst(
      @ForAll("keys") Key a,
      @ForAll("timestamps") Timestamp atA,
      @ForAll("keys") Key b,
      @ForAll("timestamps") Timestamp atB) {
    int wanted = a.equals(b) ? atB.compareTo(atA) : a.compareTo(b);
    int found = Arrays.compareUnsigned(MvccKeyCodec.encode(a, atA), MvccKeyCodec.encode(b, atB));
    assertThat(Integer.signum(found)).isEqualTo(Integer.signum(wanted));
  }

  @Property(tries = 5_000)
  void shouldReadBackWhatItWrote(
      @ForAll("keys") Key key, @ForAll("timestamps") Timestamp timestamp) {
    byte[] stored = MvccKeyCodec.encode(key, timestamp);
    assertThat(MvccKeyCodec.key(stored, stored.length)).isEqualTo(key);
    assertThat(MvccKeyCodec.timestamp(stored, stored.length)).isEqualTo(timestamp);
  }

  @Property(tries = 5_000)
  void shouldBoundSpansByStems(
      @ForAll("keys") Key bound,
      @ForAll("keys") Key key,
      @ForAll("timestamps") Timestamp timestamp) {
    boolean inside =
        Arrays.compareUnsigned(MvccKeyCodec.encode(key, timestamp), MvccKeyCodec.stem(bound)) >= 0;
    assertThat(inside).isEqualTo(key.compareTo(bound) >= 0);
  }

  @Test
  void shouldKeepTheFormat() {
    assertHex(Key.MIN, new Timestamp(0), "0000000000000000f7" + "ffffffffffffffff");
    assertHex(Key.of("ab"), Timestamp.of(1, 2), "6162000000000000f9" + "fffffffffffefffd");
    assertHex(
        Key.wrap(new byte[] {0, 5, 0}), Timestamp.MAX, "0005000000000000fa" + "0000000000000000");
    assertHex(
        Key.of("abcdefgh"),
        new Timestamp(1),
        "6162636465666768ff" + "0000000000000000f7" + "fffffffffffffffe");
    assertHex(
        Key.of("abcdefghi"),
        new Timestamp(1),
        "6162636465666768ff" + "6900000000000000f8" + "fffffffffffffffe");
    assertThat(HexFormat.of().formatHex(MvccKeyCodec.stem(Key.of("k"))))
        .isEqualTo("6b00000000000000f8");
  }

  @Test
  void shouldRefuseBytesThatAreNoStoredKey() {
    for (String hex :
        List.of(
            "", "00", "ffffffffffffffffffff", "0002ffffffffffffffff", "00610001ffffffffffffffff")) {
      byte[] bytes = HexFormat.of().parseHex(hex);
      assertThatThrownBy(() -> MvccKeyCodec.key(bytes, bytes.length))
          .as(hex)
          .isInstanceOf(MalformedBytes.class);
    }
  }

  @Property(tries = 5_000)
  void shouldFilterByAPrefixThatAllVersionsShare(
      @ForAll("keys") Key key,
      @ForAll("timestamps") Timestamp a,
      @ForAll("timestamps") Timestamp b) {
    byte[] first = MvccKeyCodec.encode(key, a);
    byte[] second = MvccKeyCodec.encode(key, b);
    int prefix = MvccKeyCodec.FILTER_PREFIX_BYTES;
    assertThat(MvccKeyCodec.isInFilters(first)).isEqualTo(key.length() >= 16);
    if (MvccKeyCodec.isInFilters(first)) {
      assertThat(Arrays.copyOf(first, prefix)).isEqualTo(Arrays.copyOf(second, prefix));
    }
  }

  private static void assertHex(Key key, Timestamp timestamp, String hex) {
    assertThat(HexFormat.of().formatHex(MvccKeyCodec.encode(key, timestamp))).isEqualTo(hex);
  }
}
