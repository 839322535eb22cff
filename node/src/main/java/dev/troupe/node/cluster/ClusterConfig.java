package dev.troupe.node.cluster;

import com.typesafe.config.Config;
import dev.troupe.protocol.codec.Keyspace;
import dev.troupe.protocol.model.Key;
import dev.troupe.range.ReplicaSettings;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Reads the settings {@code troupe.range} and {@code troupe.init}. */
final class ClusterConfig {
  private ClusterConfig() {}

  static ReplicaSettings replicas(Config config) {
    Config range = config.getConfig("troupe.range");
    return new ReplicaSettings(
        range.getDuration("election-timeout"),
        range.getDuration("heartbeat"),
        range.getDuration("quiesce-after"),
        range.getInt("replication-factor"),
        range.getBytes("log-retained"));
  }

  /** Borders of the first ranges, given as keys of the namespace {@code default}. */
  static List<Key> splits(Config config) {
    return config.getStringList("troupe.init.kv-splits").stream()
        .map(key -> Keyspace.kv("default", key.getBytes(StandardCharsets.UTF_8)))
        .toList();
  }
}
