package dev.troupe.node.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.troupe.node.FakeCluster;
import dev.troupe.node.Readiness;
import dev.troupe.node.metrics.NodeMetrics;
import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.protocol.error.TroupeException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class EventStreamTest {
  private static final int SILENCE_MILLIS = 20_000;

  private final FakeCluster cluster = new FakeCluster();
  private final NodeMetrics metrics = new NodeMetrics("0.1.0");
  private HttpDoor door;

  @BeforeEach
  void open() throws IOException {
    door = DoorFixture.open(0, () -> Readiness.READY, cluster, metrics);
  }

  @AfterEach
  void close() {
    door.close();
    metrics.close();
  }

  /** A client of its own, since what matters is when sockets end. */
  private final class Stream implements AutoCloseable {
    private final Socket socket;
    private final BufferedReader in;

    Stream(String topics) throws IOException {
      socket = new Socket("127.0.0.1", door.port());
      socket.setSoTimeout(SILENCE_MILLIS);
      String request =
          "GET /api/v1/stream?topics=%s HTTP/1.1\r\nHost: localhost\r\n\r\n".formatted(topics);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      in =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
    }

    /** The next line that contains something; null at the end of the stream. */
    String line(String with) throws IOException {
      String line = in.readLine();
      while (line != null && !line.contains(with)) {
        line = in.readLine();
      }
      return line;
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }

  @Test
  void shouldTellWhatThereIsAndThenWhatChanges() throws IOException {
    try (Stream stream = new Stream("nodes,ranges")) {
      assertThat(stream.line("HTTP/1.1")).contains("200");
      assertThat(stream.line("event: ")).isEqualTo("event: nodes");
      assertThat(stream.line("data: ")).contains("\"full\":true", "\"pid\":4711");
      assertThat(stream.line("event: ")).isEqualTo("event: ranges");
      assertThat(stream.line("data: ")).contains("\"full\":true", "\"start\":\"a\\\"<b>\\\\x01\"");

      cluster.failure = new TroupeException(ErrorCode.RANGE_UNAVAILABLE, "r1 has no leader");
      assertThat(stream.line("event: ")).isEqualTo("event: problem");
      assertThat(stream.line("data: ")).contains("r1 has no leader");

      cluster.failure = null;
      assertThat(stream.line("data: {\"items\"")).contains("\"items\":[]");
    }
  }

  @Test
  void shouldForgetClientsThatAreGone() throws IOException {
    try (Stream stream = new Stream("nodes")) {
      assertThat(stream.line("data: ")).contains("full");
      assertThat(door.openStreams()).isEqualTo(1);
    }
    await().atMost(Duration.ofSeconds(30)).until(() -> door.openStreams() == 0);
  }

  @Test
  void shouldRefuseMoreStreamsThanItHasPlacesFor() throws IOException {
    List<Stream> streams = new ArrayList<>();
    try {
      for (int i = 0; i < EventStreams.STREAMS_MAX; i++) {
        Stream stream = new Stream("nodes");
        streams.add(stream);
        assertThat(stream.line("data: ")).contains("full");
      }
      try (Stream tooMany = new Stream("nodes")) {
        assertThat(tooMany.line("HTTP/1.1")).contains("429");
        assertThat(tooMany.line("OVERLOADED")).contains("64 streams are open");
      }
    } finally {
      for (Stream stream : streams) {
        stream.close();
      }
    }
  }

  @Test
  void shouldNameTheTopicsThatThereAre() throws IOException {
    try (Stream stream = new Stream("nodes,secrets")) {
      assertThat(stream.line("HTTP/1.1")).contains("400");
      assertThat(stream.line("error")).contains("secrets", "nodes, ranges");
    }
  }

  @Test
  void shouldEndWithTheDoor() throws IOException {
    try (Stream stream = new Stream("nodes")) {
      assertThat(stream.line("data: ")).contains("full");
      door.close();
      assertThat(stream.line("never")).isNull();
    }
  }
}
