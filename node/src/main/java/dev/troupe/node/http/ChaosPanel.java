package dev.troupe.node.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.troupe.node.demo.DemoDeed;
import dev.troupe.node.demo.LinkSwitch;
import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.protocol.error.TroupeException;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Failures on request, in a demo alone: what is asked for here is carried out by the process that
 * has started the nodes ({@code DemoControl}). It needs no quorum, so a cluster that was killed too
 * much of can be brought back.
 */
final class ChaosPanel {
  private static final int MILLIS_MAX = 15_000;
  private static final JsonFactory FACTORY = new JsonFactory();

  private final String control;
  private final LinkSwitch links;

  /**
   * @param control address of the demo's own port, with its secret
   * @param links of this node
   */
  ChaosPanel(String control, LinkSwitch links) {
    this.control = control;
    this.links = links;
  }

  /** The demo's nodes: number, addresses, process, and what was done to it. */
  List<Topic.Item> items() {
    String json = call("GET", "state");
    List<Topic.Item> items = new ArrayList<>();
    try (JsonParser in = FACTORY.createParser(json)) {
      if (in.nextToken() != JsonToken.START_ARRAY) {
        throw new IOException("no list of nodes");
      }
      while (in.nextToken() == JsonToken.START_OBJECT) {
        int begin = (int) in.currentTokenLocation().getCharOffset();
        String id = "";
        while (in.nextToken() == JsonToken.FIELD_NAME) {
          boolean isId = in.currentName().equals("id");
          in.nextToken();
          id = isId ? in.getText() : id;
        }
        int end = (int) in.currentLocation().getCharOffset();
        items.add(new Topic.Item(id, json.substring(begin, end)));
      }
    } catch (IOException e) {
      throw new TroupeException(
          ErrorCode.INTERNAL, "the demo describes its nodes in an unknown way: " + e.getMessage());
    }
    return items;
  }

  /** Does a {@code deed} to the node with the {@code number}. */
  Answer act(Map<String, String> wish) {
    String number = wish.getOrDefault("number", "");
    DemoDeed deed = DemoDeed.of(wish.getOrDefault("deed", ""));
    if (deed == null || !number.matches("[0-9]{1,4}")) {
      throw new TroupeException(
          ErrorCode.INVALID_ARGUMENT,
          "number is that of a node of the demo, deed one of kill, start, pause, resume, isolate,"
              + " reconnect");
    }
    call("POST", number + "/" + deed.word());
    return Answer.json(200, out -> out.writeBooleanField("done", true));
  }

  /** Told by the demo: this node's own links are {@code cut}, or not. */
  Answer links(Map<String, String> wish) {
    links.cut(Boolean.parseBoolean(wish.getOrDefault("cut", "")));
    return Answer.json(200, out -> out.writeBooleanField("cut", links.isCut()));
  }

  private String call(String method, String path) {
    try {
      HttpURLConnection connection =
          (HttpURLConnection) URI.create(control + path).toURL().openConnection();
      connection.setRequestMethod(method);
      connection.setConnectTimeout(MILLIS_MAX);
      connection.setReadTimeout(MILLIS_MAX);
      int status = connection.getResponseCode();
      String text = text(status < 400 ? connection.getInputStream() : connection.getErrorStream());
      if (status != 200) {
        throw new TroupeException(ErrorCode.PRECONDITION_FAILED, text);
      }
      return text;
    } catch (IOException e) {
      throw new TroupeException(
          ErrorCode.OVERLOADED, "the demo's own process does not answer: " + e.getMessage());
    }
  }

  private static String text(@Nullable InputStream in) throws IOException {
    if (in == null) {
      return "";
    }
    try (in) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
