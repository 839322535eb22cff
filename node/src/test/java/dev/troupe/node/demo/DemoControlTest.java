package dev.troupe.node.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DemoControlTest {
  private final List<String> acts = new ArrayList<>();
  private final HttpClient client = HttpClient.newHttpClient();
  private DemoControl control;

  @BeforeEach
  void open() throws IOException {
    control =
        new DemoControl(
            () -> "[{\"id\":1}]",
            (number, deed) -> {
              if (number > 3) {
                throw new DemoProblem("this demo has no node " + number, "");
              }
              acts.add(number + " " + deed);
            });
  }

  @AfterEach
  void close() {
    control.close();
    client.close();
  }

  private HttpResponse<String> send(String method, String address) {
    try {
      return client.send(
          HttpRequest.newBuilder(URI.create(address))
              .method(method, HttpRequest.BodyPublishers.noBody())
              .build(),
          HttpResponse.BodyHandlers.ofString());
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void shouldDoWhatThoseAskWhoKnowTheSecret() {
    assertThat(send("GET", control.address() + "state").body()).isEqualTo("[{\"id\":1}]");
    for (DemoDeed deed : DemoDeed.values()) {
      assertThat(send("POST", control.address() + "2/" + deed.word()).statusCode()).isEqualTo(200);
      assertThat(acts.removeLast()).isEqualTo("2 " + deed);
    }
  }

  @Test
  void shouldDoNothingElse() {
    String address = control.address();
    String other = address.replaceFirst("/[0-9a-f]{32}/", "/00000000000000000000000000000000/");
    assertThat(other).isNotEqualTo(address);

    assertThat(send("POST", other + "1/kill").statusCode()).isEqualTo(404);
    assertThat(send("GET", other + "state").statusCode()).isEqualTo(404);
    assertThat(send("GET", address + "1/kill").statusCode()).as("by GET").isEqualTo(404);
    assertThat(send("POST", address + "1/explode").statusCode()).isEqualTo(400);
    assertThat(send("POST", address + "1/kill/2").statusCode()).isEqualTo(400);
    assertThat(send("POST", address + "x/kill").statusCode()).isEqualTo(400);
    assertThat(send("POST", address + "9/kill").body()).isEqualTo("this demo has no node 9");
    assertThat(acts).isEmpty();
  }
}
