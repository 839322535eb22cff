package dev.troupe.sql.type;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.troupe.sql.error.SqlException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonValueTest {
  @Test
  void shouldPrintAsJsonbWithLastOfEqualKeysAndShortKeysFirst() {
    assertThat(JsonValue.parse(" {\"a\":1,\"a\":2 , \"bb\":[1,2 ,{}],\"b\":3}"))
        .hasToString("{\"a\": 2, \"b\": 3, \"bb\": [1, 2, {}]}");
    assertThat(JsonValue.parse("[1.50,1e2,-0,1e-5,true,null,\"\\u00e9\\n\\/\\u0001\"]"))
        .hasToString("[1.50, 100, 0, 0.00001, true, null, \"é\\n/\\u0001\"]");
  }

  @Test
  void shouldPrintPretty() {
    assertThat(JsonValue.parse("{\"a\":[],\"c\":[1,{\"x\":2}]}").toPrettyString())
        .isEqualTo(
            """
            {
                "a": [
                ],
                "c": [
                    1,
                    {
                        "x": 2
                    }
                ]
            }\
            """);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "{\"a\":1,}|Expected string, but found \"}\".",
        "{\"a\" 1}|Expected \":\", but found \"1\".",
        "abc|Token \"abc\" is invalid.",
        "~~|The input string ended unexpectedly.",
        "[1,2|The input string ended unexpectedly.",
        "\"\\x\"|Escape sequence \"\\x\" is invalid.",
        "01|Token \"01\" is invalid.",
        "1.|Token \"1.\" is invalid.",
        "-|Token \"-\" is invalid.",
        "\"abc|Token \"\"abc\" is invalid.",
        "[1] x|Token \"x\" is invalid.",
        "{1:2}|Expected string or \"}\", but found \"1\".",
        "[1 2]|Expected \",\" or \"]\", but found \"2\".",
        "[,]|Expected JSON value, but found \",\".",
        "[1,]|Expected JSON value, but found \"]\".",
        "{\"a\":1 \"b\":2}|Expected \",\" or \"}\", but found \"\"b\"\".",
        "{\"a\":1}}|Expected end of input, but found \"}\".",
        "\"\\u12\"|\"\\u\" must be followed by four hexadecimal digits.",
        "\"\\udc00\"|Unicode low surrogate must follow a high surrogate.",
        "\"\\ud800a\"|Unicode low surrogate must follow a high surrogate.",
        "\"\\ud800\"|Unicode low surrogate must follow a high surrogate.",
      })
  void shouldSayWhatIsWrong(String text, String detail) {
    assertThatThrownBy(() -> JsonValue.parse(text))
        .hasMessage("invalid input syntax for type json")
        .isInstanceOfSatisfying(SqlException.class, e -> assertThat(e.detail()).isEqualTo(detail));
  }

  @Test
  void shouldOnlyCheckTheSyntaxOfJson() {
    JsonValue.validate("\"\\ud800\"");
    JsonValue.validate("\"\\u0000\"");
    JsonValue.validate("[1e999999, {\"a\": null}]");
    assertThatThrownBy(() -> JsonValue.validate("[01]")).isInstanceOf(SqlException.class);
    assertThatThrownBy(() -> JsonValue.parse("\"\\u0000\""))
        .hasMessage("unsupported Unicode escape sequence");
  }

  @ParameterizedTest
  @ValueSource(strings = {"[", "{\"a\":"})
  void shouldRefuseNestingThatWouldExhaustTheStack(String opening) {
    assertThatThrownBy(() -> JsonValue.parse(opening.repeat(100_000)))
        .hasMessage("stack depth limit exceeded");
  }

  /** The least stack that a thread gets does for a thousand levels. */
  @Test
  void shouldReadDeepNestingOnASmallStack() throws InterruptedException {
    String text = "[".repeat(500) + "{\"a\":".repeat(500) + "1" + "}".repeat(500) + "]".repeat(500);
    List<Throwable> failed = new ArrayList<>();
    Thread reader = new Thread(null, () -> JsonValue.parse(text), "reader", 1);
    reader.setUncaughtExceptionHandler((thread, e) -> failed.add(e));
    reader.start();
    reader.join();
    assertThat(failed).isEmpty();
  }

  @Test
  void shouldOrderAsPostgres() {
    List<JsonValue> ascending =
        List.of(
                "[]",
                "null",
                "\"\"",
                "\"a\"",
                "-1",
                "1",
                "1.5",
                "false",
                "true",
                "[null]",
                "[[]]",
                "[1, 2]",
                "{}",
                "{\"a\": 1}",
                "{\"a\": [0]}",
                "{\"b\": 0}",
                "{\"a\": 1, \"b\": 2}")
            .stream()
            .map(JsonValue::parse)
            .toList();
    for (int i = 0; i < ascending.size(); i++) {
      for (int j = 0; j < ascending.size(); j++) {
        assertThat(Integer.signum(ascending.get(i).compareTo(ascending.get(j))))
            .as("%s against %s", ascending.get(i), ascending.get(j))
            .isEqualTo(Integer.compare(i, j));
      }
    }
    assertThat(JsonValue.parse("[1.0]"))
        .isEqualTo(JsonValue.parse("[1]"))
        .hasSameHashCodeAs(JsonValue.parse("[1]"));
  }
}
