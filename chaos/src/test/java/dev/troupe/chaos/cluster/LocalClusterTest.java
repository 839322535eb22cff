package dev.troupe.chaos.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.protocol.codec.Keyspace;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.spi.KvRequest;
import dev.troupe.protocol.spi.KvResponse;
import dev.troupe.range.ReplicaSettings;
import dev.troupe.transport.LinkFilter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalClusterTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  @TempDir Path base;

  private static Key key(String name) {
    return Keyspace.kv("default", name.getBytes(StandardCharsets.UTF_8));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void shouldServeASingleNode() {
    try (LocalCluster cluster =
        new LocalCluster(base, List.of(), ReplicaSettings.DEFAULTS, LinkFilter.PASS_ALL)) {
      cluster.start(1);
      LocalNode node = cluster.node(1);
      assertThat(node.send(new KvRequest.Put(key("a"), bytes("1")), TIMEOUT))
          .isInstanceOf(KvResponse.Written.class);
      KvResponse read = node.send(new KvRequest.Get(key("a")), TIMEOUT);
      assertThat(((KvResponse.Value) read).value()).isEqualTo(bytes("1"));
    }
  }

  @Test
  void shouldReplicateToThreeNodesAndServeFromAll() {
    try (LocalCluster cluster =
        new LocalCluster(base, List.of(), ReplicaSettings.DEFAULTS, LinkFilter.PASS_ALL)) {
      cluster.start(3);
      for (int node = 1; node <= 3; node++) {
        assertThat(cluster.node(node).send(new KvRequest.Put(key("k" + node), bytes("v")), TIMEOUT))
            .isInstanceOf(KvResponse.Written.class);
      }
      for (int node = 1; node <= 3; node++) {
        for (int other = 1; other <= 3; other++) {
          KvResponse read = cluster.node(node).send(new KvRequest.Get(key("k" + other)), TIMEOUT);
          assertThat(((KvResponse.Value) read).value()).isEqualTo(bytes("v"));
        }
      }
    }
  }
}
