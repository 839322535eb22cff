package dev.troupe.sql.session;

import dev.troupe.sql.type.SqlType;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** Plans of this node's latest statements, for all its sessions. Any thread. */
final class PlanCache {
  private static final int PLANS_MAX = 2_000;

  /** Longer texts are hardly ever sent twice. */
  private static final int TEXT_CHARS_MAX = 16 << 10;

  /**
   * Everything that a plan depends on.
   *
   * @param sql the statement's own text
   * @param role who may run it
   * @param catalog version of the catalog
   * @param statistics what was known of tables
   */
  record Key(
      String sql,
      List<SqlType> declared,
      String role,
      List<String> searchPath,
      long catalog,
      long statistics) {}

  private final SqlMetrics metrics;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<Key, Plan> plans =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, Plan> eldest) {
          return size() > PLANS_MAX;
        }
      };

  PlanCache(SqlMetrics metrics) {
    this.metrics = metrics;
  }

  @Nullable Plan find(Key key) {
    Plan found;
    lock.lock();
    try {
      found = plans.get(key);
    } finally {
      lock.unlock();
    }
    metrics.planned(found != null);
    return found;
  }

  void put(Key key, Plan plan) {
    if (key.sql().length() > TEXT_CHARS_MAX || key.catalog() < 0) {
      return;
    }
    lock.lock();
    try {
      plans.put(key, plan);
    } finally {
      lock.unlock();
    }
  }
}
