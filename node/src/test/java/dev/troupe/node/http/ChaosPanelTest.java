package dev.troupe.node.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.troupe.node.demo.LinkSwitch;
import dev.troupe.protocol.model.NodeId;
import dev.troupe.transport.LinkFilter;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ChaosPanelTest {
  private final List<String> asked = new ArrayList<>();
  private final LinkSwitch links = new LinkSwitch();
  private volatile String answer = "";
  private volatile int status = 200;
  private HttpServer demo;
  private ChaosPanel panel;

  @BeforeEach
  void open() throws IOException {
    demo = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    demo.createContext(
        "/",
        exchange -> {
          asked.add(exchange.getRequestMethod() + " " + exchange.getRequestURI());
          byte[] body = answer.getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    demo.start();
    panel = new ChaosPanel("http://127.0.0.1:" + demo.getAddress().getPort() + "/s/", links);
  }

  @AfterEach
  void close() {
    demo.stop(0);
  }

  @Test
  void shouldShowTheNodesOfTheDemo() {
    answer =
        "[{\"id\":1,\"state\":\"running\"},{\"id\":2,\"state\":\"killed\",\"isolated\":false}]";

    assertThat(panel.items())
        .containsExactly(
            new Topic.Item("1", "{\"id\":1,\"state\":\"running\"}"),
            new Topic.Item("2", "{\"id\":2,\"state\":\"killed\",\"isolated\":false}"));
  }

  @Test
  void shouldPassOnDeedsAndRefusals() {
    assertThat(panel.act(Map.of("number", "2", "deed", "kill")).status()).isEqualTo(200);
    assertThat(asked).containsExactly("POST /s/2/kill");

    status = 409;
    answer = "node 2 does not run: start it first";
    assertThatThrownBy(() -> panel.act(Map.of("number", "2", "deed", "kill")))
        .hasMessage("node 2 does not run: start it first");

    for (String deed : List.of("explode", "", "../state")) {
      assertThatThrownBy(() -> panel.act(Map.of("number", "2", "deed", deed)))
          .hasMessageContaining("deed one of kill");
    }
    demo.stop(0);
    assertThatThrownBy(() -> panel.act(Map.of("number", "2", "deed", "kill")))
        .hasMessageContaining("the demo's own process does not answer");
  }

  @Test
  void shouldCutTheLinksOfItsNode() {
    LinkFilter.Side side = LinkFilter.Side.SEND;
    assertThat(links.judge(side, new NodeId(1), new NodeId(2))).isEqualTo(LinkFilter.Verdict.PASS);
    panel.links(Map.of("cut", "true"));
    assertThat(links.judge(side, new NodeId(1), new NodeId(2))).isEqualTo(LinkFilter.Verdict.DROP);
    panel.links(Map.of("cut", "false"));
    assertThat(links.judge(side, new NodeId(1), new NodeId(2))).isEqualTo(LinkFilter.Verdict.PASS);
  }
}
