package dev.troupe.sql.type.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.troupe.protocol.codec.ByteWriter;
import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.type.RandomValues;
import dev.troupe.sql.type.Recorded;
import dev.troupe.sql.type.SqlRecord;
import dev.troupe.sql.type.SqlType;
import dev.troupe.sql.type.TypeSession;
import dev.troupe.sql.type.TypeTexts;
import dev.troupe.sql.type.ValueOrder;
import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class BinaryFormatTest {
  private static final TypeSession UTC = TypeSession.at(ZoneOffset.UTC, 0);

  static List<List<String>> recorded() {
    return Recorded.lines("binary.tsv");
  }

  static List<SqlType> types() {
    return RandomValues.orderedTypes();
  }

  @ParameterizedTest
  @MethodSource("recorded")
  void shouldWriteAndReadBytesOfPostgres(List<String> columns) {
    SqlType type = TypeTexts.parse(columns.get(0));
    Format format = Format.of(type);
    Object value = format.readText(columns.get(1), UTC);
    assertThat(HexFormat.of().formatHex(binary(format, value))).isEqualTo(columns.get(2));
    byte[] bytes = HexFormat.of().parseHex(columns.get(2));
    Object read = format.readBinary(bytes, 0, bytes.length);
    assertThat(format.toText(read, UTC)).isEqualTo(format.toText(value, UTC));
  }

  @ParameterizedTest
  @MethodSource("types")
  void shouldReadBackWhatItWrote(SqlType type) {
    RandomValues random = new RandomValues(21);
    Format format = Format.of(type);
    ValueOrder order = ValueOrder.of(type);
    for (int i = 0; i < 300; i++) {
      Object value = random.next(type);
      byte[] bytes = binary(format, value);
      Object read = format.readBinary(bytes, 0, bytes.length);
      assertThat(order.equal(read, value)).as("%s in binary", value).isTrue();
      Object reread = format.readText(format.toText(value, UTC), UTC);
      assertThat(order.equal(reread, value)).as("%s in text", value).isTrue();
      ByteWriter utf8 = new ByteWriter(0);
      format.writeUtf8(value, UTC, utf8);
      assertThat(new String(utf8.toBytes(), StandardCharsets.UTF_8))
          .isEqualTo(format.toText(value, UTC));
    }
  }

  @ParameterizedTest
  @MethodSource("types")
  void shouldRefuseBrokenBytesWithAnErrorOfSql(SqlType type) {
    RandomValues values = new RandomValues(22);
    Random random = new Random(23);
    Format format = Format.of(type);
    for (int i = 0; i < 300; i++) {
      byte[] bytes = binary(format, values.next(type));
      if (bytes.length > 0) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
      }
      try {
        assertThat(format.readBinary(bytes, 0, random.nextInt(bytes.length + 1))).isNotNull();
      } catch (SqlException expected) {
        assertThat(expected.state()).isNotEqualTo(SqlState.SUCCESSFUL_COMPLETION);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 5, 8})
  void shouldRefuseWrongSizes(int size) {
    assertThatThrownBy(() -> Format.of(SqlType.INT4).readBinary(new byte[size], 0, size))
        .hasMessage("incorrect binary data format")
        .isInstanceOfSatisfying(
            SqlException.class,
            e -> assertThat(e.state()).isEqualTo(SqlState.INVALID_BINARY_REPRESENTATION));
  }

  @Test
  void shouldRefuseTextsThatAreNone() {
    assertThatThrownBy(() -> Utf8.decode(new byte[] {'a', (byte) 0xc3, 'b'}, 0, 3))
        .hasMessage("invalid byte sequence for encoding \"UTF8\": 0xc3");
    assertThatThrownBy(() -> Utf8.decode(new byte[] {'a', 0}, 0, 2))
        .hasMessage("invalid byte sequence for encoding \"UTF8\": 0x00");
    byte[] replacement = "\ufffd".getBytes(StandardCharsets.UTF_8);
    assertThat(Utf8.decode(replacement, 0, replacement.length)).isEqualTo("\ufffd");
  }

  @Test
  void shouldFormatRecords() {
    SqlRecord row =
        new SqlRecord(
            List.of(SqlType.INT4, SqlType.TEXT, SqlType.TEXT, SqlType.TEXT, SqlType.BOOL),
            1,
            "a \"b\\",
            "",
            null,
            true);
    Format format = Format.of(SqlType.RECORD);
    assertThat(format.toText(row, UTC)).isEqualTo("(1,\"a \"\"b\\\\\",\"\",,t)");
    byte[] bytes = binary(format, row);
    assertThat(HexFormat.of().formatHex(bytes))
        .startsWith("00000005" + "00000017" + "00000004" + "00000001" + "00000019" + "00000005");
    assertThat(format.readBinary(bytes, 0, bytes.length)).isEqualTo(row);
  }

  private static byte[] binary(Format format, Object value) {
    ByteWriter out = new ByteWriter(0);
    format.writeBinary(value, out);
    return out.toBytes();
  }
}
