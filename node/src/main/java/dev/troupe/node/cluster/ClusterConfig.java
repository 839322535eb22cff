package dev.troupe.node.cluster;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigUtil;
import dev.troupe.gc.CollectionSettings;
import dev.troupe.node.config.ConfigProblem;
import dev.troupe.placement.PlacementSettings;
import dev.troupe.protocol.codec.Keyspace;
import dev.troupe.protocol.model.Key;
import dev.troupe.range.ReplicaSettings;
import dev.troupe.split.SplitSettings;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Reads the settings {@code troupe.range}, {@code troupe.ranges}, {@code troupe.placement}, {@code
 * troupe.gc} and {@code troupe.init}.
 */
final class ClusterConfig {
  private ClusterConfig() {}

  static ReplicaSettings replicas(Config config) {
    Config range = config.getConfig("troupe.range");
    return new ReplicaSettings(
        range.getDuration("election-timeout"),
        range.getDuration("heartbeat"),
        range.getDuration("quiesce-after"),
        range.getInt("replication-factor"),
        range.getBytes("log-retained"),
        range.getDuration("follow-load-after"),
        config.getBytes("troupe.placement.snapshot-rate"));
  }

  /**
   * Times and limits of placement.
   *
   * @throws ConfigProblem naming the setting that cannot work
   */
  static PlacementSettings placement(Config config) {
    Config placement = config.getConfig("troupe.placement");
    for (String name : List.of("moves", "moves-per-node", "leader-moves")) {
      if (placement.getInt(name) < 1) {
        throw new ConfigProblem(
            "troupe.placement: " + name + " must be at least 1; look = 0s moves nothing at all");
      }
    }
    return new PlacementSettings(
        placement.getDuration("look"),
        placement.getDuration("time-until-dead"),
        placement.getInt("moves"),
        placement.getInt("moves-per-node"),
        placement.getInt("leader-moves"),
        placement.getDuration("rest"));
  }

  /**
   * How long old versions are kept.
   *
   * @throws ConfigProblem naming the setting that cannot work
   */
  static CollectionSettings collection(Config config) {
    Config gc = config.getConfig("troupe.gc");
    Map<String, Duration> namespaces = new TreeMap<>();
    ConfigObject given = gc.getObject("namespaces");
    for (String name : given.keySet()) {
      namespaces.put(name, duration(given.toConfig(), ConfigUtil.joinPath(name, "retention")));
    }
    if (gc.getBytes("rewrite-from") < 1) {
      throw new ConfigProblem("troupe.gc: rewrite-from must be at least a byte");
    }
    return new CollectionSettings(
        duration(gc, "retention"),
        namespaces,
        duration(gc, "look"),
        gc.getInt("versions-per-second"),
        gc.getBytes("rewrite-from"));
  }

  private static Duration duration(Config config, String path) {
    Duration value = config.getDuration(path);
    if (value.toMillis() < 1) {
      throw new ConfigProblem("troupe.gc: " + path + " must last at least a millisecond");
    }
    return value;
  }

  /**
   * When ranges are split and merged by themselves.
   *
   * @throws ConfigProblem naming the setting that cannot work
   */
  static SplitSettings splits(Config config) {
    Config ranges = config.getConfig("troupe.ranges");
    try {
      return new SplitSettings(
          ranges.getBoolean("split"),
          ranges.getBoolean("merge"),
          ranges.getBytes("split-size"),
          ranges.getDouble("split-requests"),
          ranges.getDuration("split-requests-for"),
          ranges.getDouble("split-busy"),
          ranges.getDouble("merge-below"),
          ranges.getDuration("merge-after"),
          ranges.getDuration("look"));
    } catch (IllegalArgumentException impossible) {
      throw new ConfigProblem("troupe.ranges: " + impossible.getMessage());
    }
  }

  /** Borders of the first ranges, given as keys of the namespace {@code default}. */
  static List<Key> firstBorders(Config config) {
    return config.getStringList("troupe.init.kv-splits").stream()
        .map(key -> Keyspace.kv("default", key.getBytes(StandardCharsets.UTF_8)))
        .toList();
  }
}
