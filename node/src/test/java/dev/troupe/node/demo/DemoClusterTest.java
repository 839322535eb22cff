package dev.troupe.node.demo;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;

final class DemoClusterTest {
  @Test
  void shouldNotTakeAnotherClusterForItsOwn() throws IOException {
    System.setProperty("launcher.path", "/nowhere/troupe");
    try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      // As the gRPC port of the first node.
      int base = other.getLocalPort() - 1;
      var plan = new DemoCluster.Plan(3, base, false);
      assertThatThrownBy(() -> DemoCluster.run(plan, new PrintWriter(new StringWriter())))
          .isInstanceOf(DemoProblem.class)
          .hasMessageContaining("port " + other.getLocalPort() + ", which is taken");
    } finally {
      System.clearProperty("launcher.path");
    }
  }
}
