package dev.troupe.sql.type.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.troupe.protocol.codec.ByteReader;
import dev.troupe.protocol.codec.ByteReader.MalformedBytes;
import dev.troupe.protocol.codec.ByteWriter;
import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.type.Bytes;
import dev.troupe.sql.type.Interval;
import dev.troupe.sql.type.JsonValue;
import dev.troupe.sql.type.Numeric;
import dev.troupe.sql.type.RandomValues;
import dev.troupe.sql.type.SqlArray;
import dev.troupe.sql.type.SqlType;
import dev.troupe.sql.type.TimeTz;
import dev.troupe.sql.type.ValueOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class KeyValueCodecTest {
  private static final int VALUES = 150;

  static List<SqlType> types() {
    return RandomValues.orderedTypes();
  }

  @ParameterizedTest
  @MethodSource("types")
  void shouldOrderBytesAsValues(SqlType type) {
    List<@Nullable Object> values = draw(type, 7);
    ValueOrder order = ValueOrder.of(type);
    for (Object left : values) {
      for (Object right : values) {
        int expected = Integer.signum(order.compareNullsLast(left, right));
        assertThat(compare(type, left, right, KeyOrder.ASCENDING))
            .as("%s against %s", left, right)
            .isEqualTo(expected);
        assertThat(compare(type, left, right, KeyOrder.DESCENDING)).isEqualTo(-expected);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("types")
  void shouldReadBackWhatItWrote(SqlType type) {
    ValueOrder order = ValueOrder.of(type);
    KeyValueCodec codec = KeyValueCodec.of(type);
    RowValueCodec exactly = RowValueCodec.of(type);
    for (KeyOrder keyOrder : KeyOrder.values()) {
      ByteWriter out = new ByteWriter(0);
      List<@Nullable Object> values = draw(type, 8);
      values.forEach(value -> codec.encode(value, keyOrder, out));
      ByteReader in = new ByteReader(out.toBytes());
      for (Object value : values) {
        Object read = codec.decode(in, keyOrder);
        assertThat(order.same(read, value)).as("%s read as %s", value, read).isTrue();
        if (codec.exact() && value != null && read != null) {
          assertThat(bytes(exactly, read)).isEqualTo(bytes(exactly, value));
        }
      }
      in.requireEnd();
    }
  }

  @ParameterizedTest
  @EnumSource(KeyOrder.class)
  void shouldPutNullOnTheSideThatIsAskedFor(KeyOrder order) {
    int nullAgainstValue = compare(SqlType.INT4, null, 1, order);
    assertThat(nullAgainstValue).isEqualTo(order.nullsFirst() ? -1 : 1);
    assertThat(compare(SqlType.INT4, 1, 2, order)).isEqualTo(order.descending() ? 1 : -1);
    assertThat(KeyOrder.of(order.descending(), order.nullsFirst())).isEqualTo(order);
  }

  @Test
  void shouldKeepTheirStoredFormat() {
    assertKey(SqlType.BOOL, false, "08");
    assertKey(SqlType.BOOL, true, "09");
    assertKey(SqlType.INT4, 1, "108000000000000001");
    assertKey(SqlType.INT2, -1, "107fffffffffffffff");
    assertKey(SqlType.INT8, 1L, "108000000000000001");
    assertKey(SqlType.OID, 4_294_967_295L, "1080000000ffffffff");
    assertKey(SqlType.DATE, 1, "1280000001");
    assertKey(SqlType.TIMESTAMPTZ, -2L, "137ffffffffffffffe");
    assertKey(SqlType.TIMETZ, new TimeTz(7_200_000_000L, -7200), "1480000000000000007fffe3e0");
    assertKey(
        SqlType.UUID,
        UUID.fromString("00112233-4455-6677-8899-aabbccddeeff"),
        "1500112233445566778899aabbccddeeff");
    assertKey(SqlType.INTERVAL, new Interval(1, 2, 3), "1680000000000000200000000000000003");
    assertKey(SqlType.FLOAT8, 1.0, "20bff0000000000000");
    assertKey(SqlType.FLOAT4, -1.0f, "20400fffffffffffff");
    assertKey(SqlType.FLOAT8, -0.0, "208000000000000000");
    assertKey(SqlType.NUMERIC, Numeric.parse("-Infinity"), "30");
    assertKey(SqlType.NUMERIC, Numeric.parse("-12.50"), "317ffffdf2ccff");
    assertKey(SqlType.NUMERIC, Numeric.parse("0.00"), "32");
    assertKey(SqlType.NUMERIC, Numeric.parse("12.50"), "338000020d3300");
    assertKey(SqlType.NUMERIC, Numeric.parse("Infinity"), "34");
    assertKey(SqlType.NUMERIC, Numeric.NAN, "35");
    assertKey(SqlType.TEXT, "aé", "4061c3a90001");
    assertKey(SqlType.BYTEA, Bytes.copyOf(new byte[] {0, 1}), "4100ff010001");
    assertKey(SqlType.JSONB, JsonValue.parse("[]"), "5001");
    assertKey(
        SqlType.JSONB,
        JsonValue.parse("{\"a\": [null, true, 1]}"),
        "5008000000016100010700000003020604338000010b00");
    assertKey(SqlType.arrayOf(SqlType.INT4), SqlArray.empty(SqlType.INT4), "600100");
    assertKey(
        SqlType.arrayOf(SqlType.INT4),
        SqlArray.of(SqlType.INT4, 1, null),
        "60108000000000000001ff01010000000280000001");
  }

  @Test
  void shouldKeepTheirStoredFormatWhenDescending() {
    ByteWriter out = new ByteWriter(0);
    KeyValueCodec.of(SqlType.TEXT).encode("a", KeyOrder.DESCENDING, out);
    KeyValueCodec.of(SqlType.TEXT).encode(null, KeyOrder.DESCENDING, out);
    KeyValueCodec.of(SqlType.TEXT).encode(null, KeyOrder.ASCENDING, out);
    assertThat(HexFormat.of().formatHex(out.toBytes())).isEqualTo("bf9efffe00ff");
  }

  @Test
  void shouldRefuseBytesOfAnotherType() {
    ByteWriter out = new ByteWriter(0);
    KeyValueCodec.of(SqlType.TEXT).encode("a", KeyOrder.ASCENDING, out);
    assertThatThrownBy(
            () ->
                KeyValueCodec.of(SqlType.INT4)
                    .decode(new ByteReader(out.toBytes()), KeyOrder.ASCENDING))
        .isInstanceOf(MalformedBytes.class);
    assertThatThrownBy(
            () ->
                KeyValueCodec.of(SqlType.TEXT)
                    .decode(new ByteReader(out.toBytes(), 0, 3), KeyOrder.ASCENDING))
        .isInstanceOf(MalformedBytes.class);
  }

  @Test
  void shouldRefuseTypesWithoutOrder() {
    assertThat(KeyValueCodec.supports(SqlType.JSON)).isFalse();
    assertThatThrownBy(() -> KeyValueCodec.of(SqlType.arrayOf(SqlType.JSON)))
        .isInstanceOf(SqlException.class)
        .hasMessage("data type json has no default operator class for access method \"btree\"");
  }

  private static List<@Nullable Object> draw(SqlType type, long seed) {
    RandomValues random = new RandomValues(seed);
    List<@Nullable Object> values = new ArrayList<>();
    values.add(null);
    for (int i = 0; i < VALUES; i++) {
      values.add(random.next(type));
    }
    return values;
  }

  private static int compare(
      SqlType type, @Nullable Object left, @Nullable Object right, KeyOrder order) {
    // A second column must not disturb the first.
    byte[] a = composite(type, left, order, 0xFF);
    byte[] b = composite(type, right, order, 0x00);
    int difference = Integer.signum(Arrays.compareUnsigned(a, b));
    boolean equal = Arrays.equals(a, 0, a.length - 1, b, 0, b.length - 1);
    return equal ? 0 : difference;
  }

  private static byte[] composite(
      SqlType type, @Nullable Object value, KeyOrder order, int following) {
    ByteWriter out = new ByteWriter(0);
    KeyValueCodec.of(type).encode(value, order, out);
    return out.putByte(following).toBytes();
  }

  private static byte[] bytes(RowValueCodec codec, Object value) {
    ByteWriter out = new ByteWriter(0);
    codec.encode(value, out);
    return out.toBytes();
  }

  private static void assertKey(SqlType type, Object value, String hex) {
    ByteWriter out = new ByteWriter(0);
    KeyValueCodec.of(type).encode(value, KeyOrder.ASCENDING, out);
    assertThat(HexFormat.of().formatHex(out.toBytes())).as("%s", value).isEqualTo(hex);
  }
}
