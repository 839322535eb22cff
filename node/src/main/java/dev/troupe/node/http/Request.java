package dev.troupe.node.http;

import com.sun.net.httpserver.HttpExchange;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a client asks for. Immutable.
 *
 * @param parameters of the query, decoded; of several with one name the last
 * @param unlessMatches the mark of the copy that the client has, or empty
 */
record Request(String method, String path, Map<String, String> parameters, String unlessMatches) {
  Request {
    parameters = Map.copyOf(parameters);
  }

  static Request of(HttpExchange exchange) {
    URI uri = exchange.getRequestURI();
    String path = uri.getPath();
    String mark = exchange.getRequestHeaders().getFirst("If-None-Match");
    return new Request(
        exchange.getRequestMethod(),
        path == null ? "" : path,
        parameters(uri.getRawQuery()),
        mark == null ? "" : mark);
  }

  String parameter(String name) {
    return parameters.getOrDefault(name, "");
  }

  /** A read: its answer changes nothing, and may be asked for by any page. */
  boolean isRead() {
    return method.equals("GET") || method.equals("HEAD");
  }

  private static Map<String, String> parameters(@Nullable String query) {
    Map<String, String> parameters = new HashMap<>();
    if (query != null) {
      for (String part : query.split("&")) {
        int equals = part.indexOf('=');
        String name = equals < 0 ? part : part.substring(0, equals);
        parameters.put(decoded(name), equals < 0 ? "" : decoded(part.substring(equals + 1)));
      }
    }
    return parameters;
  }

  /** What is not encoded as it should be is taken as it stands. */
  private static String decoded(String text) {
    try {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException malformed) {
      return text;
    }
  }
}
