package dev.troupe.node.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Merges the sources of settings: flags over system properties over environment over file over the
 * defaults in {@code reference.conf}. A key under {@code troupe} that the defaults do not name is
 * refused with the name that was probably meant.
 */
public final class SettingsLoader {
  static final String ROOT = "troupe";

  private final Map<String, String> environment;
  private final Properties properties;

  public SettingsLoader(Map<String, String> environment, Properties properties) {
    this.environment = Map.copyOf(environment);
    this.properties = properties;
  }

  /**
   * @param flags full key ({@code troupe.data-dir}) to value, as given on the command line
   * @param file a HOCON file, or null for none
   * @throws ConfigProblem naming the key that is wrong
   */
  public NodeSettings load(Map<String, ?> flags, @Nullable Path file) {
    Config defaults = ConfigFactory.defaultReferenceUnresolved().withOnlyPath(ROOT);
    KnownKeys known = new KnownKeys(defaults.getConfig(ROOT));
    try {
      Config given =
          ConfigFactory.parseMap(flags, "command line")
              .withFallback(fromProperties())
              .withFallback(fromEnvironment(known))
              .withFallback(fromFile(file));
      known.requireOnlyKnown(given);
      return SettingsParser.parse(given.withFallback(defaults).resolve());
    } catch (ConfigException e) {
      throw new ConfigProblem(String.valueOf(e.getMessage()));
    }
  }

  private Config fromProperties() {
    Config all = ConfigFactory.empty();
    for (String name : new TreeMap<>(properties).keySet().stream().map(Object::toString).toList()) {
      if (name.startsWith(ROOT + ".")) {
        all = all.withValue(name, text(properties.getProperty(name), "-D" + name));
      }
    }
    return all;
  }

  /** {@code troupe.ports.base} is {@code TROUPE_PORTS_BASE}; other names are not ours to judge. */
  private Config fromEnvironment(KnownKeys known) {
    Config all = ConfigFactory.empty();
    for (String path : known.paths()) {
      String name = KnownKeys.environmentName(path);
      String given = environment.get(name);
      if (given != null && !given.isEmpty()) {
        all = all.withValue(path, text(given, name));
      }
    }
    return all;
  }

  private static Config fromFile(@Nullable Path file) {
    if (file == null) {
      return ConfigFactory.empty();
    }
    if (!Files.isReadable(file)) {
      throw new ConfigProblem("cannot read the configuration file " + file.toAbsolutePath());
    }
    return ConfigFactory.parseFile(file.toFile());
  }

  private static ConfigValue text(String value, String origin) {
    return ConfigValueFactory.fromAnyRef(value, origin);
  }
}
