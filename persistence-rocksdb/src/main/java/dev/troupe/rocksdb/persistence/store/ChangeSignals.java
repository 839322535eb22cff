package dev.troupe.rocksdb.persistence.store;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Tells live queries that something they watch has become durable. A signal carries no data: its
 * receiver reads on from where it is. Thread-safe; costs one look-up where nobody watches.
 */
public final class ChangeSignals {
  private final ConcurrentHashMap<String, Set<Runnable>> watchers = new ConcurrentHashMap<>();

  /**
   * @param watcher runs on the writer's thread after each change: short, never blocks or throws
   * @return ends the watch
   */
  public Runnable watch(String topic, Runnable watcher) {
    watchers.compute(
        topic,
        (key, present) -> {
          Set<Runnable> set = present == null ? ConcurrentHashMap.newKeySet() : present;
          set.add(watcher);
          return set;
        });
    return () ->
        watchers.computeIfPresent(
            topic,
            (key, present) -> {
              present.remove(watcher);
              return present.isEmpty() ? null : present;
            });
  }

  public void changed(String topic) {
    Set<Runnable> present = watchers.get(topic);
    if (present != null) {
      present.forEach(Runnable::run);
    }
  }

  /** Whether anybody watches anything: lets a writer skip building topic names. */
  public boolean isWatched() {
    return !watchers.isEmpty();
  }
}
