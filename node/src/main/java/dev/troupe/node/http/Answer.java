package dev.troupe.node.http;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import dev.troupe.node.metrics.NodeMetrics;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/** A whole HTTP answer: everything here is small. */
record Answer(int status, Map<String, String> headers, byte[] body) {
  private static final String JSON = "application/json; charset=utf-8";
  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
          + "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

  Answer {
    headers = Map.copyOf(headers);
  }

  static Answer of(int status, String type, byte[] body) {
    return new Answer(status, Map.of("Content-Type", type, "Cache-Control", "no-store"), body);
  }

  static Answer json(int status, Json.Content content) {
    return of(status, JSON, Json.bytes(content));
  }

  static Answer jsonText(int status, String json) {
    return of(status, JSON, json.getBytes(StandardCharsets.UTF_8));
  }

  /** The client's copy is still right. */
  static Answer unchanged(String tag) {
    return new Answer(304, Map.of("ETag", tag, "Cache-Control", "no-cache"), new byte[0]);
  }

  static Answer error(int status, String code, String message) {
    return json(
        status,
        out -> {
          out.writeObjectFieldStart("error");
          out.writeStringField("code", code);
          out.writeStringField("message", message);
          out.writeEndObject();
        });
  }

  static Answer metrics(String text) {
    return of(
        200, "text/plain; version=0.0.4; charset=utf-8", text.getBytes(StandardCharsets.UTF_8));
  }

  static Answer openMetrics(String text) {
    return of(200, NodeMetrics.OPEN_METRICS, text.getBytes(StandardCharsets.UTF_8));
  }

  Answer withHeader(String name, String value) {
    Map<String, String> more = new HashMap<>(headers);
    more.put(name, value);
    return new Answer(status, more, body);
  }

  void send(HttpExchange exchange) throws IOException {
    Headers out = exchange.getResponseHeaders();
    headers.forEach(out::set);
    protect(out);
    if (exchange.getRequestMethod().equals("HEAD")) {
      out.set("Content-Length", Integer.toString(body.length));
      exchange.sendResponseHeaders(status, -1);
    } else {
      exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
      exchange.getResponseBody().write(body);
    }
  }

  /** The headers of an answer that goes on and on. */
  static void streamHeaders(HttpExchange exchange) {
    Headers out = exchange.getResponseHeaders();
    out.set("Content-Type", "text/event-stream; charset=utf-8");
    out.set("Cache-Control", "no-store");
    protect(out);
  }

  /** Pages load scripts, styles and data from this node, and run nothing else. */
  private static void protect(Headers out) {
    out.set("X-Content-Type-Options", "nosniff");
    out.set("Content-Security-Policy", POLICY);
    out.set("Referrer-Policy", "no-referrer");
    out.set("Cross-Origin-Resource-Policy", "same-origin");
  }
}
