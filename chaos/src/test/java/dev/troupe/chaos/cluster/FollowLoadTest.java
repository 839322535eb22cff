package dev.troupe.chaos.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.protocol.codec.Keyspace;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.model.RangeId;
import dev.troupe.protocol.spi.KvRequest;
import dev.troupe.protocol.spi.KvResponse;
import dev.troupe.range.ReplicaSettings;
import dev.troupe.transport.LinkFilter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Where the requests of a range come from, there it is led after a while, and nobody notices. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class FollowLoadTest {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private static Key key(int number) {
    return Keyspace.kv("default", ("k" + number).getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void shouldLeadWhereRequestsComeFrom(@TempDir Path base) {
    ReplicaSettings settings = ReplicaSettings.DEFAULTS.withFollowLoadAfter(Duration.ofSeconds(3));
    try (var cluster = new LocalCluster(base, List.of(), settings, LinkFilter.PASS_ALL).start(3)) {
      for (int node : new int[] {2, 3}) {
        int numbers = 0;
        while (!isLedBy(cluster, node)) {
          for (int i = 0; i < 100; i++) {
            numbers++;
            assertThat(
                    cluster
                        .node(node)
                        .send(new KvRequest.Put(key(numbers), new byte[] {1}), PATIENCE))
                .isInstanceOf(KvResponse.Written.class);
            assertThat(cluster.node(node).send(new KvRequest.Get(key(numbers)), PATIENCE))
                .isInstanceOfSatisfying(
                    KvResponse.Value.class, value -> assertThat(value.value()).isNotNull());
          }
        }
      }
    }
  }

  /** With the range goes the oracle that gives it its timestamps. */
  private static boolean isLedBy(LocalCluster cluster, int node) {
    return cluster.ranges().stream()
        .filter(
            range ->
                range.descriptor().id().equals(RangeId.SYSTEM)
                    || range.descriptor().span().contains(key(1)))
        .allMatch(range -> new NodeId(node).equals(range.leader()));
  }
}
