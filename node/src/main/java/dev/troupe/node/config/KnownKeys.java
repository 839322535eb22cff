package dev.troupe.node.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * The keys that {@code reference.conf} defines: everything that may be set, beside what is set for
 * single namespaces.
 */
final class KnownKeys {
  private static final String NAMESPACES = SettingsLoader.ROOT + ".gc.namespaces.";

  private final Map<String, ConfigValue> leaves = new TreeMap<>();

  KnownKeys(Config reference) {
    collect(SettingsLoader.ROOT, reference.root(), leaves);
  }

  Iterable<String> paths() {
    return leaves.keySet();
  }

  static String environmentName(String path) {
    return path.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
  }

  void requireOnlyKnown(Config given) {
    if (!given.hasPath(SettingsLoader.ROOT)) {
      return;
    }
    Map<String, ConfigValue> set = new TreeMap<>();
    collect(SettingsLoader.ROOT, given.getObject(SettingsLoader.ROOT), set);
    set.forEach(
        (path, value) -> {
          if (!leaves.containsKey(path) && !isOfNamespace(path)) {
            throw new ConfigProblem(
                "unknown setting %s (%s); did you mean %s?"
                    .formatted(path, value.origin().description(), nearest(path)));
          }
        });
  }

  /** What may be set for any namespace. */
  private static boolean isOfNamespace(String path) {
    return path.startsWith(NAMESPACES) && path.endsWith(".retention");
  }

  String nearest(String path) {
    String best = "";
    int bestDistance = Integer.MAX_VALUE;
    for (String candidate : leaves.keySet()) {
      int distance = editDistance(path, candidate);
      if (distance < bestDistance) {
        bestDistance = distance;
        best = candidate;
      }
    }
    return best;
  }

  private static void collect(String path, ConfigObject object, Map<String, ConfigValue> into) {
    object.forEach(
        (key, value) -> {
          String child = path + "." + key;
          if (value instanceof ConfigObject nested) {
            collect(child, nested, into);
          } else {
            into.put(child, value);
          }
        });
  }

  /** Levenshtein's distance with two rows. */
  static int editDistance(String a, String b) {
    int[] previous = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      previous[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int[] row = new int[b.length() + 1];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int substitution = previous[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        row[j] = Math.min(substitution, Math.min(previous[j], row[j - 1]) + 1);
      }
      previous = row;
    }
    return previous[b.length()];
  }
}
