package dev.troupe.sql.type.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.troupe.protocol.codec.ByteReader;
import dev.troupe.protocol.codec.ByteReader.MalformedBytes;
import dev.troupe.protocol.codec.ByteWriter;
import dev.troupe.sql.type.Bytes;
import dev.troupe.sql.type.Interval;
import dev.troupe.sql.type.JsonValue;
import dev.troupe.sql.type.Numeric;
import dev.troupe.sql.type.RandomValues;
import dev.troupe.sql.type.SqlArray;
import dev.troupe.sql.type.SqlRecord;
import dev.troupe.sql.type.SqlType;
import dev.troupe.sql.type.TimeTz;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RowValueCodecTest {
  static List<SqlType> types() {
    return RandomValues.orderedTypes();
  }

  @ParameterizedTest
  @MethodSource("types")
  void shouldReadBackExactlyWhatItWrote(SqlType type) {
    RandomValues random = new RandomValues(11);
    RowValueCodec codec = RowValueCodec.of(type);
    for (int i = 0; i < 300; i++) {
      Object value = random.next(type);
      byte[] bytes = bytes(codec, value);
      ByteReader in = new ByteReader(bytes);
      Object read = codec.decode(in);
      in.requireEnd();
      assertThat(read).isEqualTo(value).hasToString(value.toString());
      assertThat(bytes(codec, read)).isEqualTo(bytes);
    }
  }

  @ParameterizedTest
  @MethodSource("types")
  void shouldRefuseOrReadBrokenBytesButNeverFailOtherwise(SqlType type) {
    RandomValues values = new RandomValues(12);
    Random random = new Random(13);
    RowValueCodec codec = RowValueCodec.of(type);
    for (int i = 0; i < 300; i++) {
      byte[] bytes = bytes(codec, values.next(type));
      if (bytes.length > 0) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
      }
      ByteReader in = new ByteReader(bytes, 0, random.nextInt(bytes.length + 1));
      try {
        assertThat(codec.decode(in)).isNotNull();
      } catch (MalformedBytes expected) {
        assertThat(expected.getMessage()).isNotEmpty();
      }
    }
  }

  @Test
  void shouldKeepTheirStoredFormat() {
    assertRow(SqlType.BOOL, true, "01");
    assertRow(SqlType.INT4, -1, "01");
    assertRow(SqlType.INT2, 100, "c801");
    assertRow(SqlType.INT8, Long.MIN_VALUE, "ffffffffffffffffff01");
    assertRow(SqlType.OID, 1L, "02");
    assertRow(SqlType.FLOAT4, 1.0f, "3f800000");
    assertRow(SqlType.FLOAT8, -0.0, "8000000000000000");
    assertRow(SqlType.NUMERIC, Numeric.NAN, "00");
    assertRow(SqlType.NUMERIC, Numeric.NEGATIVE_INFINITY, "01");
    assertRow(SqlType.NUMERIC, Numeric.POSITIVE_INFINITY, "02");
    assertRow(SqlType.NUMERIC, Numeric.parse("-1.50"), "0302ab02");
    assertRow(SqlType.NUMERIC, Numeric.parse("9223372036854775808"), "040009008000000000000000");
    assertRow(SqlType.TEXT, "aé", "0361c3a9");
    assertRow(SqlType.BYTEA, Bytes.copyOf(new byte[] {0, 1}), "020001");
    assertRow(SqlType.DATE, 1, "02");
    assertRow(SqlType.TIMESTAMP, 1L, "0000000000000001");
    assertRow(SqlType.TIMETZ, new TimeTz(1, -3600), "00000000000000019f38");
    assertRow(SqlType.INTERVAL, new Interval(1, -1, 2), "020104");
    assertRow(SqlType.UUID, new UUID(1, 2), "00000000000000010000000000000002");
    assertRow(
        SqlType.JSONB,
        JsonValue.parse("{\"a\": [null, true, false, 1, \"x\"]}"),
        "06010161050500020103030002040178");
    assertRow(SqlType.arrayOf(SqlType.INT4), SqlArray.of(SqlType.INT4, 1, null), "010202010200");
    assertRow(
        SqlType.RECORD,
        new SqlRecord(List.of(SqlType.INT4, SqlType.TEXT), 1, null),
        "0217010102190100");
    var named = new SqlRecord(List.of(SqlType.INT4), List.of("a"), new Object[] {1});
    assertRow(SqlType.RECORD, named, "818004016117010102");
    RowValueCodec codec = RowValueCodec.of(SqlType.RECORD);
    var read = (SqlRecord) codec.decode(new ByteReader(bytes(codec, named)));
    assertThat(read.name(0)).isEqualTo("a");
  }

  @Test
  void shouldRefuseSizesBeyondTheBytes() {
    byte[] hugeArray = {1, (byte) 0xff, (byte) 0xff, (byte) 0xff, 0x7f, 2, 1, 2};
    assertThatThrownBy(
            () -> RowValueCodec.of(SqlType.arrayOf(SqlType.INT4)).decode(new ByteReader(hugeArray)))
        .isInstanceOf(MalformedBytes.class);
  }

  private static byte[] bytes(RowValueCodec codec, Object value) {
    ByteWriter out = new ByteWriter(0);
    codec.encode(value, out);
    return out.toBytes();
  }

  private static void assertRow(SqlType type, Object value, String hex) {
    assertThat(HexFormat.of().formatHex(bytes(RowValueCodec.of(type), value)))
        .as("%s", value)
        .isEqualTo(hex);
  }
}
