package dev.troupe.node.http;

import com.sun.net.httpserver.HttpExchange;
import java.net.InetAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a client asks for. Immutable.
 *
 * @param parameters of the query, decoded; of several with one name the last
 * @param client whose connection it came by
 * @param headers the few that are looked at, by their names in lower case
 */
record Request(
    String method,
    String path,
    Map<String, String> parameters,
    InetAddress client,
    Map<String, String> headers) {
  private static final List<String> HEADERS =
      List.of(
          "host",
          "origin",
          "content-type",
          "authorization",
          "if-none-match",
          Entrance.OWN_HEADER.toLowerCase(Locale.ROOT));

  Request {
    parameters = Map.copyOf(parameters);
    headers = Map.copyOf(headers);
  }

  static Request of(HttpExchange exchange) {
    URI uri = exchange.getRequestURI();
    String path = uri.getPath();
    Map<String, String> headers = new HashMap<>();
    for (String name : HEADERS) {
      String value = exchange.getRequestHeaders().getFirst(name);
      if (value != null) {
        headers.put(name, value.trim());
      }
    }
    return new Request(
        exchange.getRequestMethod(),
        path == null ? "" : path,
        parameters(uri.getRawQuery()),
        exchange.getRemoteAddress().getAddress(),
        headers);
  }

  String parameter(String name) {
    return parameters.getOrDefault(name, "");
  }

  private String header(String name) {
    return headers.getOrDefault(name.toLowerCase(Locale.ROOT), "");
  }

  /** By which name and port the client asks for this node. */
  String host() {
    return header("host");
  }

  /** Of the page that asks; empty when it is no page, or one of the same origin that reads. */
  String origin() {
    return header("origin");
  }

  /** Without parameters, in lower case. */
  String contentType() {
    return header("content-type").split(";", 2)[0].trim().toLowerCase(Locale.ROOT);
  }

  String authorization() {
    return header("authorization");
  }

  String ownHeader() {
    return header(Entrance.OWN_HEADER);
  }

  /** The mark of the copy that the client has, or empty. */
  String unlessMatches() {
    return header("if-none-match");
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
