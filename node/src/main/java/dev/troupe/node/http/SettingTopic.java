package dev.troupe.node.http;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigValue;
import dev.troupe.protocol.model.NodeId;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What this node was told at its start: every setting under {@code troupe}. */
final class SettingTopic {
  private static final String ROOT = "troupe";

  /** Keys whose values let their readers do something. */
  private static final Set<String> SECRET =
      Set.of("troupe.demo.control", "troupe.tracing.otlp.headers");

  private final Config config;
  private final Supplier<@Nullable NodeId> self;

  SettingTopic(Config config, Supplier<@Nullable NodeId> self) {
    this.config = config.withOnlyPath(ROOT);
    this.self = self;
  }

  List<Topic.Item> items() {
    NodeId node = self.get();
    int number = node == null ? 0 : node.value();
    return config.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .map(setting -> item(number, setting.getKey(), setting.getValue()))
        .toList();
  }

  /** Of a value that nobody has given, the place inside of a jar is of no interest. */
  private static String origin(ConfigValue value) {
    String described = value.origin().description();
    return described.startsWith("reference.conf") ? "default" : described;
  }

  private static Topic.Item item(int node, String key, ConfigValue value) {
    String id = node + "-" + key;
    Object plain = value.unwrapped();
    String text =
        SECRET.contains(key)
            ? "(not shown)"
            : plain instanceof String string ? string : value.render(ConfigRenderOptions.concise());
    return Topic.Item.of(
        id,
        out -> {
          out.writeStringField("id", id);
          out.writeNumberField("node", node);
          out.writeStringField("key", key);
          out.writeStringField("value", text);
          out.writeStringField("from", origin(value));
        });
  }
}
