package dev.troupe.gc;

import dev.troupe.protocol.codec.Keyspace;
import dev.troupe.protocol.model.KeySpan;
import java.time.Duration;
import java.util.Map;

/**
 * How long old versions and the outcomes of transactions are kept. The same on all nodes.
 *
 * @param retention how far back everything can be read
 * @param namespaces other times for some namespaces of the key-value service
 * @param look how often a node looks what there is to do
 * @param versionsPerSecond how many versions a node looks at, at most
 * @param rewriteFromBytes so much must have been removed from a part before its files are rewritten
 */
public record CollectionSettings(
    Duration retention,
    Map<String, Duration> namespaces,
    Duration look,
    int versionsPerSecond,
    long rewriteFromBytes) {
  public static final CollectionSettings DEFAULTS =
      new CollectionSettings(Duration.ofHours(1), Map.of(), Duration.ofMinutes(1), 50_000, 8 << 20);

  public CollectionSettings {
    namespaces = Map.copyOf(namespaces);
    requirePositive(retention);
    requirePositive(look);
    namespaces.values().forEach(CollectionSettings::requirePositive);
    if (versionsPerSecond < 1) {
      throw new IllegalArgumentException("at least one version a second must be looked at");
    }
    if (rewriteFromBytes < 1) {
      throw new IllegalArgumentException("nothing is rewritten when nothing was removed");
    }
  }

  private static void requirePositive(Duration duration) {
    if (duration.toMillis() < 1) {
      throw new IllegalArgumentException("must last at least a millisecond: " + duration);
    }
  }

  /** The longest time that anything in the span is kept. */
  Duration retention(KeySpan span) {
    Duration longest = retention;
    for (Map.Entry<String, Duration> entry : namespaces.entrySet()) {
      KeySpan namespace = Keyspace.kvNamespace(entry.getKey());
      if (namespace.contains(span)) {
        return entry.getValue();
      }
      if (namespace.overlaps(span) && entry.getValue().compareTo(longest) > 0) {
        longest = entry.getValue();
      }
    }
    return longest;
  }
}
