package dev.troupe.sql.driver;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Values of every type go to pgjdbc and back, as texts and in binary, and stay what they are. */
class TypesTest {
  private static MemoryServer server;
  private static Connection text;
  private static Connection binary;

  @BeforeAll
  static void start() throws SQLException {
    server = new MemoryServer();
    text = server.connect("&preferQueryMode=simple");
    // A threshold of -1 asks for binary values from the first run on, of all types that have them.
    binary = server.connect("&prepareThreshold=-1&binaryTransferEnable=1082,1083,1114,1184,1266");
  }

  @AfterAll
  static void stop() throws SQLException {
    text.close();
    binary.close();
    server.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "bool; true",
        "int2; -32768",
        "int4; 2147483647",
        "int8; -9223372036854775808",
        "float4; 1.17549435e-38",
        "float8; 0.1",
        "float8; NaN",
        "float8; -Infinity",
        "numeric; -123456789012345678901234567890.000120",
        "numeric; 0",
        "numeric; 10000.0001",
        "numeric(8,2); 7.10",
        "text; it's \\ a \"text\" ü \uD83D\uDE00",
        "varchar(5); abcde",
        "char(5); ab",
        "bytea; \\x00ff27",
        "date; 2024-02-29",
        "date; 0001-01-01 BC",
        "time; 23:59:59.999",
        "timestamp; 1969-12-31 23:59:59.5",
        "timestamptz; 2024-05-06 07:08:09.123456+02",
        "interval; 1 year 2 mons -3 days 04:05:06.7",
        "uuid; 00112233-4455-6677-8899-aabbccddeeff",
        "json; {\"a\" : [1, null]}",
        "jsonb; {\"a\": [1, null, \"ü\"]}",
        "oid; 4294967295",
        "int4[]; {1,NULL,-3}",
        "int8[]; {{1,2},{3,4}}",
        "text[]; {\"a,b\",\"c\\\"d\",NULL,\"NULL\"}",
        "float8[]; {1.5,NaN}",
        "bool[]; {t,f}",
        "numeric[]; {1.10,NULL}",
        "uuid[]; {00112233-4455-6677-8899-aabbccddeeff}",
        "timestamptz[]; {\"2024-05-06 05:08:09+00\"}",
        "bytea[]; {\"\\\\x00ff\"}",
      })
  void shouldCarryValuesBothWays(String type, String value) throws SQLException {
    Object asText = read(text, type, value);
    Object asBinary = read(binary, type, value);
    assertThat(elements(asBinary)).as("in binary").isEqualTo(elements(asText));
    String expected = shown(text, "select cast(? as " + type + ")::text", value);
    // An object of the driver is sent back by both, by each in its own way.
    for (Connection connection : new Connection[] {text, binary}) {
      assertThat(shown(connection, "select cast(? as " + type + ")::text", asText))
          .isEqualTo(expected);
      assertThat(shown(connection, "select cast(? as " + type + ")::text", null)).isNull();
    }
  }

  private static Object read(Connection connection, String type, String value) throws SQLException {
    String literal = "select '" + value.replace("'", "''") + "'::" + type;
    try (PreparedStatement query = connection.prepareStatement(literal);
        ResultSet result = query.executeQuery()) {
      assertThat(result.next()).isTrue();
      return result.getObject(1);
    }
  }

  private static Object elements(Object value) throws SQLException {
    return value instanceof Array array ? array.getArray() : value;
  }

  private static @Nullable String shown(Connection connection, String sql, @Nullable Object value)
      throws SQLException {
    try (PreparedStatement query = connection.prepareStatement(sql)) {
      query.setObject(1, value);
      try (ResultSet result = query.executeQuery()) {
        assertThat(result.next()).isTrue();
        return result.getString(1);
      }
    }
  }
}
