package dev.troupe.loadgen.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EndpointTest {
  @ParameterizedTest
  @CsvSource({
    "localhost, localhost, 7433",
    "10.0.0.1:99, 10.0.0.1, 99",
    "::1, ::1, 7433",
    "[::1], ::1, 7433",
    "[::1]:99, ::1, 99"
  })
  void shouldReadAddresses(String text, String host, int port) {
    assertThat(Endpoint.parse(text, 7433)).isEqualTo(new Endpoint(host, port));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ":7433", "host:", "host:0", "host:65536", "host:abc"})
  void shouldRefuseWhatIsNone(String text) {
    assertThatIllegalArgumentException().isThrownBy(() -> Endpoint.parse(text, 7433));
  }

  @Test
  void shouldPrintWhatItReads() {
    assertThat(Endpoint.parse("[::1]:9", 1)).hasToString("[::1]:9");
    assertThat(Endpoint.parse("a:9", 1)).hasToString("a:9");
  }
}
