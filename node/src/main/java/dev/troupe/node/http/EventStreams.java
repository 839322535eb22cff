package dev.troupe.node.http;

import com.sun.net.httpserver.HttpExchange;
import dev.troupe.protocol.error.TroupeException;
import dev.troupe.protocol.spi.MonotonicClock;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Streams of server-sent events at {@code /api/v1/stream?topics=a,b}: what the topics consist of,
 * then what changes of them. Each stream is served by its own request's virtual thread, which looks
 * at the board once a second. A client that is gone is found out by the next write, at the latest
 * by the breath that keeps idle streams.
 */
final class EventStreams {
  /** Streams of all clients together; more are refused. */
  static final int STREAMS_MAX = 64;

  private static final int TOPICS_MAX = 8;
  private static final Duration LOOK = Duration.ofSeconds(1);
  private static final Duration BREATH = Duration.ofSeconds(5);

  /** Shorter than answers may take by {@code HttpDoor}; the browser comes again by itself. */
  private static final Duration LIFE = Duration.ofSeconds(50);

  private static final long RETRY_MILLIS = 300;

  private final TopicBoard board;
  private final MonotonicClock clock;
  private final Semaphore places = new Semaphore(STREAMS_MAX);
  private final CountDownLatch closing = new CountDownLatch(1);

  EventStreams(TopicBoard board, MonotonicClock clock) {
    this.board = board;
    this.clock = clock;
  }

  /** How many clients are listening. */
  int open() {
    return STREAMS_MAX - places.availablePermits();
  }

  /** Ends all streams soon, and begins none any more. */
  void close() {
    closing.countDown();
  }

  /** The most that the client must be for what it asks: what is not known is nobody's. */
  Access access(Request request) {
    Access most = Access.OPEN;
    for (String name : request.parameter("topics").split(",")) {
      Access one = board.has(name) ? board.access(name) : Access.OPEN;
      most = one.compareTo(most) > 0 ? one : most;
    }
    return most;
  }

  /** Serves a client until it is gone, or for long enough; a refusal is returned instead. */
  @Nullable Answer serve(Request request, HttpExchange exchange) throws IOException {
    List<TopicChanges> topics = new ArrayList<>();
    List<String> names = List.of(request.parameter("topics").split(","));
    for (String name : names) {
      if (!board.has(name)) {
        return Answer.error(
            400,
            "INVALID_ARGUMENT",
            "there is no topic \"%s\": name some of %s as ?topics=a,b"
                .formatted(name, board.names()));
      }
      topics.add(new TopicChanges(name));
    }
    if (names.size() > TOPICS_MAX) {
      return Answer.error(400, "INVALID_ARGUMENT", "at most " + TOPICS_MAX + " topics a stream");
    }
    if (!places.tryAcquire()) {
      return Answer.error(
              429, "OVERLOADED", STREAMS_MAX + " streams are open, which is the most: close a page")
          .withHeader("Retry-After", "5");
    }
    try {
      Answer.streamHeaders(exchange);
      exchange.sendResponseHeaders(200, 0);
      tell(names, topics, exchange.getResponseBody());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      places.release();
    }
    return null;
  }

  private void tell(List<String> names, List<TopicChanges> topics, OutputStream out)
      throws IOException, InterruptedException {
    long begun = clock.nanos();
    long written = begun;
    send(out, EventText.retry(RETRY_MILLIS));
    do {
      for (int i = 0; i < topics.size(); i++) {
        String news = news(names.get(i), topics.get(i));
        if (news != null) {
          send(out, news);
          written = clock.nanos();
        }
      }
      if (clock.nanos() - written >= BREATH.toNanos()) {
        send(out, EventText.BREATH);
        written = clock.nanos();
      }
    } while (clock.nanos() - begun < LIFE.toNanos()
        && !closing.await(LOOK.toMillis(), TimeUnit.MILLISECONDS));
  }

  private @Nullable String news(String name, TopicChanges topic) {
    try {
      return topic.news(board.look(name));
    } catch (TroupeException e) {
      return topic.trouble(e.code().name(), e.getMessage());
    }
  }

  private static void send(OutputStream out, String text) throws IOException {
    out.write(text.getBytes(StandardCharsets.UTF_8));
    out.flush();
  }
}
